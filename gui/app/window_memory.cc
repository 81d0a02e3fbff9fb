#include "gui/app/window_memory.h"

#include <QEvent>
#include <QGuiApplication>
#include <QQuickWindow>
#include <QRect>
#include <QScreen>

#include "gui/app/main_window.h"
#include "gui/app/preferences.h"

namespace ag::gui {
namespace {

constexpr char kGeometry[] = "window/geometry";
constexpr char kMaximized[] = "window/maximized";
// How much of the window's top has to be on a screen, in pixels: enough to take hold of it.
constexpr QSize kHold(120, 32);

QRect OnSomeScreen(const QRect& wanted, const QSize& least) {
  const QRect top(wanted.topLeft(), QSize(wanted.width(), kHold.height()));
  for (const QScreen* screen : QGuiApplication::screens()) {
    const QRect seen = screen->availableGeometry() & top;
    if (seen.width() >= kHold.width() && seen.height() >= kHold.height()) return wanted;
  }
  const QScreen* first = QGuiApplication::primaryScreen();
  if (first == nullptr) return wanted;
  const QRect room = first->availableGeometry();
  QRect place(QPoint(), wanted.size().boundedTo(room.size()).expandedTo(least));
  place.moveCenter(room.center());
  // Its top left is what a person needs where the screen is too small for it.
  place.moveTopLeft(QPoint(qMax(place.left(), room.left()), qMax(place.top(), room.top())));
  return place;
}

}  // namespace

WindowMemory::WindowMemory(Preferences& preferences, QQuickWindow& window, const WindowOptions& options)
    : preferences_(preferences), window_(window), own_size_(!options.size.isEmpty()) {
  window_.installEventFilter(this);
  if (!own_size_) Restore();
}

WindowMemory::~WindowMemory() { Store(); }

bool WindowMemory::eventFilter(QObject* watched, QEvent* event) {
  if (watched == &window_ && event->type() == QEvent::Close) Store();
  return QObject::eventFilter(watched, event);
}

void WindowMemory::Restore() {
  const QRect stored = preferences_.value(kGeometry, {}).toRect();
  if (!stored.isValid()) return;
  window_.setGeometry(OnSomeScreen(stored, window_.minimumSize()));
  // Of a window that is hidden so far, it counts when it is shown.
  if (preferences_.value(kMaximized, false).toBool()) window_.setWindowState(Qt::WindowMaximized);
}

void WindowMemory::Store() {
  preferences_.setValue(kPageKey, window_.property("page"));
  if (own_size_) return;
  const bool maximized = window_.windowState() == Qt::WindowMaximized;
  preferences_.setValue(kMaximized, maximized);
  if (!maximized) preferences_.setValue(kGeometry, window_.geometry());
}

}  // namespace ag::gui
