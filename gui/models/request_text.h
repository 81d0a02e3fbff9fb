#pragma once

#include <QString>

#include "gui/models/request_row.h"

// What the lists of requests say of one, in the app's language.
namespace ag::gui {

// When it ended: "14:03:07.120", of another day "27 Nov 14:03".
QString TimeText(const RequestRow& row);
// "200", "left".
QString StatusText(const RequestRow& row);
// "ok", "warning" or "error", as Theme.stateColor takes it.
QString StatusKind(const RequestRow& row);
// The kind of its error with the words of whoever refused it, which a line that is cut still shows; empty = nothing
// failed.
QString ErrorText(const RequestRow& row);
// The same with the gateway's whole sentence, which begins with the account.
QString ErrorTip(const RequestRow& row);
// For a screen reader.
QString Spoken(const RequestRow& row);

}  // namespace ag::gui
