#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

// Private to auth/.
namespace ag::auth {

std::array<std::uint8_t, 32> Sha256(std::span<const std::uint8_t> bytes);
std::string Hex(std::span<const std::uint8_t> bytes);  // lower case

}  // namespace ag::auth
