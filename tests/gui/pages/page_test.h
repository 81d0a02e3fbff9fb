#pragma once

#include <gtest/gtest.h>

#include <QStringList>
#include <QTemporaryDir>
#include <functional>
#include <memory>
#include <optional>

#include "gui/app/app.h"
#include "gui/app/main_window.h"
#include "gui/demo/demo_server.h"
#include "proto/client/control_client.h"
#include "tests/gui/driver/window_driver.h"

namespace ag::gui {

struct PageOptions {
  QString page = "dashboard";
  QString language = "en";
  QString theme = "light";
  QSize size{1200, 800};
  int past_requests = 60;
  bool first_start = false;  // else the guide has been seen
  bool remote = false;       // the daemon is reached as one on another machine is
  bool sandbox = false;      // as `gatewayd --sandbox`
  int proxy_port = 8045;     // where the fake daemon's proxy is said to listen
  QString version = {};      // of the fake daemon; empty = this app's
};

// The app's own window on a fake daemon. Items are named as in WindowDriver. A test fails when QML has printed
// anything.
class PageTest : public testing::Test {
 protected:
  explicit PageTest(const PageOptions& options = {});
  ~PageTest() override;
  void TearDown() override;

  // Another window on another daemon.
  void Open(const PageOptions& options);
  // Another window of the same app, as after its end and a new start.
  void Reopen(const QString& page);

  App& app() { return *app_; }
  QQuickWindow& window() { return *main_->window(); }
  DemoServer& server() { return *server_; }
  WindowDriver& ui() { return *ui_; }
  // The fake daemon, whatever the app shows.
  client::ControlClient& daemon() { return *daemon_; }

  void Click(const QString& name) { ui_->Click(name); }
  void ClickText(const QString& text) { ui_->ClickText(text); }
  void Choose(const QString& box, const QString& entry) { ui_->Choose(box, entry); }
  void Type(const QString& name, const QString& text) { ui_->Type(name, text); }
  void Press(int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
  // Drags the item's middle by so many pixels downwards.
  void Drag(const QString& name, int pixels);
  bool Sees(const QString& name) const { return ui_->Find(name) != nullptr; }
  bool Reads(const QString& part) const { return ui_->Shows(part); }
  QString TextOf(const QString& name) const { return ui_->TextOf(ui_->Find(name)); }
  // Null when it cannot be seen.
  QVariant Of(const QString& name, const char* property) const;
  // Runs the event loop until it is so; false after five seconds.
  [[nodiscard]] bool Await(const std::function<bool()>& is_so) const;

  // Types the path into the named FileDialog, which has to be open, and accepts it.
  void PickFile(const QString& dialog, const QString& file);
  // In a folder of this test.
  QString FilePath(const QString& name) const { return folder_.filePath(name); }
  QString WriteFile(const QString& name, const QByteArray& content);
  QByteArray ReadFile(const QString& name);

  // What the desktop was asked to open.
  const QStringList& OpenedUrls() const { return opened_urls_; }
  // Whether it can, as it does at first.
  void SetOpens(bool opens) { opens_ = opens; }

  // The newest message at the window's edge.
  QString Toast() const;
  // In the fake daemon.
  QStringList AccountLabels();
  gateway::v1::Account AccountOf(const QString& label);
  QString SettingOf(const QString& key);
  QStringList Routes();
  gateway::v1::Route RouteOf(const QString& pattern);

 private:
  // Starts the fake daemon; what a client needs to reach it.
  ControlPlace Serve(const PageOptions& options);

  QTemporaryDir folder_;
  QStringList opened_urls_;
  bool opens_ = true;
  std::unique_ptr<DemoServer> server_;
  std::unique_ptr<client::ControlClient> daemon_;
  std::unique_ptr<App> app_;
  std::unique_ptr<MainWindow> main_;
  std::optional<WindowDriver> ui_;
};

}  // namespace ag::gui
