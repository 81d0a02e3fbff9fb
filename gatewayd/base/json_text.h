#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

// Byte-level helpers that the JSON reader and writer share.
namespace ag::json {

// The first byte in [p, end) that a JSON string cannot simply run over: a control character, '"', '\\' or the start of
// a non-ASCII character. Eight bytes a step.
inline const char* SkipPlainAscii(const char* p, const char* end) {
  constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
  constexpr std::uint64_t kHighs = 0x8080808080808080ULL;
  while (end - p >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, p, sizeof word);
    const std::uint64_t quote = word ^ (kOnes * '"');
    const std::uint64_t slash = word ^ (kOnes * '\\');
    // A borrow can only mark bytes after a true hit, so the lowest mark is exact.
    const std::uint64_t hits =
        (word | ((word - kOnes * 0x20) & ~word) | ((quote - kOnes) & ~quote) | ((slash - kOnes) & ~slash)) & kHighs;
    if (hits != 0) {
      if constexpr (std::endian::native == std::endian::little) return p + std::countr_zero(hits) / 8;
      break;
    }
    p += 8;
  }
  while (p < end) {
    const auto byte = static_cast<unsigned char>(*p);
    if (byte < 0x20 || byte >= 0x80 || byte == '"' || byte == '\\') break;
    ++p;
  }
  return p;
}

// The length (2 to 4) of the well-formed UTF-8 sequence at `p`, which starts with a byte >= 0x80; 0 if it is not well
// formed (Unicode 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF).
inline std::size_t Utf8Length(const char* p, const char* end) {
  const auto at = [p](std::size_t i) { return static_cast<unsigned char>(p[i]); };
  const auto left = static_cast<std::size_t>(end - p);
  const auto tail = [&](std::size_t i) { return (at(i) & 0xC0U) == 0x80U; };
  const unsigned first = at(0);
  if (first < 0xC2) return 0;
  if (first < 0xE0) return left >= 2 && tail(1) ? 2 : 0;
  if (first < 0xF0) {
    if (left < 3 || !tail(1) || !tail(2)) return 0;
    if (first == 0xE0 && at(1) < 0xA0) return 0;
    if (first == 0xED && at(1) >= 0xA0) return 0;
    return 3;
  }
  if (first > 0xF4 || left < 4 || !tail(1) || !tail(2) || !tail(3)) return 0;
  if (first == 0xF0 && at(1) < 0x90) return 0;
  if (first == 0xF4 && at(1) >= 0x90) return 0;
  return 4;
}

}  // namespace ag::json
