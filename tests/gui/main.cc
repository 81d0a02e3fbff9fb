#include <gtest/gtest.h>

#include <QGuiApplication>
#include <QLocale>

namespace {

// A test that has turned the app to another language does not leave it to the next.
class BackToEnglish : public testing::EmptyTestEventListener {
  void OnTestEnd(const testing::TestInfo& /*test*/) override { QLocale::setDefault(QLocale(QStringLiteral("en"))); }
};

}  // namespace

// The models live in an application with an event loop; it needs no screen.
int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  QGuiApplication application(argc, argv);
  ::testing::InitGoogleTest(&argc, argv);
  testing::UnitTest::GetInstance()->listeners().Append(new BackToEnglish);  // which owns it
  return RUN_ALL_TESTS();
}
