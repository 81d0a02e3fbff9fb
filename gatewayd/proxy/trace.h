#pragma once

#include <string_view>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/clock.h"
#include "gatewayd/base/random.h"

namespace ag::proxy {

// W3C trace context (https://www.w3.org/TR/trace-context/): the client's trace goes on, else a new one begins.
// Views into the arena.
struct TraceContext {
  std::string_view trace_id;     // 32 hex digits
  std::string_view traceparent;  // what goes upstream: the same trace, a span of ours
};
TraceContext ContinueTrace(std::string_view client_traceparent, RandomSource& random, Arena& arena);

// "req_", 12 hex digits of the time in milliseconds, 12 of chance: ids sort by time, so that the request log grows at
// its end only. In the arena.
std::string_view NewRequestId(WallTime now, RandomSource& random, Arena& arena);

}  // namespace ag::proxy
