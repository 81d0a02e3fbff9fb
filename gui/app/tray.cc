#include "gui/app/tray.h"

#include <QImage>
#include <QPixmap>
#include <QQuickWindow>

#include "gui/app/app.h"
#include "gui/app/icon_provider.h"

namespace ag::gui {
namespace {

QIcon StateIcon(bool well, bool running) {
  const QString colour = !well ? "b3261e" : running ? "2f5bd3" : "79818d";
  return QPixmap::fromImage(DrawIcon("waypoints", colour, QSize(64, 64)));
}

}  // namespace

Tray::Tray(App& app, QQuickWindow& window) : app_(app), window_(window) {
  show_ = menu_.addAction({}, this, &Tray::ShowWindow);
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
  icon_.setContextMenu(&menu_);
  connect(&icon_, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
    if (reason == QSystemTrayIcon::Trigger) ShowWindow();
  });
  connect(app_.backend(), &Backend::proxyChanged, this, &Tray::ShowState);
  connect(app_.backend(), &Backend::connectionChanged, this, &Tray::ShowState);
  connect(&app_, &App::languageChanged, this, &Tray::ShowState);
  connect(app_.accounts(), &AccountModel::attentionNeeded, this, [this](const QString& label, const QString& why) {
    if (app_.preferences()->notifications()) Q_EMIT told(tr("%1 needs attention").arg(label), why);
  });
  connect(this, &Tray::told, &icon_, [this](const QString& title, const QString& text) {
    icon_.showMessage(title, text, QSystemTrayIcon::Warning);
  });
  connect(&icon_, &QSystemTrayIcon::messageClicked, this, &Tray::ShowWindow);
  ShowState();
}

void Tray::Show() {
  icon_.show();
  window_.setProperty("tray", true);
}

void Tray::ShowState() {
  const Backend& backend = *app_.backend();
  show_->setText(tr("Open AG Gateway"));
  switch_->setText(backend.proxyRunning() ? tr("Stop the proxy") : tr("Start the proxy"));
  switch_->setEnabled(backend.connected());
  quit_->setText(tr("Quit"));
  icon_.setIcon(StateIcon(backend.connected(), backend.proxyRunning()));
  icon_.setToolTip(!backend.connected()     ? tr("AG Gateway: no daemon")
                   : backend.proxyRunning() ? tr("AG Gateway: listening on %1").arg(backend.proxyAddress())
                                            : tr("AG Gateway: the proxy is stopped"));
}

void Tray::ShowWindow() {
  window_.show();
  window_.raise();
  window_.requestActivate();
}

}  // namespace ag::gui
