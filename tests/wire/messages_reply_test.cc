#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "gatewayd/wire/anthropic/messages_grammar.h"
#include "gatewayd/wire/grammar_guard.h"
#include "gatewayd/wire/reasoning_envelope.h"
#include "messages_testing.h"
#include "reply_trip.h"

namespace ag::wire {
namespace {

std::string Event(const std::string& type, const std::string& rest) {
  return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + rest + "}\n\n";
}
std::string Begin() {
  return Event("message_start",
               R"(,"message":{"id":"msg_1","type":"message","role":"assistant","model":"c","content":[],)"
               R"("usage":{"input_tokens":3,"output_tokens":1}})");
}
std::string Block(int index, const std::string& block, const std::vector<std::string>& deltas) {
  const std::string at = R"(,"index":)" + std::to_string(index);
  std::string text = Event("content_block_start", at + R"(,"content_block":)" + block);
  for (const std::string& delta : deltas) text += Event("content_block_delta", at + R"(,"delta":)" + delta);
  return text + Event("content_block_stop", at);
}
std::string End(const std::string& reason) {
  return Event("message_delta", R"(,"delta":{"stop_reason":")" + reason +
                                    R"(","stop_sequence":null},"usage":{"input_tokens":3,"output_tokens":7})") +
         Event("message_stop", "");
}
// The written stream between message_start and message_delta.
std::string Blocks(const std::string& stream) {
  const auto from = stream.find("event: content_block_start");
  const auto to = stream.find("event: message_delta");
  return from == std::string::npos ? "" : stream.substr(from, to - from);
}

TEST(MessagesReplyTrip, WritesAStreamAsItWasRead) {
  const std::string blocks =
      Block(0, R"({"type":"thinking","thinking":"","signature":""})",
            {R"({"type":"thinking_delta","thinking":"hm"})", R"({"type":"thinking_delta","thinking":"m"})",
             R"({"type":"signature_delta","signature":"Sig/+=="})"}) +
      Block(1, R"({"type":"redacted_thinking","data":"Red=="})", {}) +
      Block(2, R"({"type":"text","text":""})", {R"({"type":"text_delta","text":"Hé"})"}) +
      Block(3, R"({"type":"tool_use","id":"toolu_1","name":"f","input":{}})",
            {R"({"type":"input_json_delta","partial_json":"{\"a\":"})",
             R"({"type":"input_json_delta","partial_json":"1}"})"});
  MessagesReplyTrip trip;
  trip.Feed(Begin() + Event("ping", "") + blocks + End("tool_use"));
  EXPECT_EQ(Blocks(trip.text), blocks);
  EXPECT_NE(trip.text.find(R"("delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":3,)"
                           R"("output_tokens":7})"),
            std::string::npos);
  EXPECT_TRUE(trip.losses.empty()) << LossText(trip.losses);
}

TEST(MessagesReplyTrip, WritesABodyAsItWasRead) {
  const std::string content =
      R"([{"type":"thinking","thinking":"hm","signature":"Sig"},{"type":"redacted_thinking","data":"Red"},)"
      R"({"type":"text","text":"Hi","citations":[{"type":"web_search_result_location","cited_text":"c",)"
      R"("encrypted_index":"","title":"t","url":"https://a.com"}]},)"
      R"({"type":"tool_use","id":"toolu_1","name":"f","input":{"a": 1.50}},)"
      R"({"type":"tool_use","id":"toolu_2","name":"g","input":{}}])";
  MessagesReplyTrip trip(StreamFraming::kNone);
  trip.Feed(R"({"id":"msg_1","type":"message","role":"assistant","model":"c","content":)" + content +
            R"(,"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":7,)"
            R"("service_tier":"priority"}})");
  EXPECT_EQ(trip.text, R"({"id":"msg_01AAAAAAAAAAAAAAAAAAAAAA","type":"message","role":"assistant","model":"claude-x",)"
                       R"("content":)" +
                           content +
                           R"(,"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":3,)"
                           R"("output_tokens":7,"service_tier":"priority"}})");
}

