#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gatewayd/base/secret.h"

// AES-256-GCM (NIST SP 800-38D) over whole texts, with a random 96-bit nonce. Sealed form: nonce ‖ ciphertext ‖ tag.
namespace ag::auth {

using AesKey = std::array<std::uint8_t, 32>;

// `associated` is authenticated with the text and not part of it; its parts are taken as one text.
std::string AesSeal(const AesKey& key, std::span<const std::string_view> associated, std::string_view plain);
// None when it is not what AesSeal made of this key and these associated data.
std::optional<Secret> AesOpen(const AesKey& key, std::span<const std::string_view> associated, std::string_view sealed);

}  // namespace ag::auth
