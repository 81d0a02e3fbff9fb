#pragma once

#include <absl/strings/string_view.h>

#include <string_view>

namespace ag {

// Debian's Abseil has its own string_view type; these two are the only bridge.
inline absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view ToStd(absl::string_view text) { return {text.data(), text.size()}; }

namespace internal {
// Of texts of one length.
bool SameBytesIgnoringCase(std::string_view a, std::string_view b);
}  // namespace internal

// ASCII only, as HTTP header names and host names are. Lengths and first letters (but for the bit of their case) are
// compared inline: a name is looked for in lists of names, nearly all of which differ there.
inline bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (a.empty()) return true;
  constexpr int kCaseBit = 'a' ^ 'A';
  return ((a.front() ^ b.front()) & ~kCaseBit) == 0 && internal::SameBytesIgnoringCase(a, b);
}
std::string_view TrimSpace(std::string_view text);

}  // namespace ag
