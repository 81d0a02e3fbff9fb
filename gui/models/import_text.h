#pragma once

#include <QString>

namespace ag::gateway::v1 {
class ImportedAccount;
class Route;
}  // namespace ag::gateway::v1

namespace ag::cli {
struct ImportNote;
enum class ImportFormat;
}  // namespace ag::cli

// What an import is said with.
namespace ag::gui {

// Whether something would be added or has been.
enum class ImportTense { kBefore, kAfter };

// "added", "present" or "refused".
QString OutcomeName(const gateway::v1::ImportedAccount& account);
QString OutcomeText(const gateway::v1::ImportedAccount& account, ImportTense tense);
// "anthropic:claude-opus-5 → openai"
QString TargetOf(const gateway::v1::Route& route);
// Whose configuration it is: a product's name.
QString FormatName(cli::ImportFormat format);
// What was not taken over, and what to do about it.
QString ImportNoteText(const cli::ImportNote& note);

}  // namespace ag::gui
