#include "gui/app/tray.h"

#include <QImage>
#include <QPixmap>
#include <QQuickWindow>

#include "gui/app/app.h"
#include "gui/app/icon_provider.h"

namespace ag::gui {
namespace {

QIcon StateIcon(bool well, bool running, bool troubled) {
  const QString colour = !well ? "b3261e" : troubled ? "b7791f" : running ? "2f5bd3" : "79818d";
  return QPixmap::fromImage(DrawIcon("waypoints", colour, QSize(64, 64)));
}

}  // namespace

Tray::Tray(App& app, QQuickWindow& window) : app_(app), window_(window) {
  state_ = menu_.addAction(QString());
  state_->setEnabled(false);
  show_ = menu_.addAction({}, this, &Tray::ShowWindow);
  switch_ = menu_.addAction({}, this, [this] {
    if (app_.backend()->proxyRunning()) {
      app_.backend()->stopProxy();
    } else {
      app_.backend()->startProxy();
    }
  });
  copy_ = menu_.addAction({}, this, [this] { app_.copy(app_.backend()->baseUrl()); });
  menu_.addSeparator();
  quit_ = menu_.addAction({}, this, [this] {
    QMetaObject::invokeMethod(&window_, "askToQuit");  // which shows the window if it asks
  });
  icon_.setContextMenu(&menu_);
  connect(&icon_, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
    if (reason == QSystemTrayIcon::Trigger) ShowWindow();
  });
  connect(app_.backend(), &Backend::proxyChanged, this, &Tray::ShowState);
  connect(app_.backend(), &Backend::connectionChanged, this, &Tray::ShowState);
  connect(&app_, &App::languageChanged, this, &Tray::ShowState);
  connect(app_.accounts(), &AccountModel::statesChanged, this, &Tray::ShowState);
  connect(&icon_, &QSystemTrayIcon::messageClicked, this, &Tray::ShowWindow);
  ShowState();
}

void Tray::Show() {
  icon_.show();
  window_.setProperty("tray", true);
}

void Tray::ShowState() {
  const Backend& backend = *app_.backend();
  QString troubled;  // "2 need attention"
  for (const QVariant& state : app_.accounts()->states()) {
    if (state.toMap()["state"] == "troubled") troubled = state.toMap()["text"].toString();
  }
  QString state = !backend.connected()     ? tr("no daemon")
                  : backend.proxyRunning() ? tr("listening on %1").arg(backend.proxyAddress())
                                           : tr("the proxy is stopped");
  if (!troubled.isEmpty()) state += QStringLiteral(" · ") + troubled;
  state_->setText(state);
  show_->setText(tr("Open AG Gateway"));
  switch_->setText(backend.proxyRunning() ? tr("Stop the proxy") : tr("Start the proxy"));
  switch_->setEnabled(backend.connected());
  copy_->setText(tr("Copy the base URL"));
  copy_->setEnabled(backend.connected());
  quit_->setText(tr("Quit"));
  icon_.setIcon(StateIcon(backend.connected(), backend.proxyRunning(), !troubled.isEmpty()));
  icon_.setToolTip(tr("AG Gateway: %1").arg(state));
}

void Tray::ShowWindow() {
  window_.show();
  window_.raise();
  window_.requestActivate();
}

}  // namespace ag::gui
