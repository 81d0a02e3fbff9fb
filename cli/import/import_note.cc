#include "cli/import/import_note.h"

#include <absl/strings/str_cat.h>

namespace ag::cli {
namespace {

std::string Sentence(const ImportNote& note) {
  const std::string& what = note.subject;
  switch (note.kind) {
    case ImportNote::Kind::kSettingLeftOut:
      return absl::StrCat("`", what, "` was not taken over");
    case ImportNote::Kind::kProxyLeftOut:
      return absl::StrCat("`", what,
                          "` was not taken over; if all accounts need it: agctl config set upstream.proxy_url URL");
    case ImportNote::Kind::kSignInsLeftOut:
      return absl::StrCat("the sign-ins in `", what,
                          "` belong to other products and are not taken over; add accounts of your own: agctl accounts "
                          "add");
    case ImportNote::Kind::kVariableMissing:
      return absl::StrCat(what, ": its key is read from the variable ", note.detail,
                          ", which is not set here. Set it (export ", note.detail, "=…) and import again");
    case ImportNote::Kind::kKeyMissing:
      return absl::StrCat(what, ": there is no key, which ", note.detail, " needs");
    case ImportNote::Kind::kIncomplete:
      return absl::StrCat(what, " was not taken over: it needs ", note.detail);
    case ImportNote::Kind::kProviderUnknown:
      return absl::StrCat(what, ": there is no provider \"", note.detail, "\" here");
    case ImportNote::Kind::kWildcardLeftOut:
      return absl::StrCat(what,
                          ": a wildcard that changes names was not taken over; ask for the models by their own names");
    case ImportNote::Kind::kFallbacksUnknown:
      return absl::StrCat("the fallbacks of \"", what, "\" name models that are not in model_list");
    case ImportNote::Kind::kLongPromptsOnly:
      return absl::StrCat("not imported: `context_window_fallbacks` of \"", what,
                          "\"; a route here does not change the model for a prompt that is too long");
    case ImportNote::Kind::kAliasUnknown:
      return absl::StrCat("the alias \"", what, "\" names no model of model_list");
    case ImportNote::Kind::kTargetUnknown:
      return absl::StrCat("\"", what, "\" names no provider of this file (provider,model)");
    case ImportNote::Kind::kRouteKept:
      return absl::StrCat("there is a route for ", what, " already, which stays");
  }
  return what;
}

}  // namespace

std::string NoteText(const ImportNote& note) {
  return note.line == 0 ? Sentence(note) : absl::StrCat("line ", note.line, ": ", Sentence(note));
}

}  // namespace ag::cli
