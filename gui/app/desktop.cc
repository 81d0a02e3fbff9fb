#include "gui/app/desktop.h"

#include <QApplication>
#include <QEvent>
#include <QPixmap>
#include <QQuickWindow>
#include <QScreen>

#include "gui/app/app.h"
#include "gui/app/icon_provider.h"

namespace ag::gui {
namespace {

QIcon TrayIcon(bool well, bool running) {
  const QString colour = !well ? "b3261e" : running ? "2f5bd3" : "79818d";
  return QPixmap::fromImage(DrawIcon("waypoints", colour, QSize(64, 64)));
}

}  // namespace

Desktop::Desktop(App& app, QQuickWindow& window) : app_(app), window_(window) {
  RestoreWindow();
  window_.installEventFilter(this);
  if (!QSystemTrayIcon::isSystemTrayAvailable()) return;
  QApplication::setQuitOnLastWindowClosed(false);
  MakeTray();
}

Desktop::~Desktop() { StoreWindow(); }

void Desktop::MakeTray() {
  show_ = menu_.addAction({}, this, &Desktop::ShowWindow);
  switch_ = menu_.addAction({}, this, [this] {
    if (app_.backend()->proxyRunning()) {
      app_.backend()->stopProxy();
    } else {
      app_.backend()->startProxy();
    }
  });
  menu_.addSeparator();
  quit_ = menu_.addAction({}, this, [this] {
    ShowWindow();
    QMetaObject::invokeMethod(&window_, "askToQuit");
  });
  tray_.setContextMenu(&menu_);
  connect(&tray_, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
    if (reason == QSystemTrayIcon::Trigger) ShowWindow();
  });
  connect(app_.backend(), &Backend::proxyChanged, this, &Desktop::ShowState);
  connect(app_.backend(), &Backend::connectionChanged, this, &Desktop::ShowState);
  connect(&app_, &App::languageChanged, this, &Desktop::ShowState);
  connect(app_.accounts(), &AccountModel::attentionNeeded, this, [this](const QString& label, const QString& why) {
    if (app_.preferences()->notifications()) {
      tray_.showMessage(tr("%1 needs you").arg(label), why, QSystemTrayIcon::Warning);
    }
  });
  ShowState();
  tray_.show();
  window_.setProperty("tray", true);
}

void Desktop::ShowState() {
  const Backend& backend = *app_.backend();
  show_->setText(tr("Open AG Gateway"));
  switch_->setText(backend.proxyRunning() ? tr("Stop the proxy") : tr("Start the proxy"));
  switch_->setEnabled(backend.connected());
  quit_->setText(tr("Quit"));
  tray_.setIcon(TrayIcon(backend.connected(), backend.proxyRunning()));
  tray_.setToolTip(!backend.connected()     ? tr("AG Gateway: no daemon")
                   : backend.proxyRunning() ? tr("AG Gateway: listening on %1").arg(backend.proxyAddress())
                                            : tr("AG Gateway: the proxy is stopped"));
}

void Desktop::ShowWindow() {
  window_.show();
  window_.raise();
  window_.requestActivate();
}

bool Desktop::eventFilter(QObject* watched, QEvent* event) {
  if (watched == &window_ && event->type() == QEvent::Close) StoreWindow();
  return QObject::eventFilter(watched, event);
}

void Desktop::RestoreWindow() {
  const QRect stored = app_.preferences()->value("window/geometry", {}).toRect();
  if (!stored.isValid()) return;
  // A screen that is gone must not keep the window.
  for (const QScreen* screen : QGuiApplication::screens()) {
    if (screen->availableGeometry().intersects(stored)) {
      window_.setGeometry(stored);
      break;
    }
  }
  if (app_.preferences()->value("window/maximized", false).toBool()) window_.showMaximized();
}

void Desktop::StoreWindow() {
  const bool maximized = window_.windowState() == Qt::WindowMaximized;
  app_.preferences()->setValue("window/maximized", maximized);
  if (!maximized) app_.preferences()->setValue("window/geometry", window_.geometry());
}

}  // namespace ag::gui
