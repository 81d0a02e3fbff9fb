#pragma once

#include <QList>
#include <QPointF>
#include <QString>
#include <Qt>
#include <functional>

class QQuickItem;
class QQuickWindow;

namespace ag::gui {

// Uses the real window as a person would: finds what can be seen by its object name, scrolls to it, waits until it
// stands still, and sends the events of a mouse and a keyboard. What cannot be found or used in time fails the running
// test with the name that was looked for; the call then does nothing. GUI thread.
class WindowDriver {
 public:
  explicit WindowDriver(QQuickWindow& window) : window_(window) {}

  // Every item of that object name that can be seen (perhaps after scrolling), in the order of painting. Here and
  // below, "outer/inner" is what is called inner within the topmost outer one.
  QList<QQuickItem*> FindAll(const QString& name) const;
  // The one painted last, which is on top; null = none.
  QQuickItem* Find(const QString& name) const;
  // Of the items of that name, the one with this text in it: a table's row. Null = none.
  QQuickItem* FindRow(const QString& name, const QString& text) const;
  // Whether a text can be seen that has `part` in it.
  bool Shows(const QString& part) const;
  // What the item shows: its own text or the texts within it, joined by a blank.
  QString TextOf(const QQuickItem* item) const;

  // Runs the event loop until `is_so`, ten seconds at most; false = in vain, and the test has failed with `what`.
  bool Await(const std::function<bool()>& is_so, const QString& what);
  // Until an enabled item of that name stands still. Null = in vain.
  QQuickItem* AwaitItem(const QString& name);
  bool AwaitText(const QString& part);
  bool AwaitGone(const QString& name);

  void Click(const QString& name);
  void ClickItem(QQuickItem* item, Qt::MouseButton button = Qt::LeftButton,
                 Qt::KeyboardModifiers modifiers = Qt::NoModifier);
  // An entry of an open menu or list, by its whole text. Where several have it, the one on top.
  void ClickText(const QString& text);
  // Opens a combo box and takes the entry of that text.
  void Choose(const QString& name, const QString& entry);
  // A control within one row of a table.
  void ClickIn(QQuickItem* row, const QString& name);
  // Replaces what a field has. Lines are ended as by the Return key.
  void Type(const QString& name, const QString& text);
  // What has the focus gets it.
  void TypeOn(const QString& text);
  void Press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
  void Hover(QQuickItem* item);
  void Drag(QQuickItem* from, QPointF to_scene);
  // Turns the mouse's wheel over the item: positive = away from the person, which shows what is further up.
  void Wheel(QQuickItem* item, int notches);

  // How often the mouse was clicked so far.
  int clicks() const { return clicks_; }

 private:
  void ClickTextIn(QQuickItem* root, const QString& text);
  QPoint Centre(QQuickItem* item) const;
  // Moves what scrolls around the item until it is in view.
  void Reveal(QQuickItem* item);
  bool Settle(QQuickItem* item);

  QQuickWindow& window_;
  int clicks_ = 0;
};

}  // namespace ag::gui
