#pragma once

#include <QString>

namespace ag::gateway::v1 {
class Reason;
enum RejectReason : int;
}  // namespace ag::gateway::v1

namespace ag::gui {

// A reason of the daemon as a sentence in the person's language: where a model goes and why, what an account waits for,
// what a translation could not say. A code that this app does not know yet is shown by its words with its arguments.
// Empty for a reason without a code.
QString ReasonText(const gateway::v1::Reason& reason);

// Why an account was not asked: "cooling down". Empty for what this app does not know.
QString RejectText(gateway::v1::RejectReason reason);

// What a dialect is called in tables: "Messages" for "messages". Names of APIs are the same in every language.
QString DialectText(const QString& dialect);
// "Messages → Gemini", or one name where both are the same or nobody was asked.
QString DialectsText(const QString& client, const QString& upstream);

}  // namespace ag::gui
