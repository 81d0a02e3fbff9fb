#pragma once

#include <absl/status/status.h>

#include <algorithm>
#include <string_view>

#include "gatewayd/base/error.h"

namespace ag::control {

// A primary key travels in headers and shell commands, and must not be guessable: "sk-" and at least 16 more of
// [A-Za-z0-9_-].
inline absl::Status CheckPrimaryKey(std::string_view key) {
  constexpr std::string_view kPrefix = "sk-";
  constexpr std::size_t kMinRandom = 16;
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  if (key.starts_with(kPrefix) && key.size() >= kPrefix.size() + kMinRandom && std::ranges::all_of(key, plain)) {
    return absl::OkStatus();
  }
  return FieldError(ErrorKind::kInvalidRequest, "proxy.api_key",
                    "the gateway key must be \"sk-\" and at least 16 more letters, digits, '-' or '_'");
}

}  // namespace ag::control
