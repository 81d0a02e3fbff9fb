#include "gatewayd/wire/passthrough.h"

#include <gtest/gtest.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/error.h"

namespace ag::wire {
namespace {

class StringSink final : public Sink {
 public:
  void Append(std::string_view bytes) override { text += bytes; }
  void Borrow(std::string_view bytes) override { text += bytes; }
  std::string text;
};

std::string Join(std::span<const std::string_view> pieces) {
  std::string text;
  for (const auto piece : pieces) text += piece;
  return text;
}

// One attempt: a client's request and the bytes that the upstream answers.
class Attempt {
 public:
  Attempt(const Endpoint& endpoint, std::string body, std::string_view upstream_model = "m") : body_(std::move(body)) {
    auto request = ClientRequest::Read(endpoint, body_, arena_);
    EXPECT_TRUE(request.ok()) << request.status();
    request_ = std::make_unique<ClientRequest>(*std::move(request));
    UpstreamTarget target;
    target.dialect = endpoint.dialect;
    target.model = std::string(upstream_model);
    auto made = MakePassthrough(*request_, target);
    EXPECT_TRUE(made.ok()) << made.status();
    translation_ = *std::move(made);
    auto call = translation_->EncodeRequest();
    EXPECT_TRUE(call.ok());
    call_ = *std::move(call);
  }

  // Feeds the reply in pieces of `step` bytes; stops as the relay would.
  Step Reply(std::string_view bytes, std::size_t step = SIZE_MAX, std::string_view content_type = "text/event-stream") {
    translation_->OnUpstreamHead(200, content_type);
    Step last = Step::kHold;
    for (std::size_t at = 0; at < bytes.size(); at += std::min(step, bytes.size() - at)) {
      const std::string piece(bytes.substr(at, step));
      const std::size_t before = sink.text.size();
      last = translation_->OnUpstreamBytes(piece, sink);
      if (last == Step::kHold || last == Step::kFailed) {
        EXPECT_EQ(sink.text.size(), before);
      }
      if (last == Step::kDone || last == Step::kFailed) return last;
    }
    return translation_->OnUpstreamEnd(sink);
  }

  std::string SentBody() const { return Join(call_.body); }
  const UpstreamCall& call() const { return call_; }
  Translation& translation() { return *translation_; }
  const TranslationReport& report() const { return translation_->Report(); }
  StringSink sink;

