#include "gatewayd/base/redaction.h"

#include <algorithm>
#include <array>
#include <span>

namespace ag {
namespace {

// How the credentials of the known providers begin, and the words that stand before one in a header.
constexpr std::array<std::string_view, 7> kKeyPrefixes{"sk-", "sk_", "AIza", "AQ.", "ya29.", "gsk_", "xai-"};
constexpr std::size_t kMinKeyLength = 12;

bool IsWordChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.' || c == '*';
}

bool LooksLikeKey(std::string_view word) {
  if (word.size() < kMinKeyLength) return false;
  return std::any_of(kKeyPrefixes.begin(), kKeyPrefixes.end(),
                     [word](std::string_view prefix) { return word.starts_with(prefix); });
}

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

}  // namespace

std::string_view PrintableAscii(std::string_view text, std::size_t max, Arena& arena) {
  const std::span<char> safe = arena.CopySpan(std::span<const char>(text.substr(0, max)));
  for (char& c : safe) {
    if (c < 0x20 || c > 0x7e) c = '?';
  }
  return {safe.data(), safe.size()};
}

std::string SafeProviderText(std::string_view text, std::size_t max) {
  std::string safe;
  bool after_bearer = false;
  for (std::size_t i = 0; i < text.size() && safe.size() <= max;) {
    std::size_t end = i;
    while (end < text.size() && IsWordChar(text[end])) ++end;
    if (end == i) {
      const char c = text[i++];
      safe.push_back(static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c);
      continue;
    }
    const std::string_view word = text.substr(i, end - i);
    const bool is_key = LooksLikeKey(word) || (after_bearer && word.size() >= kMinKeyLength);
    safe.append(is_key ? std::string_view("[secret]") : word);
    after_bearer = word == "Bearer" || word == "bearer";
    i = end;
  }
  if (safe.size() <= max) return safe;
  std::size_t cut = max;
  while (cut > 0 && IsContinuation(safe[cut])) --cut;
  safe.resize(cut);
  return safe;
}

}  // namespace ag
