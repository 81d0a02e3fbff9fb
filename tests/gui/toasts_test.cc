#include "gui/app/toasts.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QCoreApplication>
#include <memory>

#include "gui/app/language.h"
#include "gui/models/account_model.h"

namespace ag::gui {
namespace {

int IdOf(const Toasts& toasts, int row) { return toasts.data(toasts.index(row), Toasts::IdRole).toInt(); }

TEST(ToastsTest, HoldsBackWhatCanBeUndone) {
  int acted = 0;
  int reverted = 0;
  Toasts toasts;
  const QAbstractItemModelTester tester(&toasts, QAbstractItemModelTester::FailureReportingMode::Fatal);
  toasts.Undoable("removed", [&] { ++acted; }, [&] { ++reverted; });
  EXPECT_EQ(acted, 0);
  toasts.undo(IdOf(toasts, 0));
  EXPECT_EQ(acted, 0);
  EXPECT_EQ(reverted, 1);
  EXPECT_EQ(toasts.count(), 0);
  toasts.Undoable("removed", [&] { ++acted; }, [&] { ++reverted; });
  const int id = IdOf(toasts, 0);
  toasts.dismiss(id);
  toasts.dismiss(id);
  EXPECT_EQ(acted, 1);
  EXPECT_EQ(reverted, 1);
}

TEST(ToastsTest, CarriesOutWhatIsHeldBackAtItsEnd) {
  int acted = 0;
  {
    Toasts toasts;
    toasts.Undoable("one", [&] { ++acted; }, [] {});
    toasts.Undoable("two", [&] { ++acted; }, [] {});
  }
  EXPECT_EQ(acted, 2);
}

TEST(ToastsTest, SaysAFailureThatStaysOnce) {
  Toasts toasts;
  toasts.error("gone");
  toasts.error("gone");
  EXPECT_EQ(toasts.count(), 1);
}

TEST(LanguageTest, ChangesTheTextsWhileTheAppRuns) {
  Language language;
  language.Use("zh_CN");
  EXPECT_EQ(AccountModel::StateText("needs_sign_in"), "需要登录");
  language.Use("en");
  EXPECT_EQ(AccountModel::StateText("needs_sign_in"), "Needs sign-in");
}

TEST(LanguageTest, CountsInEnglish) {
  Language language;
  language.Use("en");
  EXPECT_EQ(QCoreApplication::translate("ag::gui::AccountModel", "%n account(s) removed", nullptr, 1),
            "1 account removed");
  EXPECT_EQ(QCoreApplication::translate("ag::gui::AccountModel", "%n account(s) removed", nullptr, 3),
            "3 accounts removed");
}

}  // namespace
}  // namespace ag::gui
