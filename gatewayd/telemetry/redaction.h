#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ag::telemetry {

inline constexpr std::size_t kMaxUserAgent = 200;
inline constexpr std::size_t kMaxProviderText = 500;

// What a client sent, fit for a list: at most `max` printable ASCII characters, others as '?'.
std::string PrintableAscii(std::string_view text, std::size_t max);
// What a provider said, fit for storage: control characters become spaces, words that look like credentials (providers
// quote the key they refuse) become "[secret]", cut to `max` bytes at a character's end.
std::string SafeProviderText(std::string_view text, std::size_t max);

}  // namespace ag::telemetry
