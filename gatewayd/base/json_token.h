#pragma once

#include <absl/status/status.h>

#include <cstddef>
#include <string_view>

#include "gatewayd/base/arena.h"

// The tokens of JSON text, for the two readers of base/json.h: the parser and the walks over one level. All functions
// read from `p` up to `end` and return the position after the token, or nullptr with `fault` set.
namespace ag::json {

// Position of a failure and what was expected there. Carried by hand, because a status a token would be slow.
struct Fault {
  const char* at = nullptr;
  const char* what = nullptr;
};

// InvalidRequest with the byte offset in `text`.
absl::Status ToStatus(const Fault& fault, std::string_view text);

inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }

inline const char* SkipSpace(const char* p, const char* end) {
  while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')) ++p;
  return p;
}

inline std::string_view Between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

// Position of the closing quote of a string whose first inner byte is `p`, or nullptr; validates nothing and sets no
// fault.
const char* FindClosingQuote(const char* p, const char* end);

// A number after RFC 8259 section 6.
const char* ScanNumber(const char* p, const char* end, Fault& fault);

// Exactly `word`: true, false or null.
const char* ScanLiteral(const char* p, const char* end, std::string_view word, Fault& fault);

// A string's inner text, decoded: a view into the source, or into the arena when it has escapes. `p` is after the
// opening quote; returns the position after the closing one.
const char* ReadString(const char* p, const char* end, Arena& arena, std::string_view& text, Fault& fault);

}  // namespace ag::json
