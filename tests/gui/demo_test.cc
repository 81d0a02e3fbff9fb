#include <gtest/gtest.h>

#include <QTemporaryDir>
#include <QTest>
#include <functional>
#include <memory>

#include "gui/app/app.h"

// The app as `ag-gateway --demo` starts it: nothing that it does there leaves it.
namespace ag::gui {
namespace {

class Demo : public testing::Test {
 protected:
  Demo() {
    EXPECT_TRUE(Await([this] { return backend().proxyRunning() && app_->accounts()->loaded(); }));
  }
  Backend& backend() { return *app_->backend(); }
  TestRequest& test() { return *app_->testRequest(); }
  [[nodiscard]] bool Await(const std::function<bool()>& is_so) const { return QTest::qWaitFor(is_so, 5'000); }

  QTemporaryDir folder_;
  std::unique_ptr<App> app_ = [this] {
    AppOptions options;
    options.demo = true;
    options.preferences = folder_.filePath("app.ini");
    return std::make_unique<App>(options);
  }();
};

TEST_F(Demo, AnswersItsFirstRequestItself) {
  EXPECT_NE(backend().proxyPort(), 8045) << "a real gateway may listen there";
  EXPECT_TRUE(Await([this] { return app_->health()->answers(); })) << app_->health()->error().toStdString();
  test().send();
  EXPECT_TRUE(Await([this] { return !test().busy() && test().record() != ""; })) << test().error().toStdString();
  EXPECT_EQ(test().answer(), "Hello there, nice to meet you!");
}

TEST_F(Demo, TurnsRequestsAwayWhileItsProxyIsStopped) {
  backend().stopProxy();
  EXPECT_TRUE(Await([this] { return !backend().proxyRunning(); }));
  test().send();
  EXPECT_TRUE(Await([this] { return !test().busy(); }));
  EXPECT_NE(test().error(), "");
  EXPECT_EQ(test().answer(), "");
}

}  // namespace
}  // namespace ag::gui
