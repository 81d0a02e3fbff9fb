#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "event_text.h"
#include "gatewayd/wire/registry.h"
#include "gatewayd/wire/sse.h"

namespace ag::wire {
namespace {

// Feeds a stream as it came, event by event.
class Feed final : private SseHandler {
 public:
  std::string Events(std::string_view stream) {
    SseParser parser;
    EXPECT_TRUE(parser.Feed(stream, *this).ok());
    EXPECT_TRUE(parser.End(*this).ok());
    decoder_->OnStreamEnd(events_);
    return events_.text;
  }

 private:
  bool OnSseEvent(const SseEvent& event) override {
    if (!event.data.empty()) decoder_->OnStreamData(event.name, event.data, events_);
    return true;
  }
  std::unique_ptr<ReplyDecoder> decoder_ = CodecOf(Dialect::kResponses).make_reply_decoder();
  EventText events_;
};

std::string OfStream(const std::string& stream) { return Feed().Events(stream); }

std::string OfBody(const std::string& body) {
  return EventsOfBody(CodecOf(Dialect::kResponses).make_reply_decoder(), body);
}

std::string Data(const std::string& json) { return "data: " + json + "\n\n"; }

const std::string kCreated =
    Data(R"({"type":"response.created","response":{"id":"resp_1","model":"gpt-5.1","status":"in_progress"}})");
const std::string kCompleted =
    Data(R"({"type":"response.completed","response":{"id":"resp_1","model":"gpt-5.1","status":"completed","output":[],)"
         R"("usage":{"input_tokens":10,"input_tokens_details":{"cached_tokens":4},"output_tokens":9,)"
         R"("output_tokens_details":{"reasoning_tokens":6},"total_tokens":19}}})");
const std::string kEnd = "usage in=6 read=4 out=3 thought=6\nfinished/0 end_turn\ncompleted\n";
const std::string kEndWithCall = "usage in=6 read=4 out=3 thought=6\nfinished/0 tool_use\ncompleted\n";

TEST(ResponsesStream, GivesTextUsageAndEnd) {
  EXPECT_EQ(
      OfStream(
          "event: response.created\n" + kCreated + Data(R"({"type":"response.queued","response":{"id":"resp_1"}})") +
          Data(R"({"type":"keepalive","sequence_number":2})") +
          Data(
              R"({"type":"response.output_item.added","output_index":0,"item":{"id":"msg_1","type":"message","content":[]}})") +
          Data(
              R"({"type":"response.content_part.added","output_index":0,"content_index":0,"part":{"type":"output_text","text":""}})") +
          Data(
              R"({"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Hel","obfuscation":"x"})") +
          Data(R"({"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"lo"})") +
          Data(R"({"type":"response.output_text.done","output_index":0,"content_index":0,"text":"Hello"})") +
          Data(
              R"({"type":"response.content_part.done","output_index":0,"content_index":0,"part":{"type":"output_text","text":"Hello","annotations":[]}})") +
          Data(
              R"({"type":"response.output_item.done","output_index":0,"item":{"type":"message","content":[{"type":"output_text","text":"Hello"}]}})") +
          kCompleted + Data("[DONE]")),
      "started resp_1 gpt-5.1\n0 begin text\n0 text Hel\n0 text lo\n0 end\n" + kEnd);
}

TEST(ResponsesStream, GivesWhatAServerSendsOnlyWhole) {
  const std::string text_done =
      Data(R"({"type":"response.output_text.done","output_index":0,"content_index":0,"text":"Hello"})");
  EXPECT_EQ(OfStream(kCreated + text_done + kCompleted),
            "started resp_1 gpt-5.1\n0 begin text\n0 text Hello\n0 end\n" + kEnd);
  EXPECT_EQ(OfStream(Data(R"({"type":"response.completed","response":{"id":"r","model":"m","status":"completed",)"
                          R"("output":[{"type":"message","content":[{"type":"output_text","text":"Hi"}]},)"
                          R"({"type":"function_call","call_id":"c","name":"f","arguments":"{}"}]}})")),
            "started r m\n0 begin text\n0 text Hi\n0 end\n1 begin call #c f\n1 json {}\n1 end\n"
            "finished/0 tool_use\ncompleted\n");
}

TEST(ResponsesStream, JoinsSummaryPartsAndGivesTheFinalState) {
  EXPECT_EQ(
      OfStream(
          kCreated +
          Data(
              R"({"type":"response.output_item.added","output_index":0,"item":{"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"early"}})") +
          Data(R"({"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"delta":"One"})") +
          Data(R"({"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":1,"delta":"Two"})") +
          Data(
              R"({"type":"response.output_item.done","output_index":0,"item":{"id":"rs_1","type":"reasoning","encrypted_content":"final","summary":[{"type":"summary_text","text":"One"},{"type":"summary_text","text":"Two"}]}})") +
          kCompleted),
      "started resp_1 gpt-5.1\n0 begin reasoning\n0 text One\n0 text \n\n\n0 text Two\n0 state openai own final\n0 "
      "end\n" +
          kEnd);
}

