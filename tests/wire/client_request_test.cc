#include "gatewayd/wire/client_request.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "gatewayd/base/error.h"

namespace ag::wire {
namespace {

Endpoint At(Dialect dialect, Operation operation = Operation::kGenerate, std::string_view path_model = {}) {
  Endpoint endpoint;
  endpoint.dialect = dialect;
  endpoint.operation = operation;
  endpoint.path_model = path_model;
  return endpoint;
}

Envelope EnvelopeOf(const Endpoint& endpoint, std::string_view body, Arena& arena) {
  const auto request = ClientRequest::Read(endpoint, body, arena);
  EXPECT_TRUE(request.ok()) << request.status();
  return request.ok() ? request->envelope() : Envelope();
}

std::string FailureOf(const Endpoint& endpoint, std::string_view body) {
  Arena arena;
  const auto request = ClientRequest::Read(endpoint, body, arena);
  if (request.ok()) return "accepted";
  EXPECT_EQ(KindOf(request.status()), ErrorKind::kInvalidRequest);
  return DetailOf(request.status()).param + "|" + std::string(request.status().message());
}

TEST(ClientRequest, ReadsTheEnvelopeOfAChat) {
  Arena arena;
  const std::string_view body =
      R"({"messages":[{"model":"inner"}],"model":"gpt-\u0035","stream":true,"stream_options":{"include_usage":true},)"
      R"("tools":[{"type":"function"}],"user":"u1"})";
  const auto envelope = EnvelopeOf(At(Dialect::kChat), body, arena);
  EXPECT_EQ(envelope.model, "gpt-5");
  EXPECT_EQ(envelope.model_token, R"("gpt-\u0035")");
  EXPECT_TRUE(envelope.stream);
  EXPECT_TRUE(envelope.include_usage);
  EXPECT_TRUE(envelope.has_tools);
  EXPECT_EQ(envelope.conversation.user, "u1");
  EXPECT_EQ(envelope.conversation.session, "");
  EXPECT_EQ(envelope.conversation.turns, R"([{"model":"inner"}])");
  EXPECT_EQ(envelope.conversation.tools, R"([{"type":"function"}])");
}

TEST(ClientRequest, FindsWhatNamesTheConversation) {
  Arena arena;
  const auto responses = EnvelopeOf(
      At(Dialect::kResponses),
      R"({"model":"m","user":"u","prompt_cache_key":"k","previous_response_id":"resp_1","instructions":"be",)"
      R"("input":"hi"})",
      arena);
  EXPECT_EQ(responses.conversation.session, "k");
  EXPECT_EQ(responses.conversation.user, "u");
  EXPECT_EQ(responses.conversation.system, R"("be")");
  EXPECT_EQ(responses.conversation.turns, R"("hi")");
  const auto messages =
      EnvelopeOf(At(Dialect::kMessages),
                 R"({"model":"m","metadata":{"user_id":"{\"s\":1}"},"thread":{"type":"create"},"tools":[]})", arena);
  EXPECT_EQ(messages.conversation.user, R"({"s":1})");
  EXPECT_EQ(messages.conversation.session, "");
  EXPECT_EQ(messages.thread_type, "create");
  EXPECT_FALSE(messages.has_tools);
  EXPECT_FALSE(messages.stream);
}

TEST(ClientRequest, TakesGeminisModelAndFramingFromThePath) {
  Arena arena;
  auto endpoint = At(Dialect::kGemini, Operation::kGenerateStream, "gemini-2.5-flash");
  endpoint.framing = StreamFraming::kJsonArray;
  const std::string_view body = R"({"contents":[],"generation_config":{}})";
  const auto request = ClientRequest::Read(endpoint, body, arena);
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request->envelope().model, "gemini-2.5-flash");
  EXPECT_TRUE(request->envelope().stream);
  EXPECT_EQ(request->framing(), StreamFraming::kJsonArray);
  EXPECT_EQ(request->envelope().conversation.turns, "[]");
}

TEST(ClientRequest, TakesAUserIdThatNamesASessionForTheConversation) {
  Arena arena;
  for (const std::string id : {R"({\"device_id\":\"d\",\"session_id\":\"s\"})", "user_1_account__session_s"}) {
    const std::string body = R"({"model":"m","metadata":{"user_id":")" + id + R"("}})";
    const auto marks = EnvelopeOf(At(Dialect::kMessages), body, arena).conversation;
    EXPECT_EQ(marks.session, marks.user) << id;
    EXPECT_FALSE(marks.session.empty());
  }
}

TEST(ClientRequest, NamesWhatIsWrong) {
  EXPECT_EQ(FailureOf(At(Dialect::kChat), R"({"messages":[]})"), "model|model: required, and must not be empty");
  EXPECT_EQ(FailureOf(At(Dialect::kChat), R"({"model":""})"), "model|model: required, and must not be empty");
  EXPECT_EQ(FailureOf(At(Dialect::kChat), R"({"model":5})"), "model|model: must be a string");
  EXPECT_EQ(FailureOf(At(Dialect::kResponses), R"({"model":5})"), "model|model: must be a string");
  EXPECT_EQ(FailureOf(At(Dialect::kChat), ""), "|the request body is empty: send JSON");
  EXPECT_EQ(FailureOf(At(Dialect::kChat), "[]"),
            "|the request body is not a JSON object: invalid JSON at byte 0: expected an object");
  EXPECT_EQ(FailureOf(At(Dialect::kGemini, Operation::kGenerate, "m"), "{\"a\":"),
            "|the request body is not a JSON object: invalid JSON at byte 5: expected a value");
}

TEST(ClientRequest, NeedsNoBodyWhereTheOperationHasNone) {
  Arena arena;
  EXPECT_EQ(EnvelopeOf(At(Dialect::kChat, Operation::kListModels), "", arena).model, "");
  EXPECT_EQ(EnvelopeOf(At(Dialect::kResponses), R"({"prompt":{"id":"pmpt_1"}})", arena).model, "")
      << "its prompt has it";
  EXPECT_EQ(EnvelopeOf(At(Dialect::kChat, Operation::kGetModel, "gpt-5"), "", arena).model, "gpt-5");
}

TEST(ClientRequest, LetsOtherEndpointsSendAnything) {
  Arena arena;
  EXPECT_EQ(EnvelopeOf(At(Dialect::kChat, Operation::kOther), "--boundary\r\n", arena).model, "");
  EXPECT_EQ(EnvelopeOf(At(Dialect::kChat, Operation::kOther), R"({"model":"gpt-image-1"})", arena).model,
            "gpt-image-1");
}

TEST(ClientRequest, SurvivesEveryTruncation) {
  const std::string body = R"({"model":"m","stream_options":{"include_usage":true},"metadata":{"user_id":"\u00e9"}})";
  for (std::size_t length = 0; length < body.size(); ++length) {
    EXPECT_NE(FailureOf(At(Dialect::kMessages), std::string(body.substr(0, length))), "accepted");
  }
}

}  // namespace
}  // namespace ag::wire
