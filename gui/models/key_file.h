#pragma once

#include <QString>
#include <QUrl>
#include <string>

#include "gui/models/live_text.h"

namespace ag::gui {

// A service account's JSON key, or gcloud's "authorized_user" file.
struct KeyFile {
  QString name;         // of the file
  LiveText text;        // what is in it, for people: "Service account robot@…, project x"
  std::string content;  // a secret: never shown
  LiveText error;       // why it cannot be used; empty = it can
};

// Reads at most 64 KB.
KeyFile ReadKeyFile(const QUrl& url);

}  // namespace ag::gui