TEST(ResponsesStream, TellsAModelsOwnWordsOnce) {
  EXPECT_EQ(
      OfStream(
          kCreated + Data(R"({"type":"response.output_item.added","output_index":0,"item":{"type":"reasoning"}})") +
          Data(R"({"type":"response.reasoning_text.delta","output_index":0,"content_index":0,"delta":"Hm"})") +
          Data(R"({"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"delta":"X"})") +
          Data(
              R"({"type":"response.output_item.done","output_index":0,"item":{"type":"reasoning","summary":[{"text":"X"}],"content":[{"type":"reasoning_text","text":"Hm"}]}})") +
          kCompleted),
      "started resp_1 gpt-5.1\n0 begin reasoning\n0 text Hm\n0 end\n" + kEnd);
}

TEST(ResponsesStream, GivesStateWithoutTextAsRedactedReasoning) {
  EXPECT_EQ(
      OfStream(
          kCreated +
          Data(
              R"({"type":"response.output_item.done","output_index":0,"item":{"type":"reasoning","summary":[],"encrypted_content":"gAAA"}})") +
          Data(R"({"type":"response.output_item.done","output_index":1,"item":{"type":"reasoning","summary":[]}})") +
          kCompleted),
      "started resp_1 gpt-5.1\n0 begin redacted\n0 state openai own gAAA\n0 end\n" + kEnd);
}

TEST(ResponsesStream, KeepsParallelCallsApart) {
  EXPECT_EQ(
      OfStream(
          kCreated +
          Data(
              R"({"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","call_id":"c1","name":"f","arguments":""}})") +
          Data(
              R"({"type":"response.output_item.added","output_index":1,"item":{"type":"custom_tool_call","call_id":"c2","name":"patch","input":""}})") +
          Data(R"({"type":"response.function_call_arguments.delta","output_index":0,"delta":"{\"a\":"})") +
          Data(R"({"type":"response.custom_tool_call_input.delta","output_index":1,"delta":"*** Begin"})") +
          Data(R"({"type":"response.function_call_arguments.delta","output_index":0,"delta":"1}"})") +
          Data(R"({"type":"response.function_call_arguments.done","output_index":0,"arguments":"{\"a\":1}"})") +
          Data(
              R"({"type":"response.output_item.done","output_index":0,"item":{"type":"function_call","call_id":"c1","name":"f","arguments":"{\"a\":1}"}})") +
          Data(
              R"({"type":"response.output_item.done","output_index":1,"item":{"type":"custom_tool_call","call_id":"c2","name":"patch","input":"*** Begin"}})") +
          kCompleted),
      "started resp_1 gpt-5.1\n0 begin call #c1 f\n1 begin call #c2 patch custom\n0 json {\"a\":\n"
      "1 json *** Begin\n0 json 1}\n0 end\n1 end\n" +
          kEndWithCall);
}

TEST(ResponsesStream, GivesRefusalsAsRefusals) {
  EXPECT_EQ(OfStream(kCreated +
                     Data(R"({"type":"response.refusal.delta","output_index":0,"content_index":0,"delta":"No."})") +
                     Data(R"({"type":"response.refusal.done","output_index":0,"content_index":0,"refusal":"No."})") +
                     kCompleted),
            "started resp_1 gpt-5.1\n0 begin refusal\n0 text No.\n0 end\n" + kEnd);
}