 private:
  Arena arena_;
  std::string body_;
  std::unique_ptr<ClientRequest> request_;
  std::unique_ptr<Translation> translation_;
  UpstreamCall call_;
};

Endpoint At(Dialect dialect, Operation operation = Operation::kGenerate) {
  Endpoint endpoint;
  endpoint.dialect = dialect;
  endpoint.operation = operation;
  return endpoint;
}

Endpoint Gemini(StreamFraming framing) {
  Endpoint endpoint =
      At(Dialect::kGemini, framing == StreamFraming::kNone ? Operation::kGenerate : Operation::kGenerateStream);
  endpoint.path_model = "m";
  endpoint.framing = framing;
  return endpoint;
}

constexpr std::string_view kRole =
    "data: "
    "{\"id\":\"c1\",\"model\":\"gpt\",\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_"
    "reason\":null}],\"usage\":null}\n\n";
constexpr std::string_view kHello =
    "data: {\"id\":\"c1\",\"choices\":[{\"delta\":{\"content\":\"Hello\"},\"finish_reason\":null}],\"usage\":null}\n\n";
constexpr std::string_view kStop =
    "data: {\"id\":\"c1\",\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}],\"usage\":null}\n\n";
constexpr std::string_view kUsage =
    "data: "
    "{\"id\":\"c1\",\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"prompt_tokens_details\":{"
    "\"cached_tokens\":4},\"completion_tokens_details\":{\"reasoning_tokens\":2}}}\n\n";
constexpr std::string_view kDone = "data: [DONE]\n\n";

std::string Text(const std::vector<std::string_view>& pieces) { return Join(pieces); }

TEST(PassthroughRequest, LeavesTheBodyAloneWhenTheModelIsTheSame) {
  const std::string body = " {\"model\" : \"m\",\"x\":0.950, \"x\":1}\n";
  Attempt attempt(At(Dialect::kChat), body);
  EXPECT_EQ(attempt.SentBody(), body);
  EXPECT_EQ(attempt.call().body.size(), 1U);
}

TEST(PassthroughRequest, SplicesTheModelNameOnly) {
  Attempt attempt(At(Dialect::kMessages), R"({"max_tokens":1,"model": "clau\u0064e" ,"x":[0.950]})", "up\"stream");
  EXPECT_EQ(attempt.SentBody(), R"({"max_tokens":1,"model": "up\"stream" ,"x":[0.950]})");
  EXPECT_EQ(attempt.call().model, "up\"stream");
}

TEST(PassthroughRequest, AsksForUsageOfChatStreams) {
  const auto sent = [](std::string body) { return Attempt(At(Dialect::kChat), std::move(body)).SentBody(); };
  EXPECT_EQ(sent(R"({"model":"m","stream":true})"),
            R"({"stream_options":{"include_usage":true},"model":"m","stream":true})");
  EXPECT_EQ(sent(R"({"stream_options":{},"model":"m","stream":true})"),
            R"({"stream_options":{"include_usage":true},"model":"m","stream":true})");
  EXPECT_EQ(sent(R"({"model":"m","stream":true,"stream_options":{"include_obfuscation":false}})"),
            R"({"model":"m","stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false}})");
  EXPECT_EQ(sent(R"({"model":"m","stream":true,"stream_options":{"include_usage":false}})"),
            R"({"model":"m","stream":true,"stream_options":{"include_usage":true}})");
  EXPECT_EQ(sent(R"({"model":"m","stream":true,"stream_options":null})"),
            R"({"model":"m","stream":true,"stream_options":{"include_usage":true}})");
  EXPECT_EQ(sent(R"({"model":"m","stream":false})"), R"({"model":"m","stream":false})");
}

TEST(PassthroughRequest, RenamesTheModelsInsideAGeminiBatch) {
  Endpoint endpoint = At(Dialect::kGemini, Operation::kBatchEmbed);
  endpoint.path_model = "alias";
  Attempt attempt(endpoint, R"({"requests":[{"model":"models/alias","c":1},{"model":"models/alias"}]})", "real");
  EXPECT_EQ(attempt.SentBody(), R"({"requests":[{"model":"models/real","c":1},{"model":"models/real"}]})");
}

TEST(PassthroughStream, HoldsUntilContentAndKeepsEveryByteInAnySplit) {
  const std::string stream = Text({": hi\n\n", kRole, kHello, kStop, kUsage, kDone});
  for (std::size_t step = 1; step <= stream.size(); ++step) {
    Attempt attempt(At(Dialect::kChat), R"({"model":"m","stream":true,"stream_options":{"include_usage":true}})");
    EXPECT_EQ(attempt.Reply(stream, step), Step::kDone);
    EXPECT_EQ(attempt.sink.text, stream) << step;
  }
}

TEST(PassthroughStream, HoldsRoleOnlyChunks) {
  Attempt attempt(At(Dialect::kChat), R"({"model":"m","stream":true})");
  attempt.translation().OnUpstreamHead(200, "text/event-stream");
  EXPECT_EQ(attempt.translation().OnUpstreamBytes(kRole, attempt.sink), Step::kHold);
  EXPECT_EQ(attempt.sink.text, "");
  EXPECT_EQ(attempt.translation().OnUpstreamBytes(kHello, attempt.sink), Step::kContent);
  EXPECT_EQ(attempt.sink.text, Text({kRole, kHello}));
}

