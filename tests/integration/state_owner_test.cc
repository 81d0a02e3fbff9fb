#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/integration/gateway_fixture.h"
#include "tests/support/http_client.h"

// What a provider keeps for one account, once that account is gone.
namespace ag::test {
namespace {

namespace v1 = client::v1;
using testing::HasSubstr;

const std::vector<Field> kJson{{"content-type", "application/json"}};
constexpr const char* kContinued = R"({"model":"gpt-5-mini","input":"and?","previous_response_id":"resp_68e1"})";

class OpenAi : public FakeUpstream {
 public:
  OpenAi() { On("GET", "/v1/models", OpenAiModels({"gpt-5-mini"})); }
};

Reply ResponseWithId(std::string_view id) {
  return Reply().Json(R"({"id":")" + std::string(id) + R"(","object":"response","status":"completed","output":[]})");
}

// One account made a response and a file; two others could serve as well.
class StateOwner : public testing::Test {
 protected:
  StateOwner() {
    id_ = gateway_.AddAccount("openai", maker_.Origin(), "maker", 10);
    maker_.Enqueue(ResponseWithId("resp_68e1"));
    EXPECT_EQ(Post("/v1/responses", R"({"model":"gpt-5-mini","input":"hi"})").status, 200);
    maker_.Enqueue(Reply().Json(R"({"id":"file-9Kx","object":"file"})"));
    EXPECT_EQ(Post("/v1/files", "{}").status, 200);
    gateway_.AddAccount("openai", other_.Origin(), "second");
    gateway_.AddAccount("openai", other_.Origin(), "third");
  }

  HttpResponse Post(const std::string& path, std::string_view body) {
    return HttpPost(gateway_.port(), path, body, kJson);
  }
  void Enable(bool enabled) {
    v1::UpdateAccountRequest update;
    update.mutable_account()->set_id(id_);
    update.mutable_account()->set_enabled(enabled);
    update.mutable_update_mask()->add_paths("enabled");
    EXPECT_TRUE(gateway_.control().UpdateAccount(update).ok());
  }

  OpenAi maker_;
  OpenAi other_;
  Gateway gateway_;
  std::string id_;
};

TEST_F(StateOwner, OnceRemovedIsForgotten) {
  v1::DeleteAccountRequest remove;
  remove.set_id(id_);
  ASSERT_TRUE(gateway_.control().DeleteAccount(remove).ok());
  const auto reply = Post("/v1/responses", kContinued);
  EXPECT_EQ(reply.status, 404) << "no account is known to have it any more";
  EXPECT_THAT(reply.body, HasSubstr("was not issued through this gateway"));
}

TEST_F(StateOwner, WhileSwitchedOffIsNamedAndIsAskedOnceItIsOnAgain) {
  Enable(false);
  const auto reply = Post("/v1/responses", kContinued);
  EXPECT_EQ(reply.status, 404);
  EXPECT_THAT(reply.body, HasSubstr(R"("code":"previous_response_not_found")")) << "clients send the history on this";
  EXPECT_THAT(reply.body, HasSubstr("'maker' (openai), which is disabled"));
  EXPECT_THAT(reply.body, HasSubstr("agctl accounts enable " + id_));
  const auto file = HttpGet(gateway_.port(), "/v1/files/file-9Kx");
  EXPECT_EQ(file.status, 404);
  EXPECT_THAT(file.body, HasSubstr("'maker' (openai), which is disabled"));
  other_.Enqueue(ResponseWithId("resp_2"));
  EXPECT_EQ(Post("/v1/responses", R"({"model":"gpt-5-mini","input":"the whole history"})").status, 200);
  EXPECT_EQ(other_.questions().size(), 1U);
  Enable(true);
  maker_.Enqueue(ResponseWithId("resp_3"));
  EXPECT_EQ(Post("/v1/responses", kContinued).status, 200);
  EXPECT_EQ(maker_.questions().back().body, kContinued);
}

}  // namespace
}  // namespace ag::test
