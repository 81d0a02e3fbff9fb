#pragma once

#include <QAction>
#include <QMenu>
#include <QObject>
#include <QString>
#include <QSystemTrayIcon>

class QQuickWindow;

namespace ag::gui {

class App;

// The icon in the desktop's tray: the state by its colour, its tip and the first line of its menu, and quick actions.
// GUI thread.
class Tray : public QObject {
  Q_OBJECT

 public:
  // Both outlive it. It is on no screen before Show.
  Tray(App& app, QQuickWindow& window);

  void Show();
  QSystemTrayIcon& icon() { return icon_; }

 private:
  void ShowState();
  void ShowWindow();

  App& app_;
  QQuickWindow& window_;
  QMenu menu_;
  QAction* state_;   // owned by the menu; says something, does nothing
  QAction* show_;    // owned by the menu
  QAction* switch_;  // owned by the menu
  QAction* copy_;    // owned by the menu
  QAction* quit_;    // owned by the menu
  QSystemTrayIcon icon_;
};

}  // namespace ag::gui