TEST(PassthroughStream, SwallowsOnlyTheUsageChunkThatItAskedFor) {
  for (const std::size_t step : {1U, 7U, 100U, 100'000U}) {
    Attempt attempt(At(Dialect::kChat), R"({"model":"m","stream":true})");
    EXPECT_EQ(attempt.Reply(Text({kRole, kHello, kStop, kUsage, kDone}), step), Step::kDone);
    EXPECT_EQ(attempt.sink.text, Text({kRole, kHello, kStop, kDone}));
    EXPECT_EQ(attempt.report().usage.input, 6);
    EXPECT_EQ(attempt.report().usage.cache_read, 4);
    EXPECT_EQ(attempt.report().usage.output, 3);
    EXPECT_EQ(attempt.report().usage.reasoning, 2);
    EXPECT_EQ(attempt.report().stop_reason, StopReason::kMaxTokens);
    EXPECT_EQ(attempt.report().response_id, "c1");
    EXPECT_EQ(attempt.report().upstream_model, "gpt");
  }
}

TEST(PassthroughStream, FailsOnAnErrorBeforeContentAndShowsNothing) {
  Attempt attempt(At(Dialect::kChat), R"({"model":"m","stream":true})");
  const std::string error = "data: {\"error\":{\"message\":\"busy\",\"type\":\"server_error\",\"code\":null}}\n\n";
  EXPECT_EQ(attempt.Reply(Text({kRole, error})), Step::kFailed);
  EXPECT_EQ(attempt.sink.text, "");
  EXPECT_EQ(DetailOf(attempt.report().error).provider_text, "busy");
  EXPECT_EQ(attempt.report().stream_error_json, R"({"error":{"message":"busy","type":"server_error","code":null}})");
}

TEST(PassthroughStream, PassesAnErrorAfterContentOnceAndReportsIt) {
  Attempt attempt(At(Dialect::kChat), R"({"model":"m","stream":true})");
  const std::string stream = Text({kRole, kHello, "data: {\"error\":{\"message\":\"busy\"}}\n\n", kDone});
  EXPECT_EQ(attempt.Reply(stream), Step::kFailed);
  attempt.translation().OnUpstreamError(DetailOf(attempt.report().error), attempt.sink);
  EXPECT_EQ(attempt.sink.text, stream);
}

TEST(PassthroughStream, EndsACutStreamWithAnErrorBehindWholeEvents) {
  Attempt attempt(At(Dialect::kChat), R"({"model":"m","stream":true})");
  EXPECT_EQ(attempt.Reply(Text({kRole, kHello, "data: {\"id\":\"c1\",\"cho"}), 50), Step::kFailed);
  EXPECT_EQ(KindOf(attempt.report().error), ErrorKind::kStreamCut);
  EXPECT_EQ(attempt.sink.text, Text({kRole, kHello}));
  attempt.translation().OnUpstreamError(DetailOf(attempt.report().error), attempt.sink);
  EXPECT_NE(attempt.sink.text.find("data: {\"error\":{"), std::string::npos);
  EXPECT_TRUE(attempt.sink.text.ends_with(kDone));
}

TEST(PassthroughStream, TakesAnEmptyStreamAsCut) {
  for (const std::string_view stream : {"", "\n\n", ": ping\n\n", "data: [DONE]\n\n"}) {
    Attempt attempt(At(Dialect::kChat), R"({"model":"m","stream":true})");
    EXPECT_EQ(attempt.Reply(stream), Step::kFailed) << stream;
    EXPECT_EQ(KindOf(attempt.report().error), ErrorKind::kStreamCut) << stream;
  }
}

TEST(PassthroughStream, ReportsWhatBreaksItsProtocolAndPassesItOn) {
  const std::string good = Text({kRole, kHello, kStop, kUsage, kDone});
  Attempt orderly(At(Dialect::kChat), R"({"model":"m","stream":true,"stream_options":{"include_usage":true}})");
  EXPECT_EQ(orderly.Reply(good), Step::kDone);
  EXPECT_EQ(orderly.report().violation, "");
  const std::string bad = Text({kRole, kHello, kStop, kHello, kDone});
  Attempt broken(At(Dialect::kChat), R"({"model":"m","stream":true,"stream_options":{"include_usage":true}})");
  EXPECT_EQ(broken.Reply(bad), Step::kDone);
  EXPECT_EQ(broken.sink.text, bad);
  EXPECT_EQ(broken.report().violation, "a choice goes on after its finish_reason");
  const std::string endless = Text({kRole, kHello, kDone});
  Attempt unfinished(At(Dialect::kChat), R"({"model":"m","stream":true,"stream_options":{"include_usage":true}})");
  EXPECT_EQ(unfinished.Reply(endless), Step::kDone);
  EXPECT_EQ(unfinished.report().violation, "a choice has no finish_reason");
}

TEST(PassthroughStream, ShowsNothingOfALeftoverThatDoesNotEndTheStream) {
  for (const std::string_view leftover : {kHello.substr(0, kHello.size() - 2), kHello.substr(0, 40)}) {
    Attempt attempt(At(Dialect::kChat), R"({"model":"m","stream":true})");
    EXPECT_EQ(attempt.Reply(leftover), Step::kFailed);
    EXPECT_EQ(attempt.sink.text, "");
  }
}

TEST(PassthroughStream, DropsHalfADeltaEventAtTheEnd) {
  Attempt attempt(At(Dialect::kMessages), R"({"model":"m","stream":true})");
  const std::string delta =
      "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{\"text\":\"Hi\"}}\n\n";
  EXPECT_EQ(attempt.Reply(delta + delta.substr(0, delta.size() - 8)), Step::kFailed);
  EXPECT_EQ(attempt.sink.text, delta);
}

constexpr std::string_view kMessageStart =
    "event: message_start\ndata: "
    "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"model\":\"claude\",\"content\":[],\"stop_reason\":"
    "null,\"usage\":{\"input_tokens\":4,\"cache_creation_input_tokens\":7,\"cache_read_input_tokens\":9,\"output_"
    "tokens\":1}}}\n\n";
constexpr std::string_view kBlockStart =
    "event: content_block_start\ndata: "
    "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\nevent: "
    "ping\ndata: {\"type\": \"ping\"}\n\n";
constexpr std::string_view kBlockDelta =
    "event: content_block_delta\ndata: "
    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"}}\n\n";
constexpr std::string_view kMessageEnd =
    "event: message_delta\ndata: "
    "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":201}}\n\nevent: "
    "message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

