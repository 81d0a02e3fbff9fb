#pragma once

#include <gtest/gtest.h>

#include <QByteArray>
#include <QFile>
#include <QString>
#include <optional>
#include <string>

#include "gui/app/app.h"
#include "gui/app/main_window.h"
#include "tests/gui/driver/window_driver.h"
#include "tests/support/temp_dir.h"

namespace ag::gui {

// The app as main() makes it, with preferences of its own.
class DesktopApp {
 public:
  struct Options {
    std::string control;       // empty = where the environment says
    bool first_start = false;  // else the guide has been seen
    QByteArray preferences;    // lines for the INI file's end: "[app]" is the group that is open there
    QString programs;          // AppOptions::programs
  };

  explicit DesktopApp(const Options& options) {
    const QString preferences = QString::fromStdString(folder_.File("preferences.ini"));
    QFile file(preferences);
    EXPECT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(options.first_start ? "[app]\nlanguage=en\n" : "[app]\nlanguage=en\nguide_done=true\n");
    file.write(options.preferences);
    file.close();
    app_.emplace(
        AppOptions{.control = {.target = QString::fromStdString(options.control), .ca_file = {}, .token_file = {}},
                   .preferences = preferences,
                   .programs = options.programs,
                   .open_url = [](const QUrl& /*nobody looks at it*/) { return false; }});
    main_.emplace(*app_, WindowOptions{.page = {}, .theme = "light", .size = QSize(1200, 800)});
    driver_.emplace(*main_->window());
  }

  App& app() { return *app_; }
  WindowDriver& ui() { return *driver_; }
  QQuickWindow& window() { return *main_->window(); }

 private:
  test::TempDir folder_;
  std::optional<App> app_;
  std::optional<MainWindow> main_;
  std::optional<WindowDriver> driver_;
};

}  // namespace ag::gui
