#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "gatewayd/wire/reasoning_envelope.h"
#include "gatewayd/wire/registry.h"
#include "translation_testing.h"

namespace ag::wire {
namespace {

const std::string kId = "ag" + std::string(32, 'A');
const std::string kMessageId = "msg_" + kId;

// A reply to a request of the dialect, written event by event.
class Reply {
 public:
  explicit Reply(const std::string& request, StreamFraming framing = StreamFraming::kSse) : request_(request) {
    ReplyOptions options;
    options.model = "m";
    options.created_s = 1700000000;
    options.framing = framing;
    options.upstream_family = Family::kAnthropic;
    const auto parsed = json::Parse(request_, arena_);
    EXPECT_TRUE(parsed.ok());
    const auto decoded = CodecOf(Dialect::kResponses).decode_request({Dialect::kResponses}, **parsed, arena_);
    EXPECT_TRUE(decoded.ok()) << decoded.status();
    options.request = *decoded;
    options.show_reasoning = CodecOf(Dialect::kResponses).shows_reasoning(**decoded);
    encoder_ = CodecOf(Dialect::kResponses).make_reply_encoder(options, random_);
    Add(Started{"up_1", "claude"});
  }

  Reply& Add(const StreamEvent& event) {
    encoder_->OnEvent(event, text_);
    return *this;
  }
  Reply& Part(int index, PartKind kind) {
    PartBegin begin;
    begin.index = index;
    begin.kind = kind;
    return Add(begin);
  }
  Reply& Call(int index, std::string_view id, std::string_view name) {
    PartBegin begin;
    begin.index = index;
    begin.kind = PartKind::kToolCall;
    begin.tool_id = id;
    begin.tool_name = name;
    return Add(begin);
  }
  Reply& Text(int index, std::string_view text) { return Add(TextDelta{index, text}); }
  Reply& Arguments(int index, std::string_view json) { return Add(ArgumentsDelta{index, json}); }
  Reply& End(int index) { return Add(PartEnd{index}); }
  Reply& Finish(StopReason reason, std::string_view refusal = {}) {
    Finished finished;
    finished.reason = reason;
    finished.refusal = refusal;
    return Add(finished).Add(Completed{});
  }
  ReplyEncoder& encoder() { return *encoder_; }
  std::string& text() { return text_; }
  std::string Taken() { return std::exchange(text_, {}); }

  // "type" of each event, and whether the numbers are contiguous.
  std::string Types() const {
    std::string types;
    int number = 0;
    for (std::size_t at = text_.find("event: "); at != std::string::npos; at = text_.find("event: ", at + 1)) {
      const std::string line = text_.substr(at, text_.find("\n\n", at) - at);
      types += line.substr(7, line.find('\n') - 7) + " ";
      EXPECT_NE(line.find("\"sequence_number\":" + std::to_string(number++)), std::string::npos) << line;
    }
    return types;
  }
  std::string LossCodes() {
    std::string codes;
    for (const Loss& loss : encoder_->TakeLosses()) codes += loss.field + ":" + loss.reason.code + " ";
    return codes;
  }

 private:
  std::string request_;
  Arena arena_;
  FixedRandom random_;
  std::unique_ptr<ReplyEncoder> encoder_;
  std::string text_;
};

constexpr const char* kPlain = R"({"model":"m","input":"x"})";

std::string Event(const std::string& type, int number, const std::string& rest) {
  return "event: " + type + "\ndata: {\"type\":\"" + type + "\",\"sequence_number\":" + std::to_string(number) + "," +
         rest + "}\n\n";
}

TEST(ResponsesReply, BeginsWithTheResponseThatRepeatsItsRequest) {
  Reply reply(
      R"({"model":"m","input":"x","instructions":"Be brief.","temperature":0.20,"tools":[{"type":"function","name":"f",)"
      R"("parameters":{},"strict":false}],"tool_choice":"required","reasoning":{"effort":"low"},"metadata":{"a":"b"},)"
      R"("text":{"verbosity":"low"},"store":false,"max_output_tokens":50,"parallel_tool_calls":false})");
  const std::string object =
      R"("response":{"id":"resp_)" + kId +
      R"(","object":"response","created_at":1700000000,"status":"in_progress","background":false,"error":null,)"
      R"("incomplete_details":null,"instructions":"Be brief.","max_output_tokens":50,"max_tool_calls":null,"model":"m",)"
      R"("output":[],"parallel_tool_calls":false,"previous_response_id":null,"prompt_cache_key":null,)"
      R"("reasoning":{"effort":"low","summary":null},"safety_identifier":null,"store":false,"temperature":0.20,)"
      R"("text":{"format":{"type":"text"},"verbosity":"low"},"tool_choice":"required",)"
      R"("tools":[{"type":"function","name":"f","parameters":{},"strict":false}],"top_logprobs":0,"top_p":1.0,)"
      R"("truncation":"disabled","usage":null,"user":null,"metadata":{"a":"b"}})";
  EXPECT_EQ(reply.text(), Event("response.created", 0, object) + Event("response.in_progress", 1, object));
}

