#include <QQuickItem>
#include <algorithm>
#include <functional>
#include <vector>

#include "tests/gui/pages/page_test.h"

// The figures under the chart stand below their titles, however the window was before.
namespace ag::gui {
namespace {

// Where the texts of a line end, from left to right; the first one is the name, which begins where it is told.
std::vector<int> Edges(const QQuickItem* line) {
  std::vector<int> edges;
  const std::function<void(const QQuickItem*)> walk = [&](const QQuickItem* item) {
    if (!item->isVisible()) return;
    if (item->inherits("QQuickText")) {
      const QRectF place = item->mapRectToScene(QRectF(0, 0, item->width(), item->height()));
      edges.push_back(qRound(edges.empty() ? place.left() : place.right()));
    }
    const QList<QQuickItem*> children = item->childItems();
    for (const QQuickItem* child : children) walk(child);
  };
  if (line != nullptr) walk(line);
  return edges;
}

class StatsTable : public PageTest {
 protected:
  StatsTable() : PageTest({.page = "stats", .size = {960, 640}}) {
    EXPECT_TRUE(Await([&] { return Sees("statsTable"); }));
  }
  // All lines alike, with so many texts each.
  bool Fits(std::size_t columns) {
    const std::vector<int> head = Edges(ui().Find("statsHead"));
    const QList<QQuickItem*> rows = ui().FindAll("statsRow");
    const auto fits = [&](const QQuickItem* row) { return Edges(row) == head; };
    return head.size() == columns && std::is_sorted(head.begin(), head.end()) && rows.size() > 1 &&
           std::all_of(rows.begin(), rows.end(), fits);
  }
};

TEST_F(StatsTable, HasEachFigureBelowItsTitleInEachWidth) {
  EXPECT_TRUE(Await([&] { return Fits(7); }));
  window().resize(1440, 900);
  EXPECT_TRUE(Await([&] { return Fits(9); }));
  window().resize(960, 640);
  EXPECT_TRUE(Await([&] { return Fits(7); }));
}

}  // namespace
}  // namespace ag::gui
