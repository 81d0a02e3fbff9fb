#include <gtest/gtest.h>

#include <QImage>
#include <QQuickItem>
#include <QQuickWindow>
#include <QTest>
#include <array>
#include <functional>

#include "tests/gui/layout/inspector.h"
#include "tests/gui/layout/opened_page.h"
#include "tests/gui/pages/proxy_stand_in.h"

// Every page and dialog in both languages, both themes and the two sizes that people have most: nothing is cut, lies on
// something else, or is too faint to be read.
namespace ag::gui {
namespace {

constexpr std::array kLanguages{"en", "zh_CN"};
constexpr std::array kThemes{"light", "dark"};
const std::array kSizes{QSize(960, 640), QSize(1440, 900)};

class Layout : public OpenedPage {
 protected:
  using OpenedPage::OpenedPage;

  // Looks at what `open` has led to, in all its forms; `sizes` of kSizes.
  void LookAtAll(const QString& what, std::size_t sizes = kSizes.size()) {
    for (std::size_t i = 0; i < sizes; ++i) {
      window().resize(kSizes[i]);
      for (const char* language : kLanguages) {
        app().preferences()->setLanguage(language);
        for (const char* theme : kThemes) {
          app().preferences()->setTheme(theme);
          LookThrough(QStringLiteral("%1, %2, %3, %4×%5")
                          .arg(what, QString(language), QString(theme))
                          .arg(kSizes[i].width())
                          .arg(kSizes[i].height()),
                      language == kLanguages[0] ? Inspector::Language::kSource : Inspector::Language::kTranslated);
        }
      }
    }
    app().preferences()->setLanguage("en");
  }

 private:
  // Whatever scrolls furthest is gone through from its top to its end, and a table that is wider than its place is
  // looked at from its other side too.
  void LookThrough(const QString& what, Inspector::Language language) {
    StandStill();
    QQuickItem* scrolled = Scrolled();
    const double end = scrolled == nullptr ? 0 : scrolled->property("contentHeight").toDouble() - scrolled->height();
    const double step = scrolled == nullptr ? 1 : scrolled->height() * 0.8;
    for (double at = 0;; at = std::min(at + step, end)) {
      if (scrolled != nullptr) scrolled->setProperty("contentY", at);
      Look(QStringLiteral("%1-%2").arg(what).arg(at), language);
      if (at >= end) break;
    }
    if (scrolled != nullptr) scrolled->setProperty("contentY", 0);
    QQuickItem* table = ui().Find("monitorList");
    const double hidden = table == nullptr ? 0 : table->property("contentWidth").toDouble() - table->width();
    if (hidden < 1 || Inspector::HasPopup(window())) return;
    table->setProperty("contentX", hidden);
    Look(what + "-across", language);
    table->setProperty("contentX", 0);
  }

  void Look(const QString& what, Inspector::Language language) {
    StandStill();
    // Figures may just come in: what stays for a second is a fault.
    QStringList findings;
    const auto none = [&] {
      findings = inspector_.Inspect(window(), language);
      return findings.isEmpty();
    };
    static_cast<void>(QTest::qWaitFor(none, 1'000));
    if (!pictures_.isEmpty()) {
      const QString name = QString(what).replace(", ", "-").replace(' ', '-');
      window().grabWindow().save(QStringLiteral("%1/%2.png").arg(pictures_, name));
    }
    for (const QString& finding : findings) ADD_FAILURE() << what.toStdString() << ": " << finding.toStdString();
  }

  QQuickItem* Scrolled() {
    QQuickItem* found = nullptr;
    double most = 4;
    const std::function<void(QQuickItem*)> walk = [&](QQuickItem* item) {
      if (!item->isVisible()) return;
      if (item->inherits("QQuickFlickable") && !item->inherits("QQuickListView")) {
        const double hidden = item->property("contentHeight").toDouble() - item->height();
        if (item->height() > 100 && hidden > most) {
          most = hidden;
          found = item;
        }
      }
      const QList<QQuickItem*> children = item->childItems();
      for (QQuickItem* child : children) walk(child);
    };
    walk(window().contentItem());
    return found;
  }

  const QString pictures_ =
      qEnvironmentVariable("AG_LAYOUT_PICTURES");  // a folder to look into; empty = none are taken
  const Inspector inspector_{QStringLiteral(AG_SOURCE_DIR "/gui/i18n/ag_gateway_zh_CN.ts")};
};

class PageLayout : public Layout, public testing::WithParamInterface<const char*> {
 protected:
  PageLayout() : Layout({.page = GetParam()}) {}
};

TEST_P(PageLayout, CanBeReadInAllItsForms) { LookAtAll(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Pages, PageLayout,
                         testing::Values("dashboard", "accounts", "proxy", "monitor", "stats", "settings"),
                         [](const auto& page) { return std::string(page.param); });

class DialogLayout : public Layout, public testing::WithParamInterface<Opened> {
 protected:
  DialogLayout() : Layout({.page = GetParam().page}) {}
};

TEST_P(DialogLayout, CanBeReadInAllItsForms) {
  ASSERT_TRUE(OpenThat(GetParam()));
  LookAtAll(GetParam().name, 1);
  EXPECT_EQ(Inspector::HasPopup(window()), GetParam().popup) << "it has closed meanwhile";
}

INSTANTIATE_TEST_SUITE_P(Dialogs, DialogLayout, testing::ValuesIn(Dialogs()),
                         [](const auto& opened) { return std::string(opened.param.name); });

class GuideLayout : public Layout {
 protected:
  GuideLayout() : Layout({.first_start = true}) {}
};

TEST_F(GuideLayout, CanBeReadInAllItsForms) { LookAtAll("guide"); }

// The guide's last step, with an answer and with a refusal.
class AnswerLayout : public Layout {
 protected:
  void LookAtAnswer(const char* what, const ProxyStandIn& proxy) {
    Open({.first_start = true, .proxy_port = proxy.serverPort()});
    Click("guideTest");
    ASSERT_TRUE(Await([this] { return !app().testRequest()->busy() && Sees("testAnswer"); }));
    LookAtAll(what, 1);
  }
};

TEST_F(AnswerLayout, CanBeReadInAllItsForms) {
  LookAtAnswer("guideAnswer", ProxyStandIn());
  LookAtAnswer("guideRefusal",
               ProxyStandIn(429, R"({"error":{"message":"every account that serves claude-haiku-5 is cooling down: )"
                                 R"(night-anthropic comes back in 42 s, work-anthropic in 3 min; try again then"}})"));
}

class RemoteGuideLayout : public Layout {
 protected:
  RemoteGuideLayout() : Layout({.first_start = true, .remote = true}) {}
};

TEST_F(RemoteGuideLayout, CanBeReadInAllItsForms) {
  ASSERT_TRUE(Await([this] { return app().health()->notice() != ""; }));
  LookAtAll("guide of a remote daemon", 1);
}

class RequestLayout : public Layout {
 protected:
  RequestLayout() : Layout({.page = "monitor"}) {}
};

TEST_F(RequestLayout, CanBeReadInAllItsForms) {
  ASSERT_TRUE(Await([this] { return app().monitor()->shown() > 0; }));
  app().requestDetail()->show(app().monitor()->idAt(0));
  LookAtAll("request");
}

TEST(Inspector, KnowsTheAppsSentences) {
  EXPECT_GT(Inspector(QStringLiteral(AG_SOURCE_DIR "/gui/i18n/ag_gateway_zh_CN.ts")).sentences(), 500);
}

}  // namespace
}  // namespace ag::gui
