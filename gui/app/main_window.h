#pragma once

#include <QQmlApplicationEngine>
#include <QSize>
#include <QString>

class QQuickWindow;

namespace ag::gui {

class App;

// In Preferences: the page that was shown last.
inline constexpr char kPageKey[] = "window/page";

struct WindowOptions {
  QString page;   // the one to begin with; empty = where the last run ended, else the dashboard
  QString theme;  // light or dark, for this run; empty = as the preferences say
  QSize size;     // empty = the one of the last run, else the usual one
  bool visible = true;
};

// The window with all its pages: the QML engine and what it loads. GUI thread only; `app` outlives it.
class MainWindow {
 public:
  MainWindow(App& app, const WindowOptions& options);

  // Null when the QML could not be loaded; Qt's log has said why.
  QQuickWindow* window() const { return window_; }
  QQmlApplicationEngine& engine() { return engine_; }

 private:
  QQmlApplicationEngine engine_;
  QQuickWindow* window_ = nullptr;
};

}  // namespace ag::gui
