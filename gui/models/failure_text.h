#pragma once

#include <absl/status/status.h>

#include <QString>

#include "gui/models/live_text.h"

class QNetworkReply;

// What went wrong, in the person's language. The daemon's sentences are English and the providers' words are their own:
// what the API names by a code, an enumerator or a field is said by the app, and the words follow as they are, in
// quotes. Nothing is translated by its text.
namespace ag::gui {

// `said: “words”`; one of the two where the other is empty.
QString WithWords(const QString& said, const QString& words);

// A sentence of the daemon: all that a reader of English needs. Others get `said` before it, and the sentence in
// quotes.
QString DaemonText(const QString& said, const QString& sentence);

// A failed call: what kind of failure it is, or which field is not accepted, and the daemon's sentence.
QString FailureText(const absl::Status& status);
// The same at each reading.
LiveText LiveFailure(absl::Status status);

// Why an HTTP request got no reply: "connection refused". It does not need the reply any more.
LiveText NoReplyText(const QNetworkReply& reply);

}  // namespace ag::gui
