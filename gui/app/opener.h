#pragma once

#include <QString>
#include <QUrl>
#include <functional>

namespace ag::gui {

// Starts the programs that this desktop has for web pages and folders. GUI thread.
class Opener {
 public:
  // False = nothing could be started for that address.
  using Function = std::function<bool(const QUrl&)>;

  // Empty = the desktop's own way.
  explicit Opener(Function open = {});

  // False when the desktop has no browser, or this is no web address.
  bool OpenWeb(const QString& url) const;
  // Of this machine, by its absolute path. False when the desktop has nothing to show it with, or it is no folder.
  bool OpenFolder(const QString& path) const;

 private:
  Function open_;
};

}  // namespace ag::gui
