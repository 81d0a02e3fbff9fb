#pragma once

#include <gtest/gtest.h>

#include <QImage>
#include <QQuickItem>
#include <QQuickWindow>
#include <QTest>
#include <array>
#include <functional>

#include "tests/gui/layout/inspector.h"
#include "tests/gui/layout/opened_page.h"

namespace ag::gui {

// A page that is looked at in both languages, both themes and the two sizes that people have most.
class Layout : public OpenedPage {
 protected:
  using OpenedPage::OpenedPage;

  // Looks at what is open, in all its forms, the first `sizes` of the sizes. `before` each form, since some things are
  // gone after a while.
  void LookAtAll(const QString& what, std::size_t sizes = kSizes.size(), const std::function<void()>& before = [] {}) {
    for (std::size_t i = 0; i < sizes; ++i) {
      window().resize(kSizes[i]);
      for (const char* language : kLanguages) {
        app().preferences()->setLanguage(language);
        for (const char* theme : kThemes) {
          app().preferences()->setTheme(theme);
          before();
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

  // In the first language and theme alone, as the window is.
  void LookOnce(const QString& what) { LookThrough(what, Inspector::Language::kSource); }

 private:
  static constexpr std::array kLanguages{"en", "zh_CN"};
  static constexpr std::array kThemes{"light", "dark"};
  static constexpr std::array kSizes{QSize(960, 640), QSize(1440, 900)};

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

}  // namespace ag::gui
