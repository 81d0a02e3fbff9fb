#pragma once

#include <QString>

namespace ag::gui {

// What a setting is for, in the person's language; in English it is the daemon's own sentence. Empty for a key that
// this app does not know.
QString SettingText(const QString& key);

}  // namespace ag::gui