TEST(ResponsesReply, StreamsAMessage) {
  Reply reply(kPlain);
  reply.Taken();
  reply.Part(0, PartKind::kText).Text(0, "Hé").Text(0, "llo").End(0);
  const std::string place = R"("item_id":")" + kMessageId + R"(0000","output_index":0,"content_index":0)";
  EXPECT_EQ(reply.Taken(),
            Event("response.output_item.added", 2,
                  R"("output_index":0,"item":{"id":")" + kMessageId +
                      R"(0000","type":"message","status":"in_progress","content":[],"role":"assistant"})") +
                Event("response.content_part.added", 3,
                      place + R"(,"part":{"type":"output_text","annotations":[],"logprobs":[],"text":""})") +
                Event("response.output_text.delta", 4, place + R"(,"delta":"Hé","logprobs":[])") +
                Event("response.output_text.delta", 5, place + R"(,"delta":"llo","logprobs":[])"));
  Usage usage;
  usage.input = 6;
  usage.cache_read = 4;
  usage.output = 3;
  usage.reasoning = 2;
  reply.Add(UsageUpdate{usage}).Finish(StopReason::kEndTurn);
  const std::string part = R"({"type":"output_text","annotations":[],"logprobs":[],"text":"Héllo"})";
  const std::string item = R"({"id":")" + kMessageId + R"(0000","type":"message","status":"completed","content":[)" +
                           part + R"(],"role":"assistant"})";
  const std::string end = reply.Taken();
  const std::string done = Event("response.output_text.done", 6, place + R"(,"text":"Héllo","logprobs":[])") +
                           Event("response.content_part.done", 7, place + R"(,"part":)" + part) +
                           Event("response.output_item.done", 8, R"("output_index":0,"item":)" + item);
  EXPECT_EQ(end.substr(0, done.size()), done);
  EXPECT_NE(end.find(R"(event: response.completed)"), std::string::npos);
  EXPECT_NE(end.find(R"("status":"completed")"), std::string::npos);
  EXPECT_NE(end.find(R"("output":[)" + item + "]"), std::string::npos) << end;
  EXPECT_NE(end.find(R"("usage":{"input_tokens":10,"input_tokens_details":{"cached_tokens":4,"cache_write_tokens":0},)"
                     R"("output_tokens":5,"output_tokens_details":{"reasoning_tokens":2},"total_tokens":15})"),
            std::string::npos)
      << end;
}

TEST(ResponsesReply, StreamsCallsThatInterleave) {
  Reply reply(kPlain);
  reply.Call(0, "toolu_1", "f").Call(1, "toolu_2", "g").Arguments(0, "{\"a\":").Arguments(1, "{}").Arguments(0, "1}");
  reply.End(0).End(1).Finish(StopReason::kToolUse);
  EXPECT_EQ(reply.Types(),
            "response.created response.in_progress response.output_item.added response.output_item.added "
            "response.function_call_arguments.delta response.function_call_arguments.delta "
            "response.function_call_arguments.delta response.function_call_arguments.done response.output_item.done "
            "response.function_call_arguments.done response.output_item.done response.completed ");
  const std::string first = R"({"id":"fc_)" + kId +
                            R"(0000","type":"function_call","status":"completed","arguments":"{\"a\":1}",)"
                            R"("call_id":"toolu_1","name":"f"})";
  const std::string second = R"({"id":"fc_)" + kId +
                             R"(0001","type":"function_call","status":"completed","arguments":"{}",)"
                             R"("call_id":"toolu_2","name":"g"})";
  EXPECT_NE(reply.text().find(R"("output":[)" + first + "," + second + "]"), std::string::npos) << reply.text();
}

TEST(ResponsesReply, GivesACallWithoutArgumentsAnEmptyObject) {
  Reply reply(kPlain);
  reply.Call(0, "c", "f").End(0).Finish(StopReason::kToolUse);
  EXPECT_NE(reply.text().find(R"("delta":"{}")"), std::string::npos);
  EXPECT_NE(reply.text().find(R"("arguments":"{}","call_id":"c")"), std::string::npos);
}