TEST(MessagesReplyDecoder, GivesCallsWithoutDeltasTheirInput) {
  MessagesReplyTrip trip(StreamFraming::kNone);
  trip.Feed(Begin() + Block(0, R"({"type":"tool_use","id":"t1","name":"f","input":{}})", {}) +
            Block(1, R"({"type":"tool_use","id":"t2","name":"g","input":{"b":2}})", {}) +
            Block(2, R"({"type":"tool_use","id":"t3","name":"h","input":{}})",
                  {R"({"type":"input_json_delta","partial_json":""})"}) +
            End("tool_use"));
  EXPECT_NE(trip.text.find(R"("content":[{"type":"tool_use","id":"t1","name":"f","input":{}},)"
                           R"({"type":"tool_use","id":"t2","name":"g","input":{"b":2}},)"
                           R"({"type":"tool_use","id":"t3","name":"h","input":{}}])"),
            std::string::npos)
      << trip.text;
}

TEST(MessagesReplyDecoder, ReadsSearchesAndCitationsOfTheWeb) {  // row 24
  MessagesReplyTrip trip(StreamFraming::kNone);
  trip.Feed(
      Begin() +
      Block(0, R"({"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}})",
            {R"({"type":"input_json_delta","partial_json":"{\"query\": \"q\"}"})"}) +
      Block(1, R"({"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[]})", {}) +
      Block(2, R"({"type":"text","text":"","citations":[]})",
            {R"({"type":"citations_delta","citation":{"type":"web_search_result_location","url":"https://a.com",)"
             R"("title":"t","cited_text":"c","encrypted_index":"E"}})",
             R"({"type":"text_delta","text":"So."})",
             R"({"type":"citations_delta","citation":{"type":"char_location","cited_text":"d","document_index":0}})"}) +
      End("end_turn"));
  EXPECT_NE(trip.text.find(R"("content":[{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search",)"
                           R"("input":{"query": "q"}},{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1",)"
                           R"("content":[]},{"type":"text","text":"So.","citations":[)"
                           R"({"type":"web_search_result_location","cited_text":"c","encrypted_index":"","title":"t",)"
                           R"("url":"https://a.com"}]}])"),
            std::string::npos)
      << trip.text;
  EXPECT_NE(trip.text.find(R"("server_tool_use":{"web_fetch_requests":0,"web_search_requests":1})"), std::string::npos);
  EXPECT_EQ(LossText(trip.losses), "-content[1]:server_tool_reply -citations:document_citation");
}

TEST(MessagesReplyDecoder, SkipsBlocksThatNobodyElseHas) {
  MessagesReplyTrip trip;
  trip.Feed(Begin() + Event("brand_new", R"(,"x":1)") +
            Block(0, R"({"type":"mcp_tool_use","id":"m","name":"f","server_name":"s","input":{}})",
                  {R"({"type":"input_json_delta","partial_json":"{}"})"}) +
            Block(1, R"({"type":"compaction","content":null})", {R"({"type":"compaction_delta","content":"sum"})"}) +
            Block(2, R"({"type":"text","text":""})", {R"({"type":"text_delta","text":"Hi"})"}) + End("end_turn"));
  EXPECT_EQ(Blocks(trip.text), Block(0, R"({"type":"text","text":""})", {R"({"type":"text_delta","text":"Hi"})"}));
  EXPECT_EQ(LossText(trip.losses), "-content[0]:server_tool_reply -content[1]:server_tool_reply");
}

TEST(MessagesReplyDecoder, ReadsStopReasons) {  // row 8
  const std::pair<const char*, StopReason> kCases[] = {
      {"end_turn", StopReason::kEndTurn},     {"stop_sequence", StopReason::kStopSequence},
      {"tool_use", StopReason::kToolUse},     {"max_tokens", StopReason::kMaxTokens},
      {"refusal", StopReason::kRefusal},      {"model_context_window_exceeded", StopReason::kContextWindow},
      {"pause_turn", StopReason::kPauseTurn}, {"brand_new", StopReason::kEndTurn}};
  for (const auto& [name, reason] : kCases) {
    MessagesReplyTrip trip;
    trip.Feed(Begin() + End(name));
    EXPECT_EQ(trip.reason, reason) << name;
    if (std::string_view(name) != "brand_new") {
      EXPECT_NE(trip.text.find(R"("stop_reason":")" + std::string(name) + "\""), std::string::npos) << trip.text;
    }
  }
}

