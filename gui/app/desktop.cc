#include "gui/app/desktop.h"

#include <QApplication>
#include <QQuickWindow>
#include <QSystemTrayIcon>
#include <chrono>
#include <utility>

#include "gui/app/app.h"
#include "gui/app/main_window.h"
#include "gui/app/tray.h"

namespace ag::gui {
namespace {
constexpr std::chrono::seconds kLookForTray{2};
constexpr int kLooks = 60;
}  // namespace

Desktop::Desktop(App& app, QQuickWindow& window, const WindowOptions& options, QDBusConnection bus)
    : memory_(*app.preferences(), window, options), notices_(std::move(bus)) {
  TellOfAccounts(app, window);
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

void Desktop::TellOfAccounts(App& app, QQuickWindow& window) {
  QObject::connect(app.accounts(), &AccountModel::attentionNeeded, &notices_,
                   [this, &app](const QString& id, const QString& label, const QString& why) {
                     if (!app.preferences()->notifications()) return;
                     notices_.Tell(Notices::tr("%1 needs attention").arg(label), why, id);
                   });
  QObject::connect(&notices_, &Notices::picked, &window, [&window](const QString& id) {
    window.show();
    window.raise();
    window.requestActivate();
    QMetaObject::invokeMethod(&window, "mend", Q_ARG(QString, QStringLiteral("account")), Q_ARG(QString, id));
  });
  QObject::connect(&notices_, &Notices::unheard, &notices_, [this](const QString& title, const QString& text) {
    if (tray_) tray_->icon().showMessage(title, text, QSystemTrayIcon::Warning);
  });
}

Desktop::~Desktop() = default;

}  // namespace ag::gui
