#include "tests/gui/layout/looked_at.h"

// What comes and goes, in all its forms: what is asked before quitting; and the largest screens.
namespace ag::gui {
namespace {

class QuitLayout : public Layout {};

TEST_F(QuitLayout, CanBeReadInAllItsForms) {
  auto* dialog = window().findChild<QObject*>("quitDialog");
  ASSERT_NE(dialog, nullptr);
  ASSERT_TRUE(QMetaObject::invokeMethod(dialog, "open"));
  ASSERT_TRUE(Await([this] { return Sees("quitKeep"); }));
  LookAtAll("question before quitting", 1);
  EXPECT_TRUE(Sees("quitKeep"));
}

// Nothing gets lost on the largest screens.
class LargeScreen : public Layout, public testing::WithParamInterface<const char*> {
 protected:
  LargeScreen() : Layout({.page = GetParam(), .size = {3840, 2160}}) {}
};

TEST_P(LargeScreen, CanBeRead) {
  ASSERT_TRUE(Await([this] { return app().accounts()->loaded() && window().width() == 3840; }));
  LookOnce(QStringLiteral("%1 on 4K").arg(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Pages, LargeScreen, testing::ValuesIn(Pages()),
                         [](const auto& page) { return std::string(page.param); });

}  // namespace
}  // namespace ag::gui