// TRANSLATION row 23.
TEST(ResponsesReply, NamesToolsAsTheClientDoes) {
  Reply reply(R"({"model":"m","input":"x","tools":[{"type":"namespace","name":"mcp","description":"d","tools":[)"
              R"({"type":"function","name":"read","parameters":{}}]},{"type":"custom","name":"apply_patch"}]})");
  reply.Call(0, "c1", "mcp__read").Arguments(0, "{}").End(0);
  EXPECT_NE(reply.text().find(R"("call_id":"c1","name":"read","namespace":"mcp"})"), std::string::npos) << reply.text();
  reply.text().clear();
  reply.Call(1, "c2", "apply_patch").Arguments(1, R"({"input":"*** Be)").Arguments(1, R"(gin\n"})").End(1);
  const std::string place = R"("item_id":"ctc_)" + kId + R"(0001","output_index":1,)";
  EXPECT_NE(reply.text().find(Event("response.custom_tool_call_input.delta", 7, place + R"("delta":"*** Begin\n")")),
            std::string::npos)
      << reply.text();
  EXPECT_NE(reply.text().find(R"({"id":"ctc_)" + kId +
                              R"(0001","type":"custom_tool_call","status":"completed","input":"*** Begin\n",)"
                              R"("call_id":"c2","name":"apply_patch"})"),
            std::string::npos)
      << reply.text();
}

// TRANSLATION rows 2 and 12.
TEST(ResponsesReply, CarriesForeignReasoningStateInAnEnvelope) {
  Reply reply(R"({"model":"m","input":"x","reasoning":{"summary":"auto"}})");
  SignatureDelta signature;
  signature.index = 0;
  signature.family = Family::kAnthropic;
  signature.bytes = "sig==";
  reply.Part(0, PartKind::kReasoning).Text(0, "Hm").Text(0, "m").Add(signature).End(0);
  EXPECT_EQ(reply.Types(),
            "response.created response.in_progress response.output_item.added response.reasoning_summary_part.added "
            "response.reasoning_summary_text.delta response.reasoning_summary_text.delta "
            "response.reasoning_summary_text.done response.reasoning_summary_part.done response.output_item.done ");
  const std::size_t at = reply.text().find(R"("encrypted_content":"ag1.)");
  ASSERT_NE(at, std::string::npos);
  const std::size_t begin = at + std::string(R"("encrypted_content":")").size();
  Arena arena;
  const auto opened = OpenState(reply.text().substr(begin, reply.text().find('"', begin) - begin), arena);
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(opened->signature, "sig==");
  EXPECT_EQ(opened->family, Family::kAnthropic);
  EXPECT_NE(reply.text().find(R"("summary":[{"type":"summary_text","text":"Hmm"}])"), std::string::npos);
}

TEST(ResponsesReply, HidesReasoningThatNobodyAskedFor) {
  Reply reply(kPlain);
  SignatureDelta signature;
  signature.index = 0;
  signature.bytes = "gAAA";
  reply.Part(0, PartKind::kReasoning).Text(0, "Hm").Add(signature).End(0);
  EXPECT_NE(reply.text().find(R"("summary":[],"encrypted_content":"gAAA"})"), std::string::npos) << reply.text();
  reply.text().clear();
  reply.Part(1, PartKind::kReasoning).Text(1, "Hm").End(1);
  EXPECT_EQ(reply.text(), "");
  EXPECT_EQ(reply.LossCodes(), "reasoning:reasoning_not_asked_for ");
}

// TRANSLATION row 24: offsets count characters of the whole text.
TEST(ResponsesReply, PlacesCitations) {
  Reply reply(kPlain);
  UrlCitation whole;
  whole.index = 1;
  whole.url = "https://a";
  whole.title = "A";
  UrlCitation placed;
  placed.index = 1;
  placed.url = "https://b";
  placed.title = "B";
  placed.start = 1;
  placed.end = 2;
  reply.Part(0, PartKind::kText).Text(0, "é").End(0);
  reply.Part(1, PartKind::kText).Add(whole).Text(1, "xyz").Add(placed).End(1).Finish(StopReason::kEndTurn);
  EXPECT_NE(reply.text().find(
                R"("annotations":[{"type":"url_citation","start_index":2,"end_index":3,"url":"https://b","title":"B"},)"
                R"({"type":"url_citation","start_index":1,"end_index":4,"url":"https://a","title":"A"}],"logprobs":[],)"
                R"("text":"éxyz")"),
            std::string::npos)
      << reply.text();
  EXPECT_NE(reply.text().find(R"("annotation_index":1)"), std::string::npos);
}

