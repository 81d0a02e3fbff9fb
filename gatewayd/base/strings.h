#pragma once

#include <absl/strings/string_view.h>

#include <string_view>

namespace ag {

// Debian's Abseil has its own string_view type; these two are the only bridge.
inline absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view ToStd(absl::string_view text) { return {text.data(), text.size()}; }

// ASCII only, as HTTP header names and host names are.
bool EqualsIgnoreCase(std::string_view a, std::string_view b);
std::string_view TrimSpace(std::string_view text);

}  // namespace ag
