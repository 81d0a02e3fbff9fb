#pragma once

#include <QString>
#include <QUrl>
#include <string>

namespace ag::gui {

// A service account's JSON key, or gcloud's "authorized_user" file.
struct KeyFile {
  QString name;         // of the file
  QString text;         // what is in it, for people: "Service account robot@…, project x"
  std::string content;  // a secret: never shown
  QString error;        // why it cannot be used; empty = it can
};

// Reads at most 64 KB.
KeyFile ReadKeyFile(const QUrl& url);

}  // namespace ag::gui