TEST(PassthroughStream, ReadsMessages) {
  const std::string stream = Text({kMessageStart, kBlockStart, kBlockDelta, kMessageEnd});
  Attempt attempt(At(Dialect::kMessages), R"({"model":"m","stream":true})");
  EXPECT_EQ(attempt.Reply(stream, 40), Step::kDone);
  EXPECT_EQ(attempt.sink.text, stream);
  const auto& report = attempt.report();
  EXPECT_EQ(report.usage, (Usage{4, 9, 7, 201, std::nullopt}));
  EXPECT_EQ(report.stop_reason, StopReason::kToolUse);
  EXPECT_EQ(report.response_id, "msg_1");
}

TEST(PassthroughStream, HoldsMessagesUntilTheFirstDelta) {
  Attempt attempt(At(Dialect::kMessages), R"({"model":"m","stream":true})");
  const std::string error =
      "event: error\ndata: "
      "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n";
  EXPECT_EQ(attempt.Reply(Text({kMessageStart, kBlockStart, error})), Step::kFailed);
  EXPECT_EQ(attempt.sink.text, "");
  EXPECT_EQ(DetailOf(attempt.report().error).provider_code, "overloaded_error");
}

TEST(PassthroughStream, NumbersTheErrorAfterTheResponsesEventsThatPassed) {
  const std::string begun =
      "event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":4}\n\n"
      "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":5,"
      "\"delta\":\"Hi\"}\n\n"
      "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"sequence_number\":6,"
      "\"delta\":\"!\"}\n\n";
  Attempt attempt(At(Dialect::kResponses), R"({"model":"m","stream":true})");
  EXPECT_EQ(attempt.Reply(begun), Step::kFailed);
  ErrorDetail cut;
  cut.kind = ErrorKind::kStreamCut;
  attempt.translation().OnUpstreamError(cut, attempt.sink);
  EXPECT_NE(attempt.sink.text.find(R"("sequence_number":7})"), std::string::npos) << attempt.sink.text;
}