TEST(MessagesReplyDecoder, KeepsTheWordsOfARefusal) {  // row 9
  MessagesReplyTrip trip;
  trip.Feed(R"({"id":"m","type":"message","content":[],"stop_reason":"refusal","stop_details":{"type":"refusal",)"
            R"("category":"cyber","explanation":"Not this."},"usage":{"input_tokens":1,"output_tokens":1}})");
  EXPECT_NE(trip.text.find(R"("stop_details":{"type":"refusal","category":null,"explanation":"Not this."})"),
            std::string::npos)
      << trip.text;
}

TEST(MessagesReplyDecoder, BeginsAReplyThatItsServerDidNot) {
  ReplyTrip trip(Dialect::kMessages, Dialect::kResponses);
  trip.Feed(End("end_turn"));
  const std::string text = trip.End();
  EXPECT_TRUE(trip.completed());
  EXPECT_EQ(ReplyTrip::Violation(Dialect::kResponses, text, trip.completed()), "");
}

TEST(MessagesReplyDecoder, SaysWhatFailed) {
  const std::pair<std::string, ErrorKind> kCases[] = {
      {Begin() + Event("error", R"(,"error":{"type":"overloaded_error","message":"Overloaded"})"),
       ErrorKind::kOverloaded},
      {R"({"type":"error","error":{"type":"api_error","message":"x"}})", ErrorKind::kUpstreamServer},
      {Begin(), ErrorKind::kStreamCut},
      {Begin() + Event("content_block_delta", R"(,"index":0,"delta":{"type":"text_delta","text":"x"})"),
       ErrorKind::kProtocol},
      {Begin() +
           Block(0, R"({"type":"tool_use","id":"t","name":"f","input":{}})", {R"({"type":"text_delta","text":"x"})"}),
       ErrorKind::kProtocol},
      {Begin() + "event: x\ndata: [1]\n\n", ErrorKind::kProtocol},
      {Begin() + Event("message_stop", ""), ErrorKind::kProtocol},
  };
  for (const auto& [stream, kind] : kCases) {
    MessagesReplyTrip trip;
    trip.Feed(stream);
    ASSERT_TRUE(trip.failure.has_value()) << stream;
    EXPECT_EQ(trip.failure->kind, kind) << stream;
  }
}

// A reply as another dialect's decoder gives it.
class Written {
 public:
  explicit Written(StreamFraming framing, bool show_reasoning = true) {
    ReplyOptions options;
    options.model = "claude-x";
    options.framing = framing;
    options.show_reasoning = show_reasoning;
    options.state_scope = "account-1";
    encoder_ = anthropic::MakeMessagesReplyEncoder(options, random_);
  }
  Written& operator<<(const StreamEvent& event) {
    encoder_->OnEvent(event, text_);
    return *this;
  }
  const std::string& text() const { return text_; }
  std::vector<Loss> losses() { return encoder_->TakeLosses(); }
  ReplyEncoder& encoder() { return *encoder_; }

 private:
  FixedRandom random_;
  std::unique_ptr<ReplyEncoder> encoder_;
  std::string text_;
};

PartBegin Call(int index, std::string_view id, std::string_view name) {
  PartBegin begin;
  begin.index = index;
  begin.kind = PartKind::kToolCall;
  begin.tool_id = id;
  begin.tool_name = name;
  return begin;
}
PartBegin Of(PartKind kind, int index = 0) {
  PartBegin begin;
  begin.index = index;
  begin.kind = kind;
  return begin;
}
Finished Ended(StopReason reason) {
  Finished finished;
  finished.reason = reason;
  return finished;
}

