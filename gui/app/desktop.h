#pragma once

#include <QAction>
#include <QMenu>
#include <QObject>
#include <QSystemTrayIcon>

class QQuickWindow;

namespace ag::gui {

class App;

// What the app is to the desktop: an icon in the tray with the state and quick actions, messages when an account needs
// its owner, and the window's place and size from one run to the next.
class Desktop : public QObject {
  Q_OBJECT

 public:
  // Both outlive it.
  Desktop(App& app, QQuickWindow& window);
  ~Desktop() override;

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void MakeTray();
  void ShowState();
  void ShowWindow();
  void RestoreWindow();
  void StoreWindow();

  App& app_;
  QQuickWindow& window_;
  QMenu menu_;
  QAction* show_ = nullptr;    // owned by the menu
  QAction* switch_ = nullptr;  // owned by the menu
  QAction* quit_ = nullptr;    // owned by the menu
  QSystemTrayIcon tray_;
};

}  // namespace ag::gui
