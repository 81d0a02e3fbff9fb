#include "gatewayd/base/redaction.h"

#include <array>
#include <span>

namespace ag {
namespace {

// How credentials begin, those of the known providers and Google's OAuth tokens, and the words that stand before one.
// `shortest` of what follows keeps prose ("sk-") from being taken for a key.
struct Form {
  std::string_view prefix;
  std::size_t shortest;
};
constexpr std::array<Form, 11> kForms{{{"sk-", 6},
                                       {"sk_", 6},
                                       {"AIza", 12},
                                       {"AQ.", 12},
                                       {"ya29.", 12},
                                       {"gsk_", 12},
                                       {"xai-", 12},
                                       {"api_key:", 6},
                                       {"Bearer ", 12},
                                       {"bearer ", 12},
                                       {"GOCSPX-", 12}}};

bool IsWordChar(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
bool IsSecretChar(char c) { return IsWordChar(c) || std::string_view("-_.*~+/=").find(c) != std::string_view::npos; }
bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

// The length of what begins with `form` at `at`; 0 if nothing secret does.
std::size_t SecretAt(std::string_view text, std::size_t at, const Form& form) {
  if (!text.substr(at).starts_with(form.prefix)) return 0;
  std::size_t end = at + form.prefix.size();
  while (end < text.size() && IsSecretChar(text[end])) ++end;
  // A full stop ends the sentence, not the key.
  while (end > at && text[end - 1] == '.') --end;
  return end >= at + form.prefix.size() + form.shortest ? end - at : 0;
}

// No further than to `max` bytes and the secret that begins there.
std::string WithoutSecrets(std::string_view text, std::size_t max) {
  std::string out;
  for (std::size_t at = 0; at < text.size() && out.size() <= max;) {
    std::size_t length = 0;
    if (at == 0 || !IsWordChar(text[at - 1])) {
      for (const Form& form : kForms) {
        length = SecretAt(text, at, form);
        if (length == 0) continue;
        out.append(form.prefix).append("[redacted]");
        break;
      }
    }
    if (length == 0) out.push_back(text[at]);
    at += length == 0 ? 1 : length;
  }
  return out;
}

}  // namespace

std::string_view PrintableAscii(std::string_view text, std::size_t max, Arena& arena) {
  const std::span<char> safe = arena.CopySpan(std::span<const char>(text.substr(0, max)));
  for (char& c : safe) {
    if (c < 0x20 || c > 0x7e) c = '?';
  }
  return {safe.data(), safe.size()};
}

std::string Redacted(std::string_view text) { return WithoutSecrets(text, text.size()); }

std::string SafeProviderText(std::string_view text, std::size_t max) {
  std::string safe = WithoutSecrets(text, max);
  for (char& c : safe) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  if (safe.size() <= max) return safe;
  std::size_t cut = max;
  while (cut > 0 && IsContinuation(safe[cut])) --cut;
  safe.resize(cut);
  return safe;
}

}  // namespace ag
