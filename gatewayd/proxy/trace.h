#pragma once

#include <string>
#include <string_view>

#include "gatewayd/base/clock.h"
#include "gatewayd/base/random.h"

namespace ag::proxy {

// W3C trace context (https://www.w3.org/TR/trace-context/): the client's trace goes on, else a new one begins.
struct TraceContext {
  std::string trace_id;     // 32 hex digits
  std::string traceparent;  // what goes upstream: the same trace, a span of ours
};
TraceContext ContinueTrace(std::string_view client_traceparent, RandomSource& random);

// "req_", 12 hex digits of the time in milliseconds, 12 of chance: ids sort by time, so that the request log grows at
// its end only.
std::string NewRequestId(WallTime now, RandomSource& random);

}  // namespace ag::proxy
