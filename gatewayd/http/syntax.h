#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

// The small syntax rules of RFC 9110 and 9112 that parsers and writers share.
namespace ag::http {

namespace internal {

constexpr std::array<bool, 256> MakeTokenTable() {
  std::array<bool, 256> table{};
  for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
  return table;
}
inline constexpr std::array<bool, 256> kTokenTable = MakeTokenTable();

}  // namespace internal

// tchar (RFC 9110 section 5.6.2).
constexpr bool IsTokenChar(char c) { return internal::kTokenTable[static_cast<unsigned char>(c)]; }

// This and IsFieldValue judge every byte, without a way out in between: that costs less than a branch a byte.
constexpr bool IsToken(std::string_view text) {
  bool good = !text.empty();
  for (const char c : text) good &= IsTokenChar(c);
  return good;
}

// Field content (RFC 9110 section 5.5): visible, space, tab, obs-text.
constexpr bool IsFieldChar(char c) {
  const auto byte = static_cast<unsigned char>(c);
  const bool visible = byte >= 0x20;
  const bool tab = byte == '\t';
  const bool deleted = byte == 0x7f;
  return (visible | tab) & !deleted;
}

constexpr bool IsFieldValue(std::string_view text) {
  bool good = true;
  for (const char c : text) good &= IsFieldChar(c);
  return good;
}

// Spaces and tabs only: what may surround a field value.
constexpr std::string_view TrimOws(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Whether a comma-separated list has `token`, compared without case.
bool HasListToken(std::string_view list, std::string_view token);

// Digits only, at most 18 of them: what Content-Length may be.
std::optional<std::uint64_t> ParseLength(std::string_view text);

// The standard phrase of a status code; empty for unknown ones.
std::string_view ReasonPhrase(int status);

}  // namespace ag::http