TEST(MessagesReplyEncoder, PutsInterleavedCallsOneAfterTheOther) {
  Written written(StreamFraming::kSse);
  written << Started{} << Call(0, "call_a", "f") << ArgumentsDelta{0, "{\"a\""} << Call(1, "call_b", "g")
          << ArgumentsDelta{1, "{\"b\""} << ArgumentsDelta{0, ":1}"} << Call(2, "call_c", "h")
          << ArgumentsDelta{1, ":2}"} << PartEnd{1} << PartEnd{0} << ArgumentsDelta{2, "{}"} << PartEnd{2}
          << Ended(StopReason::kEndTurn) << Completed{};
  EXPECT_EQ(Blocks(written.text()), Block(0, R"({"type":"tool_use","id":"call_a","name":"f","input":{}})",
                                          {R"({"type":"input_json_delta","partial_json":"{\"a\""})",
                                           R"({"type":"input_json_delta","partial_json":":1}"})"}) +
                                        Block(1, R"({"type":"tool_use","id":"call_b","name":"g","input":{}})",
                                              {R"({"type":"input_json_delta","partial_json":"{\"b\":2}"})"}) +
                                        Block(2, R"({"type":"tool_use","id":"call_c","name":"h","input":{}})",
                                              {R"({"type":"input_json_delta","partial_json":"{}"})"}));
  EXPECT_NE(written.text().find(R"("stop_reason":"tool_use")"), std::string::npos) << "row 8: a call overrides the end";
}

TEST(MessagesReplyEncoder, SealsForeignStateInASignature) {  // row 12
  Written written(StreamFraming::kNone);
  written << Started{} << Of(PartKind::kReasoning) << TextDelta{0, "hm"}
          << SignatureDelta{0, Family::kGemini, "sta", StateHome::kNextPart}
          << SignatureDelta{0, Family::kGemini, "te", StateHome::kNextPart} << PartEnd{0} << Ended(StopReason::kEndTurn)
          << Completed{};
  Arena arena;
  const auto body = json::Parse(written.text(), arena);
  ASSERT_TRUE(body.ok());
  const json::Value& block = (*body)->Find("content")->items()[0];
  EXPECT_EQ(block.Find("thinking")->str(), "hm");
  const auto state = OpenState(block.Find("signature")->str(), arena);
  ASSERT_TRUE(state.has_value());
  EXPECT_EQ(state->signature, "state");
  EXPECT_EQ(state->family, Family::kGemini);
  EXPECT_EQ(state->home, StateHome::kNextPart);
  EXPECT_EQ(state->scope, "account-1");
}

TEST(MessagesReplyEncoder, CarriesStateWithoutTextAsRedactedThinking) {  // row 12
  for (const bool shown : {true, false}) {
    Written written(StreamFraming::kSse, shown);
    written << Started{} << Of(shown ? PartKind::kRedactedReasoning : PartKind::kReasoning);
    if (!shown) written << TextDelta{0, "secret"};
    written << SignatureDelta{0, Family::kOpenAi, "enc"} << PartEnd{0} << Ended(StopReason::kEndTurn) << Completed{};
    ReasoningPart part;
    if (shown) part.kind = ReasoningPart::Kind::kRedacted;
    part.family = Family::kOpenAi;
    part.scope = "account-1";
    part.signature = "enc";
    EXPECT_EQ(Blocks(written.text()),
              Block(0, R"({"type":"redacted_thinking","data":")" + SealState(part) + "\"}", {}));
    EXPECT_EQ(LossText(written.losses()), shown ? "" : "-reasoning:reasoning_not_asked_for");
  }
}

TEST(MessagesReplyEncoder, RefusalTextIsTextAndSaysSo) {  // row 9
  Written written(StreamFraming::kNone);
  written << Started{} << Of(PartKind::kRefusal) << TextDelta{0, "I cannot."} << PartEnd{0}
          << Ended(StopReason::kEndTurn) << Completed{};
  EXPECT_NE(written.text().find(R"("content":[{"type":"text","text":"I cannot."}],"stop_reason":"refusal")"),
            std::string::npos);
}