TEST(PassthroughStream, ReadsResponsesAndKnowsTheirFailure) {
  const std::string created =
      "event: response.created\ndata: "
      "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"model\":\"gpt-5\",\"status\":\"in_progress\","
      "\"error\":null,\"usage\":null}}\n\n";
  const std::string delta =
      "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"x\"}\n\n";
  const std::string completed =
      "event: response.completed\ndata: "
      "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output\":[{\"type\":"
      "\"function_call\"}],\"usage\":{\"input_tokens\":9,\"input_tokens_details\":{\"cached_tokens\":1},\"output_"
      "tokens\":6,\"output_tokens_details\":{\"reasoning_tokens\":5}}}}\n\n";
  Attempt good(At(Dialect::kResponses), R"({"model":"m","stream":true})");
  EXPECT_EQ(good.Reply(created + delta + completed, 64), Step::kDone);
  EXPECT_EQ(good.sink.text, created + delta + completed);
  EXPECT_EQ(good.report().usage, (Usage{8, 1, std::nullopt, 1, 5}));
  EXPECT_EQ(good.report().stop_reason, StopReason::kToolUse);
  EXPECT_EQ(good.report().response_id, "resp_1");

  const std::string failed =
      "event: response.failed\ndata: "
      "{\"type\":\"response.failed\",\"response\":{\"id\":\"resp_1\",\"status\":\"failed\",\"error\":{\"code\":\"rate_"
      "limit_exceeded\",\"message\":\"slow\"}}}\n\n";
  Attempt bad(At(Dialect::kResponses), R"({"model":"m","stream":true})");
  EXPECT_EQ(bad.Reply(created + failed), Step::kFailed);
  EXPECT_EQ(bad.sink.text, "");
  EXPECT_EQ(DetailOf(bad.report().error).provider_code, "rate_limit_exceeded");
}

constexpr std::string_view kChunk =
    R"({"candidates": [{"content": {"parts": [{"text": "Hi, ]}"}],"role": "model"},"index": 0}],)"
    R"("usageMetadata": {"promptTokenCount": 10,"cachedContentTokenCount": 3},"modelVersion": "g","responseId": "r"})";
constexpr std::string_view kLastChunk =
    R"({"candidates": [{"content": {"parts": [{"functionCall": {"name":"f"}}]},"finishReason": "STOP"}],)"
    R"("usageMetadata": {"promptTokenCount": 10,"cachedContentTokenCount": 3,)"
    R"("candidatesTokenCount": 5,"thoughtsTokenCount": 2}})";

TEST(PassthroughStream, ReadsGeminiInBothFramings) {
  const std::string sse = Text({"data: ", kChunk, "\r\n\r\ndata: ", kLastChunk, "\r\n\r\n"});
  const std::string array = Text({"[", kChunk, "\n,\r\n", kLastChunk, "\n]\n"});
  for (const bool is_array : {false, true}) {
    const std::string& stream = is_array ? array : sse;
    for (std::size_t step = 1; step <= stream.size(); ++step) {
      Attempt attempt(Gemini(is_array ? StreamFraming::kJsonArray : StreamFraming::kSse), "{}");
      EXPECT_EQ(attempt.Reply(stream, step, is_array ? "application/json" : "text/event-stream"), Step::kDone) << step;
      EXPECT_EQ(attempt.sink.text, stream) << step;
      EXPECT_EQ(attempt.report().usage, (Usage{7, 3, std::nullopt, 5, 2}));
      EXPECT_EQ(attempt.report().stop_reason, StopReason::kToolUse);
    }
  }
}

TEST(PassthroughStream, ClosesACutGeminiArray) {
  Attempt attempt(Gemini(StreamFraming::kJsonArray), "{}");
  EXPECT_EQ(attempt.Reply(Text({"[", kChunk, "\n,\n{\n  \"cand"}), 30, "application/json"), Step::kFailed);
  attempt.translation().OnUpstreamError(DetailOf(attempt.report().error), attempt.sink);
  Arena arena;
  const auto value = json::Parse(attempt.sink.text, arena);
  ASSERT_TRUE(value.ok()) << attempt.sink.text;
  ASSERT_EQ((*value)->items().size(), 2U);
  EXPECT_NE((*value)->items()[1].Find("error"), nullptr);
}

