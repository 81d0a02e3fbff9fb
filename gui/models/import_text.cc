#include "gui/models/import_text.h"

#include <QCoreApplication>

#include "ag/gateway/v1/account.pb.h"
#include "cli/import/import_note.h"
#include "cli/import/import_plan.h"
#include "gui/models/failure_text.h"
#include "gui/models/text.h"

namespace ag::gui {
namespace {

namespace v1 = ::ag::gateway::v1;

// Where the translators find these texts.
struct Words {
  Q_DECLARE_TR_FUNCTIONS(Import)
};

QString Place(const std::string& provider, const std::string& model) {
  if (model.empty() || provider.empty()) return Text(provider + model);
  return Text(provider + ":" + model);
}

QString Sentence(const cli::ImportNote& note) {
  using Kind = cli::ImportNote::Kind;
  const QString what = Text(note.subject);
  const QString detail = Text(note.detail);
  switch (note.kind) {
    case Kind::kSettingLeftOut:
      return Words::tr("%1 was not taken over.").arg(what);
    case Kind::kProxyLeftOut:
      return Words::tr("%1 was not taken over. If all accounts need it, enter it in Settings as the outgoing proxy.")
          .arg(what);
    case Kind::kSignInsLeftOut:
      return Words::tr("The sign-ins in %1 belong to other products and are not taken over. Add accounts of your own.")
          .arg(what);
    case Kind::kVariableMissing:
      return Words::tr(
                 "%1: its key is in the variable %2, which is not set where this app runs. Start the app where it is "
                 "set and import again, or add the account with its key.")
          .arg(what, detail);
    case Kind::kKeyMissing:
      return Words::tr("%1: there is no key, which %2 needs.").arg(what, detail);
    case Kind::kIncomplete:
      return Words::tr("%1 was not taken over: it needs %2.").arg(what, detail);
    case Kind::kProviderUnknown:
      return Words::tr("%1: there is no provider “%2” here.").arg(what, detail);
    case Kind::kWildcardLeftOut:
      return Words::tr("%1: a wildcard that changes names was not taken over. Ask for the models by their own names.")
          .arg(what);
    case Kind::kFallbacksUnknown:
      return Words::tr("The fallbacks of “%1” name models that are not in the file.").arg(what);
    case Kind::kLongPromptsOnly:
      return Words::tr(
                 "The fallbacks of “%1” for prompts that are too long were not taken over: a route here does not "
                 "change the model for those.")
          .arg(what);
    case Kind::kAliasUnknown:
      return Words::tr("The alias “%1” names no model of the file.").arg(what);
    case Kind::kTargetUnknown:
      return Words::tr("“%1” names no provider of the file.").arg(what);
    case Kind::kRouteKept:
      return Words::tr("There is a route for %1 already, which stays.").arg(what);
  }
  return what;
}

}  // namespace

QString OutcomeName(const v1::ImportedAccount& account) {
  switch (account.outcome()) {
    case v1::IMPORT_OUTCOME_ADDED:
      return QStringLiteral("added");
    case v1::IMPORT_OUTCOME_PRESENT:
      return QStringLiteral("present");
    default:
      return QStringLiteral("refused");
  }
}

QString OutcomeText(const v1::ImportedAccount& account, ImportTense tense) {
  switch (account.outcome()) {
    case v1::IMPORT_OUTCOME_ADDED:
      return tense == ImportTense::kBefore ? Words::tr("will be added") : Words::tr("added");
    case v1::IMPORT_OUTCOME_PRESENT:
      return Words::tr("is here already");
    default:
      return DaemonText(tense == ImportTense::kBefore ? Words::tr("cannot be added") : Words::tr("was not added"),
                        Text(account.message()));
  }
}

QString TargetOf(const v1::Route& route) {
  QString target = Place(route.provider(), route.model());
  for (const v1::RouteFallback& next : route.fallbacks())
    target += QStringLiteral(" → ") + Place(next.provider(), next.model());
  return target;
}

QString FormatName(cli::ImportFormat format) {
  switch (format) {
    case cli::ImportFormat::kLiteLlm:
      return QStringLiteral("LiteLLM");
    case cli::ImportFormat::kCliProxyApi:
      return QStringLiteral("CLIProxyAPI");
    case cli::ImportFormat::kClaudeCodeRouter:
      return QStringLiteral("claude-code-router");
  }
  return {};
}

QString ImportNoteText(const cli::ImportNote& note) {
  return note.line == 0 ? Sentence(note) : Words::tr("Line %1: %2").arg(note.line).arg(Sentence(note));
}

}  // namespace ag::gui
