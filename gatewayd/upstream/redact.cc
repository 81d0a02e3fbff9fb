#include <cstddef>
#include <string>
#include <string_view>

#include "gatewayd/upstream/error_facts.h"

namespace ag::upstream {
namespace {

// How secrets begin: keys of OpenAI, Anthropic and those like them, Google's keys and OAuth tokens, and what Google
// writes before a key it repeats. `shortest` keeps prose ("sk-") from being taken for a key.
struct Form {
  std::string_view prefix;
  std::size_t shortest;
};
constexpr Form kForms[] = {{"sk-", 6}, {"AIza", 12}, {"AQ.", 12}, {"ya29.", 12}, {"api_key:", 6}, {"Bearer ", 12}};

bool IsSecretChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-_.*~+/=").find(c) != std::string_view::npos;
}

bool IsWordChar(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// The length of the secret that begins at `at`, with its prefix; 0 if none does.
std::size_t SecretAt(std::string_view text, std::size_t at, std::string_view& prefix) {
  if (at > 0 && IsWordChar(text[at - 1])) return 0;
  for (const auto& form : kForms) {
    if (text.compare(at, form.prefix.size(), form.prefix) != 0) continue;
    std::size_t end = at + form.prefix.size();
    while (end < text.size() && IsSecretChar(text[end])) ++end;
    // A full stop ends the sentence, not the key.
    while (end > at && text[end - 1] == '.') --end;
    if (end < at + form.prefix.size() + form.shortest) continue;
    prefix = form.prefix;
    return end - at;
  }
  return 0;
}

}  // namespace

std::string Redacted(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    std::string_view prefix;
    const auto length = SecretAt(text, at, prefix);
    if (length == 0) {
      out.push_back(text[at++]);
      continue;
    }
    out.append(prefix).append("[redacted]");
    at += length;
  }
  return out;
}

}  // namespace ag::upstream
