#pragma once

#include <QDBusVariant>
#include <QImage>
#include <QPoint>
#include <QQuickWindow>
#include <QTest>
#include <ostream>
#include <vector>

#include "tests/gui/layout/inspector.h"
#include "tests/gui/pages/page_test.h"

namespace ag::gui {

// A page with a dialog, menu or drawer: where it is, and what opens it.
struct Opened {
  const char* name;
  const char* page;
  std::vector<const char*> clicks = {};
  bool popup = true;
};

inline void PrintTo(const Opened& opened, std::ostream* out) { *out << opened.name; }

inline const std::vector<const char*>& Pages() {
  static const std::vector<const char*> kPages{"dashboard", "accounts", "proxy", "monitor", "stats", "settings"};
  return kPages;
}

// Everything that can be opened on them.
inline const std::vector<Opened>& Dialogs() {
  static const std::vector<Opened> kDialogs{
      {"addByKey", "accounts", {"addAccount"}},
      {"addBySignIn", "accounts", {"addAccount", "addTabs/segment-sign-in"}},
      {"addByTokens", "accounts", {"addAccount", "addTabs/segment-tokens"}},
      {"addByFile", "accounts", {"addAccount", "addTabs/segment-file"}},
      {"addByImport", "accounts", {"addAccount", "addTabs/segment-import"}},
      {"accountDrawer", "accounts", {"account-night-anthropic"}},
      {"troubledDrawer", "accounts", {"account-lab-gemini"}},
      {"testModels", "accounts", {"account-home-gemini", "storyTestModels"}},
      {"testedModels", "accounts", {"account-home-gemini", "storyTestModels", "startTest"}},
      {"untestableModels", "accounts", {"account-lab-gemini", "storyTestModels"}},
      {"accountMenu", "accounts", {"menu-deepseek"}},
      {"editAccount", "accounts", {"menu-deepseek", "menuEdit"}},
      {"editGemini", "accounts", {"menu-home-gemini", "menuEdit"}},
      {"selection", "accounts", {"select-deepseek"}, false},
      {"exportAccounts", "accounts", {"exportAccounts"}},
      {"accountColumns", "accounts", {"accountColumns"}},
      {"addRoute", "proxy", {"addRoute"}},
      {"editRoute", "proxy", {"editRoute-fast"}},
      {"presets", "proxy", {"presets"}},
      {"addKey", "proxy", {"addKey"}},
      {"editKey", "proxy", {"editKey-ci"}},
      {"rotateKey", "proxy", {"rotateKey-laptop"}},
      {"keySecret", "proxy", {"rotateKey-laptop", "confirm"}},
      {"rotateGatewayKey", "proxy", {"rotateKey"}},
      {"lanAccess", "proxy", {"lanSwitch"}},
      {"monitorColumns", "monitor", {"monitorColumns"}},
      {"advancedSettings", "settings", {"advancedSection"}, false},
      {"connection", "settings", {"changeConnection"}},
      {"remoteConnection", "settings", {"changeConnection", "segment-remote"}},
  };
  return kDialogs;
}

class OpenedPage : public PageTest {
 protected:
  using PageTest::PageTest;

  // On the page that the test was made with.
  [[nodiscard]] bool OpenThat(const Opened& opened) {
    if (!Await([this] { return app().clientKeys()->loaded() && app().routes()->loaded(); })) return false;
    for (const char* click : opened.clicks) Click(click);
    QTest::mouseMove(&window(), QPoint(1, 1));  // what lies under it would tell its tip
    return Await([&] { return Inspector::HasPopup(window()) == opened.popup; });
  }

  // What the desktop's portal says, by the way that it comes.
  void AskForLessMotion(bool less = true) {
    ASSERT_TRUE(QMetaObject::invokeMethod(
        app().appearance(), "OnPortalSetting", Q_ARG(QString, "org.freedesktop.appearance"),
        Q_ARG(QString, "reduced-motion"), Q_ARG(QDBusVariant, QDBusVariant(QVariant::fromValue(less ? 1U : 0U)))));
    ASSERT_EQ(app().appearance()->reducedMotion(), less);
  }

  // Until the window is painted twice alike.
  void StandStill() {
    QImage before;
    const auto same = [&] {
      const QImage now = Inspector::PictureOf(window());
      // A picture is in the screen's pixels, a window in its own.
      const bool whole = now.size() == (QSizeF(window().size()) * now.devicePixelRatio()).toSize();
      const bool still = now == before && whole;
      before = now;
      if (!still) QTest::qWait(30);
      return still;
    };
    EXPECT_TRUE(Await(same)) << "it never stands still";
  }
};

}  // namespace ag::gui
