#include <gtest/gtest.h>

#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
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

TEST_F(Demo, RefusesWebPages) {
  const auto status = [this](const char* header, const char* value) {
    QNetworkAccessManager network;
    network.setProxy(QNetworkProxy::NoProxy);
    QNetworkRequest request{QUrl(backend().baseUrl() + "/v1/chat/completions")};
    request.setHeader(QNetworkRequest::ContentTypeHeader, "text/plain");
    if (header != nullptr) request.setRawHeader(header, value);
    const std::unique_ptr<QNetworkReply> reply(network.post(request, R"({"model":"gpt-5-mini"})"));
    EXPECT_TRUE(Await([&] { return reply->isFinished(); }));
    return reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
  };
  EXPECT_EQ(status(nullptr, nullptr), 200);
  EXPECT_EQ(status("Origin", "https://page.example"), 403);
  EXPECT_EQ(status("Host", "page.example"), 403);
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
