#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "gatewayd/base/arena.h"

namespace ag {

inline constexpr std::size_t kMaxUserAgent = 200;
inline constexpr std::size_t kMaxProviderText = 500;
inline constexpr std::size_t kMaxErrorText = 1000;  // our sentence, which may quote a provider

// What a client sent, fit for a list: at most `max` printable ASCII characters, others as '?'. A copy in `arena`.
std::string_view PrintableAscii(std::string_view text, std::size_t max, Arena& arena);
// What a provider said, fit for storage: control characters become spaces, words that look like credentials (providers
// quote the key they refuse) become "[secret]", cut to `max` bytes at a character's end.
std::string SafeProviderText(std::string_view text, std::size_t max);

}  // namespace ag
