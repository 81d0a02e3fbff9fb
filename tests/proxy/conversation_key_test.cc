#include "gatewayd/proxy/conversation_key.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gatewayd/base/arena.h"

namespace ag::proxy {
namespace {

std::optional<std::uint64_t> KeyOf(const std::string& body, const std::vector<http::Header>& headers = {},
                                   Dialect dialect = Dialect::kMessages, Operation operation = Operation::kGenerate) {
  Arena arena;
  wire::Endpoint endpoint;
  endpoint.dialect = dialect;
  endpoint.operation = operation;
  const auto request = wire::ClientRequest::Read(endpoint, body, arena);
  EXPECT_TRUE(request.ok()) << request.status();
  return ConversationOf(*request, http::Headers(headers));
}

std::string Messages(const std::string& system, const std::string& turns, const std::string& more = "") {
  return R"({"model":"m","system":")" + system + R"(","messages":[)" + turns + "]" + more + "}";
}

const std::string kHi = R"({"role":"user","content":"hi"})";
const std::string kAnswer = R"(,{"role":"assistant","content":"hello"},{"role":"user","content":"and now?"})";

TEST(ConversationOf, StaysWhileAConversationGrows) {
  const auto key = KeyOf(Messages("be brief", kHi));
  ASSERT_TRUE(key);
  EXPECT_EQ(KeyOf(Messages("be brief", kHi + kAnswer)), key);
  EXPECT_EQ(KeyOf(Messages("be brief", kHi + kAnswer, R"(,"max_tokens":7,"temperature":0.2)")), key);
}

TEST(ConversationOf, TellsConversationsApart) {
  const auto key = KeyOf(Messages("be brief", kHi));
  EXPECT_NE(KeyOf(Messages("be long", kHi)), key);
  EXPECT_NE(KeyOf(Messages("be brief", R"({"role":"user","content":"ho"})")), key);
  EXPECT_NE(KeyOf(Messages("be brief", kHi, R"(,"metadata":{"user_id":"somebody"})")), key);
  EXPECT_NE(KeyOf(Messages("be brief", kHi, R"(,"tools":[{"name":"t"}])")), key);
}

TEST(ConversationOf, TellsLongMessagesApartByTheirEnds) {
  const std::string reminder(5000, 'r');
  EXPECT_NE(KeyOf(Messages("", R"({"role":"user","content":")" + reminder + R"( one"})")),
            KeyOf(Messages("", R"({"role":"user","content":")" + reminder + R"( two"})")));
}

TEST(ConversationOf, BelievesTheClientsSession) {
  const std::string session = R"(,"metadata":{"user_id":"user_a_account__session_1"})";
  const auto key = KeyOf(Messages("be brief", kHi, session));
  EXPECT_EQ(KeyOf(Messages("another agent", kAnswer.substr(1), session)), key);
  EXPECT_EQ(KeyOf(R"({"model":"m","prompt_cache_key":"k","input":"a"})", {}, Dialect::kResponses),
            KeyOf(R"({"model":"m","prompt_cache_key":"k","input":"b"})", {}, Dialect::kResponses));
}

TEST(ConversationOf, PrefersASessionInAHeader) {
  for (const char* name : {"X-Session-Id", "session_id", "conversation_id", "x-claude-code-session-id"}) {
    const auto key = KeyOf(Messages("a", kHi), {{name, "s1"}});
    EXPECT_EQ(KeyOf(Messages("b", kHi), {{name, "s1"}}), key) << name;
    EXPECT_NE(KeyOf(Messages("a", kHi), {{name, "s2"}}), key) << name;
  }
}

TEST(ConversationOf, KnowsNoneWhereNothingIsSaidInTurns) {
  EXPECT_EQ(KeyOf(R"({"model":"m","input":"a text"})", {}, Dialect::kChat, Operation::kEmbed), std::nullopt);
  EXPECT_EQ(KeyOf(R"({"model":"m"})"), std::nullopt);
}

}  // namespace
}  // namespace ag::proxy
