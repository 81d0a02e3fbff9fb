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

QStringList Texts(const Toasts& toasts) {
  QStringList texts;
  for (int row = 0; row < toasts.count(); ++row) texts << toasts.data(toasts.index(row), Toasts::TextRole).toString();
  return texts;
}

TEST(ToastsTest, MakesRoomWithoutDoingWhatCanBeUndone) {
  int acted = 0;
  Toasts toasts;
  const QAbstractItemModelTester tester(&toasts, QAbstractItemModelTester::FailureReportingMode::Fatal);
  toasts.Undoable("removed", [&] { ++acted; }, [] {});
  toasts.error("failed");
  for (const char* text : {"one", "two", "three", "four"}) toasts.info(text);
  EXPECT_EQ(Texts(toasts), (QStringList{"removed", "failed", "three", "four"})) << "news give way to news";
  toasts.error("failed too");
  toasts.error("failed again");
  EXPECT_EQ(Texts(toasts), (QStringList{"removed", "failed", "failed too", "failed again"}));
  toasts.info("five");
  EXPECT_EQ(Texts(toasts), (QStringList{"removed", "failed too", "failed again", "five"}));
  EXPECT_EQ(acted, 0);
  toasts.undo(IdOf(toasts, 0));
  EXPECT_EQ(acted, 0);
}

TEST(ToastsTest, KeepsAllThatCanBeUndoneUntilItsTimeIsOver) {
  int acted = 0;
  int reverted = 0;
  Toasts toasts;
  const QAbstractItemModelTester tester(&toasts, QAbstractItemModelTester::FailureReportingMode::Fatal);
  for (int i = 0; i < 6; ++i) toasts.Undoable(QString::number(i), [&] { ++acted; }, [&] { ++reverted; });
  EXPECT_EQ(toasts.count(), 6);
  EXPECT_EQ(acted, 0);
  toasts.info("news");
  EXPECT_EQ(toasts.count(), 7) << "it is told nevertheless";
  toasts.info("more news");
  EXPECT_EQ(Texts(toasts), (QStringList{"0", "1", "2", "3", "4", "5", "more news"}));
  toasts.undo(IdOf(toasts, 0));
  EXPECT_EQ(reverted, 1);
  toasts.dismiss(IdOf(toasts, 0));
  EXPECT_EQ(acted, 1);
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
