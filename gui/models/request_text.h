#pragma once

#include <QString>

#include "gui/models/request_row.h"

// What the lists of requests say of one, in the app's language.
namespace ag::gui {

// "200", "left".
QString StatusText(const RequestRow& row);
// "ok", "warning" or "error", as Theme.stateColor takes it.
QString StatusKind(const RequestRow& row);
// The kind of its error with the words of whoever refused it; empty = nothing failed.
QString ErrorText(const RequestRow& row);
// For a screen reader.
QString Spoken(const RequestRow& row);

}  // namespace ag::gui
