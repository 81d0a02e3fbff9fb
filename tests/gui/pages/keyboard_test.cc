#include <QQuickItem>
#include <QQuickWindow>
#include <algorithm>
#include <string>

#include "tests/gui/pages/page_test.h"

// The window used by the keyboard alone.
namespace ag::gui {
namespace {

class Keyboard : public PageTest, public testing::WithParamInterface<const char*> {
 protected:
  Keyboard() : PageTest({.page = GetParam(), .size = {960, 640}}) {}

  const QQuickItem* Focused() { return window().activeFocusItem(); }
  // Within the window and what clips it, with all of its height or all that there is room for.
  bool IsInSight(const QQuickItem& item) {
    QRectF sight(0, 0, window().width(), window().height());
    for (const QQuickItem* each = item.parentItem(); each != nullptr; each = each->parentItem()) {
      if (each->clip()) sight = sight.intersected(each->mapRectToScene(QRectF(0, 0, each->width(), each->height())));
    }
    const QRectF place = item.mapRectToScene(QRectF(0, 0, item.width(), item.height()));
    return sight.intersected(place).height() >= std::min(place.height(), sight.height()) - 1;
  }
};

// Round the whole page, and back to where it began.
TEST_P(Keyboard, TabNeverLeavesWhatIsInSight) {
  ASSERT_TRUE(
      Await([&] { return app().settings()->loaded() && app().routes()->loaded() && app().accounts()->loaded(); }));
  constexpr int kMostStops = 200;
  const QQuickItem* first = nullptr;
  int stops = 0;
  for (; stops < kMostStops; ++stops) {
    Press(Qt::Key_Tab);
    const QQuickItem* item = Focused();
    ASSERT_NE(item, nullptr);
    if (item == first) break;
    if (first == nullptr) first = item;
    EXPECT_TRUE(Await([&] { return IsInSight(*item); }))
        << "stop " << stops << ", " << item->metaObject()->className() << ' ' << item->objectName().toStdString();
    if (HasFailure()) break;
  }
  EXPECT_GT(stops, 10);
  EXPECT_LT(stops, kMostStops) << "it never comes round";
}

INSTANTIATE_TEST_SUITE_P(Pages, Keyboard, testing::Values("dashboard", "proxy", "settings"),
                         [](const auto& page) { return std::string(page.param); });

class Choices : public PageTest {
 protected:
  Choices() : PageTest({.page = "stats"}) {
    EXPECT_TRUE(Await([&] { return Sees("statsTable"); }));
  }
  bool IsChosen(const QString& segment) { return Of("statsRange/segment-" + segment, "chosen").toBool(); }
  QString Range() { return app().tokenStats()->property("range").toString(); }
};

TEST_F(Choices, StayChosenWhenClickedAgain) {
  Click("statsRange/segment-month");
  EXPECT_TRUE(Await([&] { return IsChosen("month") && !IsChosen("week"); }));
  Click("statsRange/segment-month");
  EXPECT_TRUE(IsChosen("month"));
  EXPECT_EQ(Range(), "month");
}

TEST_F(Choices, AreOneStopAndMoveByArrowKeys) {
  Click("statsRange/segment-day");
  Press(Qt::Key_Right);
  EXPECT_EQ(Range(), "week");
  Press(Qt::Key_Left);
  Press(Qt::Key_Left);
  Press(Qt::Key_Left);
  EXPECT_EQ(Range(), "hour") << "it ends at the first one";
  Press(Qt::Key_Tab);
  EXPECT_TRUE(window().activeFocusItem()->objectName().startsWith("segment-tokens"))
      << window().activeFocusItem()->objectName().toStdString();
}

}  // namespace
}  // namespace ag::gui