TEST(PassthroughStream, KnowsABareJsonErrorUnderAnEventStreamType) {
  const std::string error =
      "{\n  \"error\": {\n    \"code\": 429,\n\n    \"message\": \"quota\",\n    \"status\": \"RESOURCE_EXHAUSTED\"\n  "
      "}\n}\n";
  for (const std::string_view before : {std::string_view(), std::string_view(": x\r\n\r\n")}) {
    Attempt attempt(Gemini(StreamFraming::kSse), "{}");
    const std::string stream =
        std::string(before) + (before.empty() ? error : R"({"error":{"code":429,"message":"quota"}})");
    EXPECT_EQ(attempt.Reply(stream, 10), Step::kFailed);
    EXPECT_EQ(DetailOf(attempt.report().error).provider_text, "quota");
    EXPECT_EQ(attempt.sink.text, "");
  }
}

TEST(PassthroughBody, PassesAWholeReplyAtOnceAndReadsIt) {
  const std::string body =
      "{\"id\":\"c\",\"model\":\"gpt\",\"choices\":[{\"message\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}],"
      "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2}}\n";
  for (std::size_t step = 1; step <= body.size(); ++step) {
    Attempt attempt(At(Dialect::kChat), R"({"model":"m"})");
    EXPECT_EQ(attempt.Reply(body, step, "application/json"), Step::kDone);
    EXPECT_EQ(attempt.sink.text, body);
    EXPECT_EQ(attempt.report().usage, (Usage{3, std::nullopt, std::nullopt, 2, std::nullopt}));
    EXPECT_EQ(attempt.report().stop_reason, StopReason::kEndTurn);
  }
}

TEST(PassthroughBody, RefusesErrorsAndCutRepliesUnderStatus200) {
  Attempt error(At(Dialect::kMessages), R"({"model":"m"})");
  EXPECT_EQ(error.Reply(R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})", SIZE_MAX,
                        "application/json"),
            Step::kFailed);
  EXPECT_EQ(DetailOf(error.report().error).provider_text, "Overloaded");
  for (const std::string_view body : {"", "{\"id\":\"c\",\"choices\":[", "<html>busy</html>"}) {
    Attempt cut(At(Dialect::kChat), R"({"model":"m"})");
    EXPECT_EQ(cut.Reply(body, SIZE_MAX, "application/json"), Step::kFailed) << body;
    EXPECT_EQ(KindOf(cut.report().error), ErrorKind::kProtocol) << body;
    EXPECT_EQ(cut.sink.text, "");
  }
}

TEST(PassthroughBody, StreamsALargeReplyAndStillReadsItsUsage) {
  const std::string body =
      "{\"data\":[\"" + std::string(3'000'000, 'x') + "\"],\"usage\":{\"prompt_tokens\":3},\"model\":\"e\"}";
  Attempt attempt(At(Dialect::kChat, Operation::kEmbed), R"({"model":"m","input":"x"})");
  EXPECT_EQ(attempt.Reply(body, 60'000, "application/json"), Step::kDone);
  EXPECT_EQ(attempt.sink.text, body);
  EXPECT_EQ(attempt.report().usage.input, 3);
}

TEST(PassthroughBody, PassesOtherEndpointsWhateverTheySend) {
  for (const std::string_view body : {"\x01\x02 binary", "{\"id\":\"file-1\",\"error\":{\"x\":1}", "", "[1,2]"}) {
    Attempt attempt(At(Dialect::kChat, Operation::kOther), "--boundary");
    EXPECT_EQ(attempt.Reply(body, 5, "application/octet-stream"), Step::kDone);
    EXPECT_EQ(attempt.sink.text, body);
  }
}

TEST(Passthrough, KeepsClientsAwakeInTheirDialect) {
  Attempt messages(At(Dialect::kMessages), R"({"model":"m","stream":true})");
  messages.translation().KeepAlive(messages.sink);
  EXPECT_EQ(messages.sink.text, "event: ping\ndata: {\"type\": \"ping\"}\n\n");
  Attempt chat(At(Dialect::kChat), R"({"model":"m","stream":true})");
  chat.translation().KeepAlive(chat.sink);
  EXPECT_EQ(chat.sink.text, ": keep-alive\n\n");
  Attempt gemini(Gemini(StreamFraming::kSse), "{}");
  gemini.translation().KeepAlive(gemini.sink);
  EXPECT_EQ(gemini.sink.text, "");
}

}  // namespace
}  // namespace ag::wire
