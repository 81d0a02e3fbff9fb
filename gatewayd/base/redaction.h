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
// Of what looks like a credential (providers quote the key they refuse) its first characters and "[redacted]".
std::string Redacted(std::string_view text);
// What a provider said, fit for storage: redacted, control characters as spaces, cut to `max` bytes at a character's
// end.
std::string SafeProviderText(std::string_view text, std::size_t max);

}  // namespace ag
