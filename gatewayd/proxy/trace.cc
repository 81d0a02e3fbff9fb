#include "gatewayd/proxy/trace.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace ag::proxy {
namespace {

// Writes `digits` hex digits of `value`; returns where they end.
char* WriteHex(char* out, std::uint64_t value, int digits) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (int i = digits - 1; i >= 0; --i) *out++ = kDigits[(value >> (4 * i)) & 0xF];
  return out;
}

char* Write(char* out, std::string_view text) { return std::copy(text.begin(), text.end(), out); }

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

// The flags that have a meaning, sampled and random trace id; the others must not be passed on.
std::uint64_t KnownFlags(std::string_view flags) {
  const char low = flags[1];
  const int value = low <= '9' ? low - '0' : low - 'a' + 10;
  return static_cast<std::uint64_t>(value & 0x3);
}

}  // namespace

TraceContext ContinueTrace(std::string_view client_traceparent, RandomSource& random, Arena& arena) {
  constexpr std::size_t kLength = 55;
  const std::string_view continued = TraceIdOf(client_traceparent);
  const std::span<char> traceparent = arena.NewSpan<char>(kLength);
  char* out = Write(traceparent.data(), "00-");
  if (!continued.empty()) {
    out = Write(out, continued);
  } else {
    out = WriteHex(out, random.Next() | 1U, 16);
    out = WriteHex(out, random.Next(), 16);
  }
  out = WriteHex(Write(out, "-"), random.Next() | 1U, 16);
  WriteHex(Write(out, "-"), continued.empty() ? 0 : KnownFlags(client_traceparent.substr(53, 2)), 2);
  const std::string_view whole(traceparent.data(), kLength);
  return {whole.substr(3, 32), whole};
}

std::string_view NewRequestId(WallTime now, RandomSource& random, Arena& arena) {
  constexpr std::size_t kLength = 28;
  const std::span<char> id = arena.NewSpan<char>(kLength);
  char* out = WriteHex(Write(id.data(), "req_"), static_cast<std::uint64_t>(now.time_since_epoch().count()), 12);
  WriteHex(out, random.Next(), 12);
  return {id.data(), kLength};
}

}  // namespace ag::proxy