TEST(MessagesReplyEncoder, MakesAnObjectOfInvalidArguments) {  // row 11
  Written written(StreamFraming::kNone);
  written << Started{} << Call(0, "c", "f") << ArgumentsDelta{0, "{\"a\":"} << PartEnd{0} << Ended(StopReason::kToolUse)
          << Completed{};
  EXPECT_NE(written.text().find(R"("input":{"arguments":"{\"a\":"})"), std::string::npos) << written.text();
  EXPECT_EQ(LossText(written.losses()), "~content[]:invalid_arguments");
}

TEST(MessagesReplyEncoder, PutsTheTextOfACustomToolIntoItsInput) {  // row 23
  PartBegin first = Call(0, "a", "f");
  PartBegin second = Call(1, "b", "g");
  first.custom = second.custom = true;
  const auto write = [&](Written& written) {
    written << Started{} << first << second << ArgumentsDelta{0, "4 + "} << ArgumentsDelta{1, "\"q\""} << PartEnd{1}
            << ArgumentsDelta{0, "\n4"} << PartEnd{0} << Ended(StopReason::kToolUse) << Completed{};
  };
  Written plain(StreamFraming::kNone);
  write(plain);
  EXPECT_NE(plain.text().find(R"([{"type":"tool_use","id":"a","name":"f","input":{"input":"4 + \n4"}},)"
                              R"({"type":"tool_use","id":"b","name":"g","input":{"input":"\"q\""}}])"),
            std::string::npos)
      << plain.text();
  EXPECT_EQ(LossText(plain.losses()), "");
  Written stream(StreamFraming::kSse);
  write(stream);
  EXPECT_EQ(Blocks(stream.text()), Block(0, R"({"type":"tool_use","id":"a","name":"f","input":{}})",
                                         {R"({"type":"input_json_delta","partial_json":"{\"input\":\""})",
                                          R"({"type":"input_json_delta","partial_json":"4 + "})",
                                          R"({"type":"input_json_delta","partial_json":"\\n4"})",
                                          R"({"type":"input_json_delta","partial_json":"\"}"})"}) +
                                       Block(1, R"({"type":"tool_use","id":"b","name":"g","input":{}})",
                                             {R"({"type":"input_json_delta","partial_json":"{\"input\":\""})",
                                              R"({"type":"input_json_delta","partial_json":"\\\"q\\\""})",
                                              R"({"type":"input_json_delta","partial_json":"\"}"})"}));
}

TEST(MessagesReplyEncoder, PutsWhatBeginsAmidACallBehindIt) {
  Written written(StreamFraming::kSse);
  written << Started{} << Call(0, "a", "f") << Of(PartKind::kReasoning, 1) << TextDelta{1, "h"} << TextDelta{1, "m"}
          << SignatureDelta{1, Family::kAnthropic, "sig"} << PartEnd{1} << Of(PartKind::kText, 2)
          << ArgumentsDelta{0, "{}"} << TextDelta{2, "x"} << PartEnd{0} << TextDelta{2, "y"} << PartEnd{2}
          << Ended(StopReason::kToolUse) << Completed{};
  EXPECT_EQ(
      Blocks(written.text()),
      Block(0, R"({"type":"tool_use","id":"a","name":"f","input":{}})",
            {R"({"type":"input_json_delta","partial_json":"{}"})"}) +
          Block(1, R"({"type":"thinking","thinking":"","signature":""})",
                {R"({"type":"thinking_delta","thinking":"hm"})", R"({"type":"signature_delta","signature":"sig"})"}) +
          Block(2, R"({"type":"text","text":""})",
                {R"({"type":"text_delta","text":"x"})", R"({"type":"text_delta","text":"y"})"}));
}

