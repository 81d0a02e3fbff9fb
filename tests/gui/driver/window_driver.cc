#include "tests/gui/driver/window_driver.h"

#include <gtest/gtest.h>

#include <QCoreApplication>
#include <QDateTime>
#include <QPointer>
#include <QQuickItem>
#include <QQuickWindow>
#include <QStringList>
#include <QTest>
#include <QWheelEvent>
#include <algorithm>
#include <cstdlib>
#include <utility>

namespace ag::gui {
namespace {

constexpr int kPatienceMs = 10'000;
constexpr int kPollMs = 20;

bool CanBeSeen(const QQuickItem& item) {
  if (!item.isVisible() || item.width() <= 0 || item.height() <= 0) return false;
  for (const QQuickItem* each = &item; each != nullptr; each = each->parentItem()) {
    if (each->opacity() < 0.05) return false;
  }
  return true;
}

// What can be seen of an item's inside, in the order of painting: popups come last, wherever they are in the tree.
void Walk(QQuickItem* item, const std::function<void(QQuickItem*)>& visit) {
  if (item == nullptr || !item->isVisible()) return;
  visit(item);
  QList<QQuickItem*> children = item->childItems();
  std::ranges::stable_sort(children, {}, [](const QQuickItem* child) { return child->z(); });
  for (QQuickItem* child : children) Walk(child, visit);
}

// Labels, buttons and fields all have it; what is not a text has none.
QString OwnText(const QQuickItem& item) {
  const QVariant text = item.property("text");
  return text.typeId() == QMetaType::QString ? text.toString() : QString();
}

bool IsText(const QQuickItem& item) { return item.inherits("QQuickText") || item.inherits("QQuickTextEdit"); }

}  // namespace

QList<QQuickItem*> WindowDriver::FindAll(const QString& name) const {
  const qsizetype slash = name.lastIndexOf('/');
  QQuickItem* root = slash < 0 ? window_.contentItem() : Find(name.left(slash));
  QList<QQuickItem*> found;
  Walk(root, [&](QQuickItem* item) {
    if (item->objectName() == name.mid(slash + 1) && CanBeSeen(*item)) found << item;
  });
  return found;
}

QQuickItem* WindowDriver::Find(const QString& name) const {
  const QList<QQuickItem*> found = FindAll(name);
  return found.isEmpty() ? nullptr : found.last();
}

QQuickItem* WindowDriver::FindRow(const QString& name, const QString& text) const {
  const QList<QQuickItem*> rows = FindAll(name);
  for (QQuickItem* row : rows) {
    if (TextOf(row).contains(text)) return row;
  }
  return nullptr;
}

bool WindowDriver::Shows(const QString& part) const {
  bool shown = false;
  Walk(window_.contentItem(), [&](QQuickItem* item) {
    shown = shown || (IsText(*item) && CanBeSeen(*item) && OwnText(*item).contains(part));
  });
  return shown;
}

QString WindowDriver::TextOf(const QQuickItem* item) const {
  if (item == nullptr) return {};
  if (!OwnText(*item).isEmpty()) return OwnText(*item);
  QStringList texts;
  Walk(const_cast<QQuickItem*>(item), [&](QQuickItem* each) {
    if (IsText(*each) && !OwnText(*each).isEmpty()) texts << OwnText(*each);
  });
  return texts.join(' ');
}

bool WindowDriver::Await(const std::function<bool()>& is_so, const QString& what) {
  if (QTest::qWaitFor(is_so, kPatienceMs)) return true;
  ADD_FAILURE() << "in vain: " << what.toStdString();
  return false;
}

// Pages fade, dialogs grow, lists are laid out: an item is used once it has the same place in two looks.
bool WindowDriver::Settle(QQuickItem* item) {
  const QPointer<QQuickItem> alive = item;
  QPointF before(-1, -1);
  return QTest::qWaitFor(
             [&] {
               if (!alive) return true;
               const QPointF now = alive->mapToScene(QPointF(alive->width(), alive->height()));
               QTest::qWait(kPollMs);
               return std::exchange(before, now) == now && alive && alive->isEnabled();
             },
             kPatienceMs) &&
         alive;
}

QQuickItem* WindowDriver::AwaitItem(const QString& name) {
  const auto usable = [&] {
    QQuickItem* item = Find(name);
    return item != nullptr && item->isEnabled();
  };
  if (!Await(usable, QStringLiteral("an item '%1' that can be used").arg(name))) return nullptr;
  QQuickItem* item = Find(name);
  Reveal(item);
  return Settle(item) ? item : nullptr;
}

bool WindowDriver::AwaitText(const QString& part) {
  return Await([&] { return Shows(part); }, QStringLiteral("a text with '%1'").arg(part));
}

bool WindowDriver::AwaitGone(const QString& name) {
  return Await([&] { return Find(name) == nullptr; }, QStringLiteral("that '%1' goes").arg(name));
}

QPoint WindowDriver::Centre(QQuickItem* item) const {
  return item->mapToScene(QPointF(item->width() / 2, item->height() / 2)).toPoint();
}

void WindowDriver::Reveal(QQuickItem* item) {
  for (QQuickItem* each = item->parentItem(); each != nullptr; each = each->parentItem()) {
    if (!each->inherits("QQuickFlickable")) continue;
    auto* content = each->property("contentItem").value<QQuickItem*>();
    if (content == nullptr) continue;
    const QRectF place = item->mapRectToItem(content, QRectF(0, 0, item->width(), item->height()));
    const double top = each->property("contentY").toDouble();
    if (place.top() >= top && place.bottom() <= top + each->height()) continue;
    const double highest = each->property("originY").toDouble();
    const double lowest = qMax(highest, each->property("contentHeight").toDouble() - each->height());
    each->setProperty("contentY", qBound(highest, place.center().y() - each->height() / 2, lowest));
  }
}

void WindowDriver::Click(const QString& name) { ClickItem(AwaitItem(name)); }

void WindowDriver::ClickItem(QQuickItem* item, Qt::MouseButton button, Qt::KeyboardModifiers modifiers) {
  if (item == nullptr) {
    ADD_FAILURE() << "nothing to click";
    return;
  }
  Reveal(item);
  if (!Settle(item)) return;
  ++clicks_;
  QTest::mouseMove(&window_, Centre(item));
  QTest::mouseClick(&window_, button, modifiers, Centre(item));
}

void WindowDriver::ClickText(const QString& text) { ClickTextIn(window_.contentItem(), text); }

void WindowDriver::ClickTextIn(QQuickItem* root, const QString& text) {
  QQuickItem* found = nullptr;
  const auto look = [&] {
    found = nullptr;
    Walk(root, [&](QQuickItem* item) {
      if (IsText(*item) && CanBeSeen(*item) && OwnText(*item) == text) found = item;
    });
    return found != nullptr;
  };
  if (Await(look, QStringLiteral("an entry '%1'").arg(text))) ClickItem(found);
}

void WindowDriver::Choose(const QString& name, const QString& entry) {
  Click(name);
  QQuickItem* choices = nullptr;
  const auto open = [&] {
    const QQuickItem* box = Find(name);
    const auto* popup = box == nullptr ? nullptr : box->property("popup").value<QObject*>();
    if (popup == nullptr || !popup->property("opened").toBool()) return false;
    choices = popup->property("contentItem").value<QQuickItem*>();
    return choices != nullptr;
  };
  if (Await(open, QStringLiteral("the choices of '%1'").arg(name))) ClickTextIn(choices, entry);
}

void WindowDriver::ClickIn(QQuickItem* row, const QString& name) {
  QQuickItem* found = nullptr;
  Walk(row, [&](QQuickItem* item) {
    if (item->objectName() == name && CanBeSeen(*item)) found = item;
  });
  if (found == nullptr) {
    ADD_FAILURE() << "no '" << name.toStdString() << "' in the row";
    return;
  }
  ClickItem(found);
}

void WindowDriver::Type(const QString& name, const QString& text) {
  QQuickItem* field = AwaitItem(name);
  if (field == nullptr) return;
  ClickItem(field);
  QTest::keyClick(&window_, Qt::Key_A, Qt::ControlModifier);
  QTest::keyClick(&window_, Qt::Key_Delete);
  TypeOn(text);
}

void WindowDriver::TypeOn(const QString& text) {
  for (const QChar letter : text) {
    if (letter == '\n') {
      QTest::keyClick(&window_, Qt::Key_Return);
    } else {
      QTest::sendKeyEvent(QTest::Click, &window_, Qt::Key_unknown, QString(letter), Qt::NoModifier);
    }
  }
}

void WindowDriver::Press(Qt::Key key, Qt::KeyboardModifiers modifiers) { QTest::keyClick(&window_, key, modifiers); }

// From beside it: Qt takes no notice of a mouse that stays where it was, be it over a window that is gone by now.
void WindowDriver::Hover(QQuickItem* item) {
  if (item == nullptr || !Settle(item)) return;
  QTest::mouseMove(&window_, Centre(item) - QPoint(1, 1));
  QTest::mouseMove(&window_, Centre(item));
}

void WindowDriver::Wheel(QQuickItem* item, int notches) {
  if (item == nullptr || !Settle(item)) return;
  constexpr int kNotch = 120;  // https://doc.qt.io/qt-6/qwheelevent.html#angleDelta
  const QPointF place = Centre(item);
  for (int i = 0; i < std::abs(notches); ++i) {
    QWheelEvent event(place, window_.mapToGlobal(place), QPoint(), QPoint(0, notches > 0 ? kNotch : -kNotch),
                      Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    event.setTimestamp(static_cast<quint64>(QDateTime::currentMSecsSinceEpoch()));  // without it, nothing scrolls
    QCoreApplication::sendEvent(&window_, &event);
    QTest::qWait(kPollMs);
  }
}

// In steps: what is dragged notices that the mouse moves only after some pixels.
void WindowDriver::Drag(QQuickItem* from, QPointF to_scene) {
  if (from == nullptr || !Settle(from)) return;
  const QPointF begin = Centre(from);
  QTest::mousePress(&window_, Qt::LeftButton, Qt::NoModifier, begin.toPoint());
  constexpr int kSteps = 10;
  for (int step = 1; step <= kSteps; ++step) {
    QTest::mouseMove(&window_, (begin + (to_scene - begin) * step / kSteps).toPoint());
    QTest::qWait(kPollMs);
  }
  QTest::mouseRelease(&window_, Qt::LeftButton, Qt::NoModifier, to_scene.toPoint());
}

}  // namespace ag::gui
