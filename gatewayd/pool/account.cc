#include "gatewayd/pool/account.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace ag::pool {
namespace {

constexpr std::array<std::string_view, 4> kStates{"ready", "needs_sign_in", "forbidden", "disabled"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// True for what providers put behind a name to say which build it is: "-20250929", "@20250929", "-2024-08-06".
bool IsDateSuffix(std::string_view text) {
  if (text.size() != 9 && text.size() != 11) return false;
  if (text[0] != '-' && text[0] != '@') return false;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const bool dash = text.size() == 11 && (i == 5 || i == 8);
    if (dash ? text[i] != '-' : !IsDigit(text[i])) return false;
  }
  return true;
}

std::string_view WithoutPrefix(std::string_view text, std::string_view prefix) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

// Whether a provider that lists `listed` answers to `asked`. Lists name builds; providers also answer to the alias
// without the date (Anthropic, OpenAI), with "-latest", without ":latest" (Ollama), and with a ":variant" of a listed
// name (OpenRouter). Gemini lists "models/<name>".
bool Answers(std::string_view listed, std::string_view asked) {
  if (listed == asked) return true;
  if (listed.starts_with(asked)) {
    const std::string_view rest = listed.substr(asked.size());
    if (rest == ":latest" || IsDateSuffix(rest)) return true;
  }
  if (asked.starts_with(listed) && asked.size() > listed.size() && asked[listed.size()] == ':') return true;
  constexpr std::string_view kLatest = "-latest";
  if (!asked.ends_with(kLatest)) return false;
  const std::string_view base = asked.substr(0, asked.size() - kLatest.size());
  return listed == base || (listed.starts_with(base) && IsDateSuffix(listed.substr(base.size())));
}

}  // namespace

std::string_view NameOf(AccountState state) { return kStates[static_cast<std::size_t>(state)]; }

std::optional<AccountState> AccountStateFromName(std::string_view name) {
  const auto found = std::find(kStates.begin(), kStates.end(), name);
  if (found == kStates.end()) return std::nullopt;
  return static_cast<AccountState>(found - kStates.begin());
}

bool Account::MayServe(std::string_view model) const {
  // A request for a resource names no model.
  if (models.empty() || model.empty()) return true;
  const std::string_view asked = WithoutPrefix(model, "models/");
  return std::any_of(models.begin(), models.end(),
                     [asked](const std::string& listed) { return Answers(WithoutPrefix(listed, "models/"), asked); });
}

}  // namespace ag::pool
