#include "gui/app/desktop.h"

#include <QApplication>
#include <QQuickWindow>
#include <QSystemTrayIcon>
#include <chrono>

#include "gui/app/app.h"
#include "gui/app/main_window.h"
#include "gui/app/tray.h"

namespace ag::gui {
namespace {
constexpr std::chrono::seconds kLookForTray{2};
constexpr int kLooks = 60;
}  // namespace

Desktop::Desktop(App& app, QQuickWindow& window, const WindowOptions& options)
    : memory_(*app.preferences(), window, options) {
  if (MakeTray(app, window)) return;
  // Without a tray a hidden window would be out of reach; at login the tray may come later than this.
  if (!options.visible) window.showMinimized();
  look_.setInterval(kLookForTray);
  QObject::connect(&look_, &QTimer::timeout, &look_, [this, &app, &window, looks = 0]() mutable {
    if (MakeTray(app, window) || ++looks == kLooks) look_.stop();
  });
  look_.start();
}

bool Desktop::MakeTray(App& app, QQuickWindow& window) {
  if (!QSystemTrayIcon::isSystemTrayAvailable()) return false;
  QApplication::setQuitOnLastWindowClosed(false);
  tray_ = std::make_unique<Tray>(app, window);
  tray_->Show();
  return true;
}

Desktop::~Desktop() = default;

}  // namespace ag::gui
