#include "gui/app/desktop.h"

#include <QApplication>
#include <QSystemTrayIcon>

#include "gui/app/app.h"
#include "gui/app/tray.h"

namespace ag::gui {

Desktop::Desktop(App& app, QQuickWindow& window, const WindowOptions& options)
    : memory_(*app.preferences(), window, options) {
  if (!QSystemTrayIcon::isSystemTrayAvailable()) return;
  QApplication::setQuitOnLastWindowClosed(false);
  tray_ = std::make_unique<Tray>(app, window);
  tray_->Show();
}

Desktop::~Desktop() = default;

}  // namespace ag::gui
