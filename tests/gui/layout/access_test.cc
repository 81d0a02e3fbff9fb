#include <gtest/gtest.h>

#include <QAccessible>
#include <QQuickItem>
#include <QQuickWindow>
#include <QStringList>
#include <functional>

#include "tests/gui/layout/opened_page.h"

// Whoever hears the window instead of seeing it: what takes the keyboard's focus says what it is and what it is called.
namespace ag::gui {
namespace {

// "AgSwitch closeToTray in settingsPage"
QString PathOf(const QQuickItem& item) {
  QString path = QString(item.metaObject()->className()).section("_QMLTYPE", 0, 0) + ' ' + item.objectName();
  int shown = 0;
  for (const QQuickItem* each = item.parentItem(); each != nullptr && shown < 3; each = each->parentItem()) {
    if (each->objectName().isEmpty()) continue;
    path += " in " + each->objectName();
    ++shown;
  }
  return path;
}

bool SaysWhatItIs(QAccessible::Role role) {
  return role != QAccessible::NoRole && role != QAccessible::Client && role != QAccessible::Pane &&
         role != QAccessible::StaticText && role != QAccessible::Graphic;
}

// Whether a label that can be seen says what the item is.
bool HasLabel(const QQuickItem& item) {
  for (const QQuickItem* each = item.parentItem(); each != nullptr; each = each->parentItem()) {
    if (QString(each->metaObject()->className()).startsWith("FormRow_QML")) {
      return !each->property("label").toString().isEmpty();
    }
  }
  return false;
}

// Empty = it says what it is and what it is called.
QString FaultOf(const QQuickItem& item, const QAccessibleInterface& face) {
  const QString name = face.text(QAccessible::Name).trimmed();
  if (name.isEmpty()) return "has no name";
  if (!SaysWhatItIs(face.role())) return QStringLiteral("has no role of its own (%1)").arg(face.role());
  if (item.inherits("QQuickComboBox") && name == item.property("displayText").toString()) {
    return "is called as what is chosen in it, " + name;
  }
  if (HasLabel(item) && name == item.property("placeholderText").toString()) return "is called as its example, " + name;
  return {};
}

// What can be walked to by the Tab key in this window, and what is wrong with it.
struct Walked {
  int stops = 0;
  QStringList findings;
};

Walked WalkThrough(QQuickWindow& window) {
  Walked walked;
  const std::function<void(QQuickItem*)> walk = [&](QQuickItem* item) {
    if (!item->isVisible()) return;
    if (item->activeFocusOnTab()) {
      ++walked.stops;
      QAccessibleInterface* face = QAccessible::queryAccessibleInterface(item);
      if (face == nullptr) {
        walked.findings << "is not there for screen readers: " + PathOf(*item);
      } else {
        const QString fault = FaultOf(*item, *face);
        if (!fault.isEmpty()) walked.findings << fault + ": " + PathOf(*item);
      }
    }
    const QList<QQuickItem*> children = item->childItems();
    for (QQuickItem* child : children) walk(child);
  };
  walk(window.contentItem());
  return walked;
}

// From before there is a window: what is made later takes notice of it otherwise than what is there.
class ScreenReader {
 protected:
  ScreenReader() { QAccessible::setActive(true); }
  ~ScreenReader() { QAccessible::setActive(false); }
};

class Access : private ScreenReader, public OpenedPage, public testing::WithParamInterface<Opened> {
 protected:
  Access() : OpenedPage({.page = GetParam().page}) {}
};

TEST_P(Access, EveryStopOfTheTabKeyHasANameAndARole) {
  ASSERT_TRUE(OpenThat(GetParam()));
  StandStill();
  const Walked walked = WalkThrough(window());
  EXPECT_GT(walked.stops, 6) << "the navigation alone has six";
  for (const QString& finding : walked.findings) ADD_FAILURE() << finding.toStdString();
}

std::vector<Opened> PlainPages() {
  std::vector<Opened> pages;
  for (const char* page : Pages()) pages.push_back({page, page, {}, false});
  return pages;
}

INSTANTIATE_TEST_SUITE_P(Pages, Access, testing::ValuesIn(PlainPages()),
                         [](const auto& opened) { return std::string(opened.param.name); });
INSTANTIATE_TEST_SUITE_P(Dialogs, Access, testing::ValuesIn(Dialogs()),
                         [](const auto& opened) { return std::string(opened.param.name); });

class GuideAccess : private ScreenReader, public OpenedPage {
 protected:
  GuideAccess() : OpenedPage({.first_start = true}) {}
};

TEST_F(GuideAccess, EveryStopOfTheTabKeyHasANameAndARole) {
  ASSERT_TRUE(Await([this] { return Reads("Welcome to AG Gateway"); }));
  for (const QString& finding : WalkThrough(window()).findings) ADD_FAILURE() << finding.toStdString();
}

class RequestAccess : private ScreenReader, public OpenedPage {
 protected:
  RequestAccess() : OpenedPage({.page = "monitor"}) {}
};

TEST_F(RequestAccess, EveryStopOfTheTabKeyHasANameAndARole) {
  ASSERT_TRUE(Await([this] { return app().monitor()->shown() > 0; }));
  app().requestDetail()->show(app().monitor()->idAt(0));
  ASSERT_TRUE(Await([this] { return app().requestDetail()->requestId() != "" && !app().requestDetail()->loading(); }));
  for (const QString& finding : WalkThrough(window()).findings) ADD_FAILURE() << finding.toStdString();
}

// The walk sees what is wrong.
TEST_F(GuideAccess, FindsWhatHasNoName) {
  QQuickItem nameless(window().contentItem());
  nameless.setObjectName("nameless");
  nameless.setActiveFocusOnTab(true);
  EXPECT_TRUE(WalkThrough(window()).findings.join(' ').contains("nameless"));
}

}  // namespace
}  // namespace ag::gui