TEST(ResponsesReply, TellsOfWebSearches) {
  Reply reply(kPlain);
  PartBegin search;
  search.index = 0;
  search.kind = PartKind::kServerTool;
  search.server_type = "web_search";
  reply.Add(search).Arguments(0, R"({"query":"a b"})").End(0);
  EXPECT_EQ(reply.Types(),
            "response.created response.in_progress response.output_item.added response.web_search_call.in_progress "
            "response.web_search_call.searching response.web_search_call.completed response.output_item.done ");
  EXPECT_NE(reply.text().find(R"("status":"completed","action":{"type":"search","query":"a b"}})"), std::string::npos);
  search.index = 1;
  search.server_type = "code_execution";
  reply.Add(search).Arguments(1, "{}").End(1);
  EXPECT_EQ(reply.LossCodes(), "output:server_tool_reply ");
}

// TRANSLATION rows 8 and 9.
TEST(ResponsesReply, EndsIncompleteWhereTheModelWasStopped) {
  Reply limit(kPlain);
  limit.Part(0, PartKind::kText).Text(0, "a").End(0).Finish(StopReason::kMaxTokens);
  EXPECT_NE(limit.text().find("event: response.incomplete\n"), std::string::npos);
  EXPECT_NE(limit.text().find(R"("incomplete_details":{"reason":"max_output_tokens"})"), std::string::npos);
  EXPECT_NE(limit.text().find(R"("type":"message","status":"incomplete")"), std::string::npos);

  Reply refused(kPlain);
  refused.Finish(StopReason::kRefusal, "SAFETY");
  EXPECT_NE(refused.text().find(R"("incomplete_details":{"reason":"content_filter"})"), std::string::npos);
  EXPECT_NE(refused.text().find(R"("content":[{"type":"refusal","refusal":"SAFETY"}])"), std::string::npos);

  Reply paused(kPlain);
  paused.Finish(StopReason::kPauseTurn);
  EXPECT_NE(paused.text().find("event: response.completed\n"), std::string::npos);
  EXPECT_EQ(paused.LossCodes(), "stop_reason:pause_turn_ended ");
}

TEST(ResponsesReply, EndsAFailureInsideTheStream) {
  Reply reply(kPlain);
  reply.Part(0, PartKind::kText).Text(0, "a");
  reply.encoder().OnError(MakeError(ErrorKind::kOverloaded, "Too busy."), reply.text());
  EXPECT_NE(reply.Types().find("response.output_text.delta response.failed "), std::string::npos);
  EXPECT_NE(reply.text().find(R"("status":"failed","background":false,"error":{"code":"server_is_overloaded",)"
                              R"("message":"Too busy."})"),
            std::string::npos)
      << reply.text();

  FixedRandom random;
  ReplyOptions options;
  options.framing = StreamFraming::kSse;
  const auto early = CodecOf(Dialect::kResponses).make_reply_encoder(options, random);
  std::string text;
  early->OnError(MakeError(ErrorKind::kOverloaded, "Too busy."), text);
  EXPECT_EQ(text,
            "event: error\ndata: {\"type\":\"error\",\"code\":\"overloaded\",\"message\":\"Too busy.\","
            "\"param\":null,\"sequence_number\":0}\n\n");
}

TEST(ResponsesReply, IsOneObjectWhenItIsPlain) {
  Reply reply(R"({"model":"m","input":"x","store":false})", StreamFraming::kNone);
  reply.Part(0, PartKind::kText).Text(0, "Hi").End(0);
  reply.Call(1, "c", "f").Arguments(1, "{}").End(1);
  EXPECT_EQ(reply.text(), "");
  reply.Finish(StopReason::kToolUse);
  EXPECT_EQ(reply.text().substr(0, 17), R"({"id":"resp_agAAA)");
  EXPECT_NE(reply.text().find(R"("output":[{"id":"msg_ag)"), std::string::npos);
  EXPECT_NE(reply.text().find(R"("text":"Hi"}],"role":"assistant"},{"id":"fc_ag)"), std::string::npos) << reply.text();
  EXPECT_EQ(reply.text().back(), '}');
  EXPECT_EQ(reply.encoder().TakeKeptReply().id, "") << "store is false";
}

// TRANSLATION row 14.
TEST(ResponsesReply, IsStoredUnlessTheClientForbids) {
  Reply reply(kPlain);
  reply.Part(0, PartKind::kText).Text(0, "Hi").End(0).Finish(StopReason::kEndTurn);
  const std::string stored = reply.encoder().TakeKeptReply().text;
  EXPECT_EQ(stored.find(R"({"input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"x"}]}],)"
                        R"("response":{"id":"resp_ag)"),
            0U)
      << stored;
  EXPECT_NE(stored.find(R"("status":"completed")"), std::string::npos);
}

}  // namespace
}  // namespace ag::wire