// TRANSLATION row 24.
TEST(ResponsesStream, GivesSearchesAndTheirCitations) {
  EXPECT_EQ(
      OfStream(
          kCreated +
          Data(
              R"({"type":"response.output_item.added","output_index":0,"item":{"id":"ws_1","type":"web_search_call","status":"in_progress"}})") +
          Data(R"({"type":"response.web_search_call.searching","output_index":0,"item_id":"ws_1"})") +
          Data(
              R"({"type":"response.output_item.done","output_index":0,"item":{"id":"ws_1","type":"web_search_call","action":{"type":"search","query":"a \"b\""}}})") +
          Data(
              R"({"type":"response.output_item.done","output_index":1,"item":{"id":"ws_2","type":"web_search_call","action":{"type":"open_page","url":"https://x"}}})") +
          Data(R"({"type":"response.output_text.delta","output_index":2,"content_index":0,"delta":"Text"})") +
          Data(
              R"({"type":"response.output_text.annotation.added","output_index":2,"content_index":0,"annotation_index":0,"annotation":{"type":"url_citation","url":"https://x/y","title":"T","start_index":0,"end_index":4}})") +
          Data(
              R"({"type":"response.content_part.done","output_index":2,"content_index":0,"part":{"type":"output_text","text":"Text","annotations":[{"type":"url_citation","url":"https://x/y","title":"T","start_index":0,"end_index":4},{"type":"file_citation","file_id":"f"}]}})") +
          kCompleted),
      "started resp_1 gpt-5.1\n0 begin server #ws_1 web_search\n0 json {\"query\":\"a \\\"b\\\"\"}\n0 end\n"
      "lost output[1] server_tool_reply\n1 begin text\n1 text Text\n"
      "1 cite 0-4 https://x/y T\nlost annotations citation_without_url\n1 end\n" +
          kEnd);
}

TEST(ResponsesStream, CitesInTextsAlone) {
  const std::string begun =
      Data(R"({"type":"response.output_item.added","item":{"type":"function_call","call_id":"c","name":"f"}})");
  const std::string annotation = Data(
      R"({"type":"response.output_text.annotation.added","annotation":{"type":"url_citation","url":"https://x/y"}})");
  EXPECT_EQ(OfStream(kCreated + begun + annotation + kCompleted),
            "started resp_1 gpt-5.1\n0 begin call #c f\nlost annotations citation_without_url\n0 end\n" + kEndWithCall);
}

TEST(ResponsesStream, NotesWhatOtherToolsDid) {
  EXPECT_EQ(
      OfStream(kCreated +
               Data(R"({"type":"response.output_item.added","output_index":0,"item":{"type":"mcp_list_tools"}})") +
               Data(R"({"type":"response.mcp_list_tools.completed","output_index":0})") +
               Data(R"({"type":"response.output_item.done","output_index":0,"item":{"type":"mcp_list_tools"}})") +
               kCompleted),
      "started resp_1 gpt-5.1\nlost output[0] server_tool_reply\n" + kEnd);
}

TEST(ResponsesStream, GivesLogProbabilities) {
  EXPECT_EQ(
      OfStream(
          kCreated +
          Data(
              R"({"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Hi","logprobs":[{"token":"Hi","logprob":-0.1,"top_logprobs":[{"token":"Hi","logprob":-0.1},{"token":"Yo","logprob":-2}]}]})") +
          kCompleted),
      "started resp_1 gpt-5.1\n0 begin text\n0 text Hi\nlogprobs/0 Hi:-0.1[ Hi:-0.1 Yo:-2 ]\n0 end\n" + kEnd);
}

// TRANSLATION row 8.
TEST(ResponsesStream, EndsAnIncompleteReply) {
  const auto incomplete = [](const std::string& reason) {
    return OfStream(kCreated +
                    Data(R"({"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"a"})") +
                    Data(R"({"type":"response.incomplete","response":{"status":"incomplete","incomplete_details":)"
                         R"({"reason":")" +
                         reason + R"("},"output":[]}})"));
  };
  const std::string text = "started resp_1 gpt-5.1\n0 begin text\n0 text a\n0 end\n";
  EXPECT_EQ(incomplete("max_output_tokens"), text + "finished/0 max_tokens\ncompleted\n");
  EXPECT_EQ(incomplete("content_filter"), text + "finished/0 refusal\ncompleted\n");
  EXPECT_EQ(incomplete("steered"),
            text + "lost incomplete_details.reason unknown_stop_reason\nfinished/0 end_turn\ncompleted\n");
}

