#include <gmock/gmock.h>

#include <QQuickItem>
#include <string>

#include "tests/gui/pages/page_test.h"

// What the smallest window still tells: nothing is left out for want of room.
namespace ag::gui {
namespace {

using testing::MatchesRegex;

constexpr QSize kNarrow(960, 640);

// The texts that are painted within an item, and those of them that are cut.
struct Painted {
  QStringList texts;
  QStringList cut;
};

void Collect(const QQuickItem* item, Painted& painted) {
  if (item == nullptr || !item->isVisible()) return;
  if (item->inherits("QQuickText") && !item->property("text").toString().isEmpty()) {
    painted.texts << item->property("text").toString();
    if (item->property("truncated").toBool()) painted.cut << painted.texts.last();
  }
  const QList<QQuickItem*> children = item->childItems();
  for (const QQuickItem* child : children) Collect(child, painted);
}

class NarrowAccounts : public PageTest {
 protected:
  NarrowAccounts() : PageTest({.page = "accounts", .size = kNarrow}) {}

  // What the named part of an account's row says; the test fails when some of it is cut.
  std::string Whole(const QString& name) {
    Painted painted;
    Collect(ui().Find(name), painted);
    EXPECT_EQ(painted.cut.join("; ").toStdString(), "") << name.toStdString();
    return painted.texts.join(" ").toStdString();
  }
};

TEST_F(NarrowAccounts, RowTellsStateReasonAndCountdown) {
  ASSERT_NE(ui().AwaitItem("account-spare-openai"), nullptr);
  EXPECT_EQ(Whole("state-spare-openai"), "Cooling down · in 2 min");
  EXPECT_EQ(Whole("reason-spare-openai"), "Rate limit, for as long as the provider said");
  EXPECT_EQ(Whole("limit-spare-openai"), "gpt-5.2 1% resets in 2 min");
  EXPECT_THAT(Whole("state-night-anthropic"), MatchesRegex("Budget spent · in [89] h [0-9]+ min"));
  EXPECT_EQ(Whole("reason-night-anthropic"), "Your limit of 500K tokens a day is used up");
}

TEST_F(NarrowAccounts, RowTellsLastUseAndRank) {
  ASSERT_NE(ui().AwaitItem("account-spare-openai"), nullptr);
  EXPECT_TRUE(Await([&] { return Whole("use-team-openai").ends_with(" ago · prio 0 · ×2"); }));
  EXPECT_EQ(Whole("use-work-anthropic"), "2 running");
  Click("accountColumns");
  Click("column-lastUse");
  Click("column-priority");
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Await([&] { return !Sees("use-team-openai") && Sees("account-team-openai"); }));
}

class NarrowMonitor : public PageTest {
 protected:
  NarrowMonitor() : PageTest({.page = "monitor", .size = kNarrow, .past_requests = 120}) {
    EXPECT_TRUE(Await([&] { return app().monitor()->total() == 120 && Sees("monitorRow"); }));
  }

  // Whether the column of that title is wholly within the table.
  bool InSight(const QString& title) {
    const QQuickItem* list = ui().Find("monitorList");
    const QQuickItem* text = ui().FindRow("monitorTitle", title);
    if (list == nullptr || text == nullptr) return false;
    const double left = text->mapToItem(list, QPointF()).x();
    return left >= 0 && left + text->width() <= list->width();
  }
  double Across() const { return Of("monitorList", "contentX").toDouble(); }
  void Focus() { ui().AwaitItem("monitorList")->forceActiveFocus(); }
};

TEST_F(NarrowMonitor, EveryColumnIsReachedByKeyboard) {
  for (const char* title : {"Ended", "Status", "Model", "Account", "First byte", "Duration"})
    EXPECT_TRUE(InSight(title)) << title;
  EXPECT_FALSE(InSight("Tries"));
  Focus();
  for (int i = 0; i < 4; ++i) Press(Qt::Key_Right);
  for (const char* title : {"Duration", "In", "Out", "Cost", "Tries"})
    EXPECT_TRUE(Await([&] { return InSight(title); })) << title;
  EXPECT_FALSE(InSight("Ended"));
  // The names stay above what they name.
  const QQuickItem* title = ui().FindRow("monitorTitle", "Cost");
  const QQuickItem* cost = ui().Find("monitorRow/monitorCost");
  ASSERT_NE(cost, nullptr);
  EXPECT_NEAR(title->mapToScene(QPointF()).x(), cost->mapToScene(QPointF()).x(), 1);
  for (int i = 0; i < 4; ++i) Press(Qt::Key_Left);
  EXPECT_TRUE(Await([&] { return Across() == 0 && InSight("Ended"); }));
}

TEST_F(NarrowMonitor, EveryColumnIsReachedByMouse) {
  QQuickItem* bar = ui().AwaitItem("monitorAcross");
  ASSERT_NE(bar, nullptr);
  ui().Drag(bar, bar->mapToScene(QPointF(bar->width(), bar->height() / 2)));
  EXPECT_TRUE(Await([&] { return InSight("Cost") && InSight("Tries"); }));
  EXPECT_TRUE(Of("monitorList", "follow").toBool()) << "only going down stops that";
}

TEST_F(NarrowMonitor, ScrollsNoFurtherThanTheChosenColumnsReach) {
  Focus();
  for (int i = 0; i < 4; ++i) Press(Qt::Key_Right);
  EXPECT_TRUE(Await([&] { return InSight("Tries"); }));
  Click("monitorColumns");
  for (const char* name : {"column-firstByte", "column-tokens", "column-account"}) Click(name);
  Press(Qt::Key_Escape);
  for (const char* title : {"Ended", "Status", "Model", "Duration", "Cost", "Tries"})
    EXPECT_TRUE(Await([&] { return InSight(title); })) << title;
  EXPECT_FALSE(Sees("monitorAcross"));
  EXPECT_EQ(Across(), 0);
}

}  // namespace
}  // namespace ag::gui
