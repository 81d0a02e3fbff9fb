#include "gui/models/failure_text.h"

#include <gtest/gtest.h>

#include "gui/app/language.h"
#include "gui/demo/demo_server.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;

class FailureTextTest : public testing::Test {
 protected:
  FailureTextTest() { language_.Use("en"); }
  ~FailureTextTest() override { language_.Use("en"); }

  static client::ControlClientOptions To(const QString& target) {
    client::ControlClientOptions options;
    options.target = target.toStdString();
    return options;
  }
  absl::Status AddWithABadKey() {
    v1::CreateAccountRequest request;
    request.mutable_account()->set_provider("openai");
    request.mutable_account()->set_api_key("");
    return daemon_.CreateAccount(request).status();
  }
  absl::Status GetNobody() {
    v1::GetAccountRequest request;
    request.set_id("nobody");
    return daemon_.GetAccount(request).status();
  }

  Language language_;
  DemoServer server_{{.past_requests = 0, .requests_per_second = 0}};
  client::ControlClient daemon_{To(server_.target())};
};

TEST_F(FailureTextTest, GivesReadersOfEnglishTheDaemonsSentence) {
  const absl::Status status = AddWithABadKey();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(FailureText(status).toStdString(), status.message());
  EXPECT_EQ(DaemonText("Rate limit", "too many requests"), "too many requests");
  EXPECT_EQ(DaemonText("Rate limit", ""), "Rate limit");
}

TEST_F(FailureTextTest, SaysTheFieldAndTheKindInChineseAndQuotesTheSentence) {
  language_.Use("zh_CN");
  const absl::Status status = AddWithABadKey();
  EXPECT_EQ(client::ErrorParamOf(status), "api_key");
  const QString sentence = QString::fromUtf8(status.message().data(), static_cast<qsizetype>(status.message().size()));
  EXPECT_EQ(FailureText(status), QStringLiteral("“API 密钥”未被接受：“%1”").arg(sentence));
  EXPECT_TRUE(FailureText(GetNobody()).startsWith(QStringLiteral("它不存在（或已被删除）：“")));
  EXPECT_EQ(FailureText(absl::InternalError("odd")), QStringLiteral("操作失败：“odd”"));
}

TEST_F(FailureTextTest, SaysInChineseThatNobodyAnswers) {
  language_.Use("zh_CN");
  server_.Kill();
  EXPECT_TRUE(FailureText(GetNobody()).startsWith(QStringLiteral("网关没有响应：“")));
}

TEST_F(FailureTextTest, LeavesAProvidersWordsAsTheyAre) {
  EXPECT_EQ(WithWords("Rate limit", "Slow down"), QStringLiteral("Rate limit: “Slow down”"));
  EXPECT_EQ(WithWords("", "Slow down"), QStringLiteral("“Slow down”"));
  EXPECT_EQ(WithWords("Rate limit", ""), "Rate limit");
  language_.Use("zh_CN");
  EXPECT_EQ(WithWords(QStringLiteral("速率限制"), "Slow down"), QStringLiteral("速率限制：“Slow down”"));
}

}  // namespace
}  // namespace ag::gui
