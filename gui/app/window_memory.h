#pragma once

#include <QObject>

class QQuickWindow;

namespace ag::gui {

class Preferences;
struct WindowOptions;

// The window's place, size and page from one run to the next. A place that no screen has any more is not taken: the
// window comes to the middle of the first screen then.
class WindowMemory : public QObject {
  Q_OBJECT

 public:
  // Gives the window its place back. What `options` says of it counts for this run: it is neither replaced nor kept.
  // The others outlive it.
  WindowMemory(Preferences& preferences, QQuickWindow& window, const WindowOptions& options);
  ~WindowMemory() override;

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void Restore();
  void Store();

  Preferences& preferences_;
  QQuickWindow& window_;
  const bool own_size_;
};

}  // namespace ag::gui
