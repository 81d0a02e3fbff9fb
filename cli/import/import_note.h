#pragma once

#include <cstdint>
#include <string>

namespace ag::cli {

// One thing of a file that was not taken over, as a fact: each client says it in its own words and names its own
// remedy.
struct ImportNote {
  enum class Kind : std::uint8_t {
    kSettingLeftOut,    // subject: the setting, with what it is part of
    kProxyLeftOut,      // subject: the setting with the outgoing proxy of all accounts
    kSignInsLeftOut,    // subject: the setting that says where sign-ins of other products are
    kVariableMissing,   // subject: what has a key; detail: the variable of the environment that should hold it
    kKeyMissing,        // subject: the account's label; detail: the provider that needs a key
    kIncomplete,        // subject: what lacks a setting; detail: the settings it needs, by comma
    kProviderUnknown,   // subject: the model; detail: the provider that is none here
    kWildcardLeftOut,   // subject: the model whose wildcard changes names
    kFallbacksUnknown,  // subject: the model whose fallbacks are not in the file
    kLongPromptsOnly,   // subject: the model that has fallbacks for long prompts, which a route here cannot do
    kAliasUnknown,      // subject: the alias of a model that is not in the file
    kTargetUnknown,     // subject: "provider,model" of a provider that is not in the file
    kRouteKept,         // subject: the pattern that has a route here already
  };
  Kind kind = Kind::kSettingLeftOut;
  int line = 0;  // of the file, from 1; 0 = of none
  std::string subject = {};
  std::string detail = {};
};

// What agctl says of it: an English sentence.
std::string NoteText(const ImportNote& note);

}  // namespace ag::cli
