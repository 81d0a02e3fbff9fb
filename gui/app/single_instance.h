#pragma once

#include <QLocalServer>
#include <QObject>

namespace ag::gui {

// One app for each user: a second start shows the first one's window.
class SingleInstance : public QObject {
  Q_OBJECT

 public:
  // False when another one runs; it has been asked to show itself then.
  bool Claim();

 Q_SIGNALS:
  // Another start asks for the window.
  void shown();

 private:
  QLocalServer server_;
};

}  // namespace ag::gui
