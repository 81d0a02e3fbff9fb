#pragma once

#include <QTimer>
#include <memory>

#include "gui/app/notices.h"
#include "gui/app/window_memory.h"

class QQuickWindow;

namespace ag::gui {

class App;
class Tray;
struct WindowOptions;

// What the app is to the desktop: an icon in the tray, where the desktop has one, notifications when an account needs
// its owner, and a window that is found again where it was left.
class Desktop {
 public:
  // `app` and `window` outlive it.
  Desktop(App& app, QQuickWindow& window, const WindowOptions& options,
          QDBusConnection bus = QDBusConnection::sessionBus());
  ~Desktop();
  Desktop(const Desktop&) = delete;
  Desktop& operator=(const Desktop&) = delete;

 private:
  // False while this desktop has no tray.
  bool MakeTray(App& app, QQuickWindow& window);

  void TellOfAccounts(App& app, QQuickWindow& window);

  WindowMemory memory_;
  Notices notices_;
  std::unique_ptr<Tray> tray_;
  QTimer look_;  // for a tray that comes later
};

}  // namespace ag::gui