TEST(ResponsesStream, FailsWithTheProvidersWords) {
  EXPECT_EQ(OfStream(kCreated + Data(R"({"type":"error","code":"server_error","message":"Oops.","param":null})")),
            "started resp_1 gpt-5.1\nfailed upstream_server server_error: Oops.\n");
  EXPECT_EQ(OfStream(kCreated +
                     Data(R"({"type":"error","error":{"type":"invalid_request_error","code":"context_length_exceeded",)"
                          R"("message":"Too long."}})") +
                     Data(R"({"type":"response.failed","response":{"status":"failed"}})")),
            "started resp_1 gpt-5.1\nfailed context_too_long context_length_exceeded: Too long.\n");
  EXPECT_EQ(OfStream(kCreated + Data(R"({"type":"response.failed","response":{"status":"failed","error":)"
                                     R"({"code":"rate_limit_exceeded","message":"Try again in 5s."}}})")),
            "started resp_1 gpt-5.1\nfailed rate_minute rate_limit_exceeded: Try again in 5s.\n");
  EXPECT_EQ(OfStream(Data(R"({"error":{"message":"Bad.","type":"invalid_request_error"}})")),
            "failed invalid_request invalid_request_error: Bad.\n");
}

TEST(ResponsesStream, FailsWhenItIsCutOrBroken) {
  EXPECT_EQ(OfStream(kCreated), "started resp_1 gpt-5.1\nfailed stream_cut : \n");
  EXPECT_EQ(OfStream(Data("[1]")), "failed protocol : a response or one of its events is not a JSON object\n");
  EXPECT_EQ(OfStream(kCreated + Data("{\"type\":")).substr(0, 38), "started resp_1 gpt-5.1\nfailed protocol");
}

TEST(ResponsesBody, GivesItsItemsInOrder) {
  EXPECT_EQ(
      OfBody(R"({"id":"resp_1","object":"response","model":"gpt-5.1","status":"completed","error":null,"output":[)"
             R"({"type":"reasoning","summary":[{"type":"summary_text","text":"Hm"}],"encrypted_content":"gA"},)"
             R"({"type":"message","content":[{"type":"output_text","text":"Hi","annotations":[]},)"
             R"({"type":"refusal","refusal":"No."}]},)"
             R"({"type":"function_call","call_id":"c","name":"f","arguments":"{}"}],)"
             R"("usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5}})"),
      "started resp_1 gpt-5.1\n0 begin reasoning\n0 text Hm\n0 state openai own gA\n0 end\n1 begin text\n1 text Hi\n1 "
      "end\n"
      "2 begin refusal\n2 text No.\n2 end\n3 begin call #c f\n3 json {}\n3 end\n"
      "usage in=3 out=2\nfinished/0 tool_use\ncompleted\n");
}

TEST(ResponsesBody, FailsUnlessItIsFinished) {
  EXPECT_EQ(OfBody(R"({"error":{"message":"No.","code":"invalid_api_key"}})"),
            "failed account_auth invalid_api_key: No.\n");
  EXPECT_EQ(
      OfBody(R"({"id":"r","model":"m","status":"failed","output":[],"error":{"code":"server_error","message":"X"}})"),
      "started r m\nfailed upstream_server server_error: X\n");
  EXPECT_EQ(OfBody(R"({"id":"r","model":"m","status":"queued","output":[]})"),
            "started r m\nfailed protocol : the response is not finished: it runs in the background\n");
}

}  // namespace
}  // namespace ag::wire
