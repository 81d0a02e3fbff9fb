#include "gatewayd/proxy/trace.h"

#include <cstddef>
#include <cstdint>

namespace ag::proxy {
namespace {

void AppendHex(std::string& out, std::uint64_t value, int digits) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (int i = digits - 1; i >= 0; --i) out.push_back(kDigits[(value >> (4 * i)) & 0xF]);
}

bool IsLowerHex(std::string_view text) { return text.find_first_not_of("0123456789abcdef") == std::string_view::npos; }

// The trace id of "00-<32 hex>-<16 hex>-<2 hex>"; empty when it is not one.
std::string_view TraceIdOf(std::string_view traceparent) {
  constexpr std::size_t kLength = 55;
  if (traceparent.size() < kLength || traceparent[2] != '-' || traceparent[35] != '-' || traceparent[52] != '-')
    return {};
  if (traceparent.size() > kLength && (traceparent.substr(0, 2) == "00" || traceparent[kLength] != '-')) return {};
  const std::string_view id = traceparent.substr(3, 32);
  const std::string_view parent = traceparent.substr(36, 16);
  if (traceparent.substr(0, 2) == "ff" || !IsLowerHex(traceparent.substr(0, 2)) || !IsLowerHex(id) ||
      !IsLowerHex(parent) || !IsLowerHex(traceparent.substr(53, 2))) {
    return {};
  }
  if (id.find_first_not_of('0') == std::string_view::npos) return {};
  if (parent.find_first_not_of('0') == std::string_view::npos) return {};
  return id;
}

// "-01": the flags that have a meaning, sampled and random trace id; the others must not be passed on.
std::string KnownFlags(std::string_view flags) {
  const char low = flags[1];
  const int value = low <= '9' ? low - '0' : low - 'a' + 10;
  std::string known = "-";
  AppendHex(known, static_cast<std::uint64_t>(value & 0x3), 2);
  return known;
}

}  // namespace

TraceContext ContinueTrace(std::string_view client_traceparent, RandomSource& random) {
  TraceContext trace;
  const std::string_view continued = TraceIdOf(client_traceparent);
  if (!continued.empty()) {
    trace.trace_id = continued;
  } else {
    AppendHex(trace.trace_id, random.Next() | 1U, 16);
    AppendHex(trace.trace_id, random.Next(), 16);
  }
  trace.traceparent.reserve(55);
  trace.traceparent.append("00-").append(trace.trace_id).append("-");
  AppendHex(trace.traceparent, random.Next() | 1U, 16);
  trace.traceparent.append(continued.empty() ? "-00" : KnownFlags(client_traceparent.substr(53, 2)));
  return trace;
}

std::string NewRequestId(WallTime now, RandomSource& random) {
  std::string id = "req_";
  AppendHex(id, static_cast<std::uint64_t>(now.time_since_epoch().count()), 12);
  AppendHex(id, random.Next(), 12);
  return id;
}

}  // namespace ag::proxy