TEST(MessagesReplyEncoder, GivesForeignSearchesAServerToolsId) {  // row 24
  PartBegin search = Of(PartKind::kServerTool);
  search.server_type = "web_search";
  search.tool_id = "ws_1";
  PartBegin other = Of(PartKind::kServerTool, 1);
  other.server_type = "file_search";
  Written written(StreamFraming::kSse);
  written << Started{} << search << ArgumentsDelta{0, R"({"query":"q"})"} << PartEnd{0} << other
          << ArgumentsDelta{1, "{}"} << PartEnd{1} << Ended(StopReason::kEndTurn) << Completed{};
  const std::string id = "srvtoolu_AAAAAAAAAAAAAAAAAAAAAA";
  EXPECT_EQ(Blocks(written.text()),
            Block(0, R"({"type":"server_tool_use","id":")" + id + R"(","name":"web_search","input":{}})",
                  {R"({"type":"input_json_delta","partial_json":"{\"query\":\"q\"}"})"}) +
                Block(1, R"({"type":"web_search_tool_result","tool_use_id":")" + id + R"(","content":[]})", {}));
  EXPECT_EQ(LossText(written.losses()), "-content[]:server_tool_reply");
}

TEST(MessagesReplyEncoder, KnownInputStandsInMessageStart) {  // row 20
  UsageUpdate usage;
  usage.usage.input = 5;
  usage.usage.cache_read = 2;
  Written written(StreamFraming::kSse);
  written << Started{} << usage << Of(PartKind::kText) << TextDelta{0, "x"};
  EXPECT_NE(written.text().find(R"("usage":{"input_tokens":5,"cache_read_input_tokens":2,"output_tokens":0})"),
            std::string::npos);
}

TEST(MessagesReplyEncoder, EndsABrokenStreamWithAnError) {
  Written written(StreamFraming::kSse);
  std::string out;
  written.encoder().OnError(MakeError(ErrorKind::kOverloaded, "busy"), out);
  EXPECT_EQ(out,
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"busy\"},"
            "\"request_id\":null}\n\n");
  out.clear();
  written.encoder().KeepAlive(out);
  EXPECT_EQ(out, "event: ping\ndata: {\"type\": \"ping\"}\n\n");
}

std::string Violation(const std::string& stream) {
  GrammarGuard guard(anthropic::MakeMessagesGrammar());
  guard.Check(stream);
  guard.CheckEnd();
  return std::string(guard.violation());
}

TEST(MessagesGrammar, TakesGoodStreams) {
  const std::string text = Block(0, R"({"type":"text","text":""})", {R"({"type":"text_delta","text":"x"})"});
  EXPECT_EQ(Violation(Event("ping", "") + Begin() + text + Event("ping", "") + End("end_turn")), "");
  EXPECT_EQ(Violation(Begin() + End("end_turn")), "");
  EXPECT_EQ(Violation(Begin() + Event("error", R"(,"error":{})")), "");
  EXPECT_EQ(Violation(Event("error", R"(,"error":{})")), "");
}

TEST(MessagesGrammar, RefusesBrokenStreams) {
  const std::string text = Block(0, R"({"type":"text","text":""})", {R"({"type":"text_delta","text":"x"})"});
  const std::string open = Event("content_block_start", R"(,"index":0,"content_block":{"type":"text","text":""})");
  const std::string delta = Event("content_block_delta", R"(,"index":0,"delta":{"type":"text_delta","text":"x"})");
  const std::pair<const char*, std::string> kCases[] = {
      {"no start", text + End("end_turn")},
      {"two starts", Begin() + Begin()},
      {"delta without a block", Begin() + delta},
      {"delta of another block",
       Begin() + open + Event("content_block_delta", R"(,"index":1,"delta":{"type":"text_delta"})")},
      {"delta of another kind",
       Begin() + open + Event("content_block_delta", R"(,"index":0,"delta":{"type":"input_json_delta"})")},
      {"thinking in a text block",
       Begin() + open + Event("content_block_delta", R"(,"index":0,"delta":{"type":"thinking_delta"})")},
      {"index used again", Begin() + text + text},
      {"index skipped", Begin() + Block(1, R"({"type":"text","text":""})", {})},
      {"block inside a block", Begin() + open + open},
      {"stop of no block", Begin() + Event("content_block_stop", R"(,"index":0)")},
      {"end inside a block", Begin() + open + End("end_turn")},
      {"stop without delta", Begin() + text + Event("message_stop", "")},
      {"two deltas of the message", Begin() + Event("message_delta", "") + End("end_turn")},
      {"a block behind the delta", Begin() + Event("message_delta", "") + open},
      {"an event behind the end", Begin() + End("end_turn") + Event("ping", "")},
      {"an event behind an error", Begin() + Event("error", "") + delta},
      {"no end", Begin() + text},
      {"nothing", ""},
      {"no JSON", "event: ping\ndata: ping\n\n"},
      {"no name", Begin() + "data: {\"type\":\"ping\"}\n\n"},
  };
  for (const auto& [what, stream] : kCases) EXPECT_NE(Violation(stream), "") << what;
}

TEST(MessagesGrammar, FindsOneFaultAStream) {
  const auto grammar = anthropic::MakeMessagesGrammar();
  EXPECT_NE(grammar->OnEvent("message_stop", R"({"type":"message_stop"})"), "");
  EXPECT_EQ(grammar->OnEvent("message_stop", R"({"type":"message_stop"})"), "");
  EXPECT_EQ(grammar->OnEnd(), "");
}

}  // namespace
}  // namespace ag::wire
