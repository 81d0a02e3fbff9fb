#pragma once

#include <QString>
#include <array>
#include <cstdint>
#include <span>

namespace ag::gui {

// What stands together on the page of settings, in this order.
enum class SettingCard : std::uint8_t {
  kApp,
  kEndpoint,
  kAccounts,
  kRetries,
  kTranslation,
  kLog,
  kEgress,
  // Rarely needed: in the section "Advanced".
  kAccess,
  kTimeouts,
  kResources,
  kRemote,
  kOther,  // what this app does not know
};
inline constexpr int kSettingCards = 12;

// In English, marked for the translators, as all below.
const char* TitleOf(SettingCard card);
inline bool IsAdvanced(SettingCard card) { return card >= SettingCard::kAccess; }

struct ChoiceWords {
  const char* value;  // as the daemon has it
  const char* text;
  const char* hint;  // what comes of it; may be empty
};

// All texts of one setting.
struct SettingWords {
  const char* key;  // of the daemon, or "app.…"
  SettingCard card;
  const char* name;
  const char* text;  // what it is for
  std::span<const ChoiceWords> choices = {};
  bool segmented = false;  // a few short choices: all of them in sight
};

// In the order of the cards, and within each of how often it is wanted.
std::span<const SettingWords> AllSettingWords();
// Null for a key that this app does not know.
const SettingWords* WordsOf(const QString& key);
// Null for a choice that this app does not know.
const ChoiceWords* ChoiceOf(const SettingWords& words, const QString& value);

// One of these texts in the person's language.
QString SettingTr(const char* text);

}  // namespace ag::gui
