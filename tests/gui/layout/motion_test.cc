#include <gtest/gtest.h>

#include <QImage>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QQuickItem>
#include <QQuickWindow>
#include <QSet>
#include <QTest>
#include <functional>
#include <memory>
#include <vector>

#include "tests/gui/layout/opened_page.h"

// A person whose desktop asks for less motion sees none in this app.
namespace ag::gui {
namespace {

class Motion : public OpenedPage {
 protected:
  explicit Motion(const PageOptions& options = {}) : OpenedPage(options) {}

  // Every animation that there is in the window now, be it at work or not.
  std::vector<QObject*> Animations() {
    std::vector<QObject*> found;
    QSet<QObject*> seen;
    const std::function<void(QObject*)> walk = [&](QObject* object) {
      if (object == nullptr || seen.contains(object)) return;
      seen.insert(object);
      if (object->inherits("QQuickPropertyAnimation") || object->inherits("QQuickPauseAnimation"))
        found.push_back(object);
      const QObjectList children = object->children();
      for (QObject* child : children) walk(child);
      if (const auto* item = qobject_cast<QQuickItem*>(object)) {
        const QList<QQuickItem*> items = item->childItems();
        for (QQuickItem* child : items) walk(child);
      }
    };
    walk(&window());
    walk(window().contentItem());
    return found;
  }
  // Of those, the ones that move something for a while when their turn comes.
  QStringList Moving() {
    QStringList moving;
    for (const QObject* animation : Animations()) {
      const bool endless = animation->property("loops").toInt() < 0;
      if (endless ? !animation->property("running").toBool() : animation->property("duration").toInt() == 0) continue;
      QString path = animation->metaObject()->className();
      int shown = 0;
      for (const QObject* each = animation->parent(); each != nullptr && shown < 4; each = each->parent(), ++shown) {
        path += QStringLiteral(" in %1 %2").arg(each->metaObject()->className(), each->objectName());
      }
      moving << path;
    }
    return moving;
  }

  // How many different pictures of the window there are from `act` until it has stood still for a quarter of a second.
  int PicturesOf(const std::function<void()>& act) {
    int count = 1;
    QImage last = Inspector::PictureOf(window());
    int still = 0;
    act();
    const auto rests = [&] {
      const QImage now = Inspector::PictureOf(window());
      still = now == last ? still + 1 : 0;
      if (now != last) ++count;
      last = now;
      QTest::qWait(10);
      return still >= 25;
    };
    EXPECT_TRUE(Await(rests)) << "it never stands still";
    return count;
  }
};

class MotionOf : public Motion, public testing::WithParamInterface<Opened> {
 protected:
  MotionOf() : Motion({.page = GetParam().page}) {}
};

TEST_P(MotionOf, IsNone) {
  ASSERT_TRUE(OpenThat(GetParam()));
  StandStill();
  ASSERT_FALSE(Moving().isEmpty()) << "what there is otherwise";
  AskForLessMotion();
  for (const QString& moving : Moving()) ADD_FAILURE() << moving.toStdString();
  AskForLessMotion(false);
  EXPECT_FALSE(Moving().isEmpty());
}

std::vector<Opened> PlainPages() {
  std::vector<Opened> pages;
  for (const char* page : Pages()) pages.push_back({page, page, {}, false});
  return pages;
}

INSTANTIATE_TEST_SUITE_P(Pages, MotionOf, testing::ValuesIn(PlainPages()),
                         [](const auto& opened) { return std::string(opened.param.name); });
INSTANTIATE_TEST_SUITE_P(Dialogs, MotionOf, testing::ValuesIn(Dialogs()),
                         [](const auto& opened) { return std::string(opened.param.name); });

class MotionOfSettings : public Motion {
 protected:
  MotionOfSettings() : Motion({.page = "settings"}) {}

  // A switch moves its knob.
  int Switch() {
    const bool before = app().preferences()->startGateway();
    ui().AwaitItem("setting-app.start_gateway");
    ui().Hover(ui().Find("setting-app.start_gateway"));
    return PicturesOf([&] {
      Click("setting-app.start_gateway");
      EXPECT_NE(app().preferences()->startGateway(), before);
    });
  }
};

TEST_F(MotionOfSettings, ASwitchIsThereAtOnce) {
  const int moving = Switch();
  AskForLessMotion();
  const int still = Switch();
  EXPECT_GT(moving, 3);
  EXPECT_LE(still, 3) << "pressed, and switched";
}

class MotionOfDrawer : public Motion {
 protected:
  MotionOfDrawer() : Motion({.page = "accounts"}) {}

  // The places of the drawer on its way, as frames are made: 0 is closed, 1 is open.
  bool SlidesIn() {
    auto* drawer = window().findChild<QObject*>("accountDrawer");
    EXPECT_NE(drawer, nullptr);
    bool between = false;
    const auto look = QObject::connect(&window(), &QQuickWindow::afterAnimating, &window(), [&] {
      const double position = drawer->property("position").toDouble();
      between = between || (position > 0.01 && position < 0.99);
    });
    Click("account-night-anthropic");
    EXPECT_TRUE(Await([&] { return drawer->property("opened").toBool(); }));
    Press(Qt::Key_Escape);
    EXPECT_TRUE(Await([&] { return !drawer->property("visible").toBool(); }));
    QObject::disconnect(look);
    return between;
  }
};

TEST_F(MotionOfDrawer, ItIsThereAtOnce) {
  EXPECT_TRUE(SlidesIn());
  AskForLessMotion();
  EXPECT_FALSE(SlidesIn());
}

TEST_F(MotionOfDrawer, ASpinnerStandsStill) {
  QQmlComponent component(qmlEngine(&window()));
  component.setData("import AgGateway\nSpinner { x: 300; y: 300; size: 64; color: Theme.text }", QUrl());
  const std::unique_ptr<QObject> made(component.create());
  auto* spinner = qobject_cast<QQuickItem*>(made.get());
  ASSERT_NE(spinner, nullptr) << component.errorString().toStdString();
  spinner->setParentItem(window().contentItem());
  EXPECT_TRUE(Await([&] { return spinner->rotation() > 0; }));
  AskForLessMotion();
  EXPECT_EQ(spinner->rotation(), 0);
  StandStill();
  EXPECT_EQ(PicturesOf([] {}), 1);
  EXPECT_EQ(spinner->property("name").toString(), "ellipsis") << "not a ring that stands still";
  AskForLessMotion(false);
  EXPECT_TRUE(Await([&] { return spinner->rotation() > 0; }));
}

}  // namespace
}  // namespace ag::gui
