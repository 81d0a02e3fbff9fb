#include <QQuickItem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/gui/layout/opened_page.h"

// A window that was small looks as one that was large from the start, and the other way round.
namespace ag::gui {
namespace {

constexpr QSize kSmall(960, 640);
constexpr QSize kLarge(1440, 900);

class Resized : public OpenedPage, public testing::WithParamInterface<const char*> {
 protected:
  // Where each text stands, from above to below.
  using Places = std::map<QString, std::vector<QPoint>>;

  Places PlacesOf() {
    StandStill();
    Places places;
    const std::function<void(const QQuickItem*)> walk = [&](const QQuickItem* item) {
      if (!item->isVisible()) return;
      if (item->inherits("QQuickText")) {
        const double right =
            item->property("effectiveHorizontalAlignment").toInt() == Qt::AlignRight ? item->width() : 0;
        places[item->property("text").toString()].push_back(item->mapToScene({right, 0}).toPoint());
      }
      const QList<QQuickItem*> children = item->childItems();
      for (const QQuickItem* child : children) walk(child);
    };
    walk(window().contentItem());
    return places;
  }

  Places After(const QSize& first, const QSize& then) {
    Open({.page = GetParam(), .size = first});
    StandStill();
    window().resize(then);
    return PlacesOf();
  }

  // Figures and times change from start to start: what both have is compared.
  void ExpectAlike(const Places& resized, const Places& fresh) {
    int compared = 0;
    for (const auto& [text, points] : resized) {
      const auto found = fresh.find(text);
      if (found == fresh.end() || found->second.size() != points.size()) continue;
      for (std::size_t i = 0; i < points.size(); ++i) {
        ++compared;
        EXPECT_LE((points[i] - found->second[i]).manhattanLength(), 2)
            << '"' << text.toStdString() << "\" is at " << points[i].x() << ", " << points[i].y() << " instead of "
            << found->second[i].x() << ", " << found->second[i].y();
      }
    }
    EXPECT_GT(compared, 20);
  }
};

TEST_P(Resized, LooksAsOpenedThus) {
  ExpectAlike(After(kSmall, kLarge), After(kLarge, kLarge));
  ExpectAlike(After(kLarge, kSmall), After(kSmall, kSmall));
}

INSTANTIATE_TEST_SUITE_P(Pages, Resized, testing::ValuesIn(Pages()),
                         [](const auto& page) { return std::string(page.param); });

}  // namespace
}  // namespace ag::gui
