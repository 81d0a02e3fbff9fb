#include <gtest/gtest.h>

#include <string>

#include "event_lines.h"
#include "gatewayd/wire/registry.h"

namespace ag::wire {
namespace {

std::string OfStream(const std::string& stream) {
  const auto decoder = CodecOf(Dialect::kResponses).make_reply_decoder();
  EventLines events;
  StreamFeed(*decoder, events).Feed(stream);
  return events.text;
}

std::string OfBody(const std::string& body) {
  const auto decoder = CodecOf(Dialect::kResponses).make_reply_decoder();
  EventLines events;
  decoder->OnBody(body, events);
  return events.text;
}

std::string Data(const std::string& json) { return "data: " + json + "\n\n"; }

const std::string kCreated =
    Data(R"({"type":"response.created","response":{"id":"resp_1","model":"gpt-5.1","status":"in_progress"}})");
const std::string kCompleted =
    Data(R"({"type":"response.completed","response":{"id":"resp_1","model":"gpt-5.1","status":"completed","output":[],)"
         R"("usage":{"input_tokens":10,"input_tokens_details":{"cached_tokens":4},"output_tokens":9,)"
         R"("output_tokens_details":{"reasoning_tokens":6},"total_tokens":19}}})");
const std::string kEnd = "usage input=6 read=4 output=3 reasoning=6\nfinished end_turn\ncompleted\n";
const std::string kEndWithCall = "usage input=6 read=4 output=3 reasoning=6\nfinished tool_use\ncompleted\n";

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
      "started resp_1 gpt-5.1\nbegin 0 text\ntext 0 [Hel]\ntext 0 [lo]\nend 0\n" + kEnd);
}

TEST(ResponsesStream, GivesWhatAServerSendsOnlyWhole) {
  const std::string text_done =
      Data(R"({"type":"response.output_text.done","output_index":0,"content_index":0,"text":"Hello"})");
  EXPECT_EQ(OfStream(kCreated + text_done + kCompleted),
            "started resp_1 gpt-5.1\nbegin 0 text\ntext 0 [Hello]\nend 0\n" + kEnd);
  EXPECT_EQ(OfStream(Data(R"({"type":"response.completed","response":{"id":"r","model":"m","status":"completed",)"
                          R"("output":[{"type":"message","content":[{"type":"output_text","text":"Hi"}]},)"
                          R"({"type":"function_call","call_id":"c","name":"f","arguments":"{}"}]}})")),
            "started r m\nbegin 0 text\ntext 0 [Hi]\nend 0\nbegin 1 call c f\narguments 1 [{}]\nend 1\n"
            "finished tool_use\ncompleted\n");
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
      "started resp_1 gpt-5.1\nbegin 0 reasoning\ntext 0 [One]\ntext 0 [\n\n]\ntext 0 [Two]\nstate 0 [final]\nend 0\n" +
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
      "started resp_1 gpt-5.1\nbegin 0 reasoning\ntext 0 [Hm]\nend 0\n" + kEnd);
}

TEST(ResponsesStream, GivesStateWithoutTextAsRedactedReasoning) {
  EXPECT_EQ(
      OfStream(
          kCreated +
          Data(
              R"({"type":"response.output_item.done","output_index":0,"item":{"type":"reasoning","summary":[],"encrypted_content":"gAAA"}})") +
          Data(R"({"type":"response.output_item.done","output_index":1,"item":{"type":"reasoning","summary":[]}})") +
          kCompleted),
      "started resp_1 gpt-5.1\nbegin 0 redacted\nstate 0 [gAAA]\nend 0\n" + kEnd);
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
      "started resp_1 gpt-5.1\nbegin 0 call c1 f\nbegin 1 call c2 patch custom\narguments 0 [{\"a\":]\n"
      "arguments 1 [*** Begin]\narguments 0 [1}]\nend 0\nend 1\n" +
          kEndWithCall);
}

TEST(ResponsesStream, GivesRefusalsAsRefusals) {
  EXPECT_EQ(OfStream(kCreated +
                     Data(R"({"type":"response.refusal.delta","output_index":0,"content_index":0,"delta":"No."})") +
                     Data(R"({"type":"response.refusal.done","output_index":0,"content_index":0,"refusal":"No."})") +
                     kCompleted),
            "started resp_1 gpt-5.1\nbegin 0 refusal\ntext 0 [No.]\nend 0\n" + kEnd);
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
      "started resp_1 gpt-5.1\nbegin 0 server ws_1 web_search\narguments 0 [{\"query\":\"a \\\"b\\\"\"}]\nend 0\n"
      "loss output[1]:server_tool_reply type=web_search_call\nbegin 1 text\ntext 1 [Text]\n"
      "cite 1 https://x/y T 0 4\nloss annotations:citation_without_url type=file_citation\nend 1\n" +
          kEnd);
}

TEST(ResponsesStream, NotesWhatOtherToolsDid) {
  EXPECT_EQ(
      OfStream(kCreated +
               Data(R"({"type":"response.output_item.added","output_index":0,"item":{"type":"mcp_list_tools"}})") +
               Data(R"({"type":"response.mcp_list_tools.completed","output_index":0})") +
               Data(R"({"type":"response.output_item.done","output_index":0,"item":{"type":"mcp_list_tools"}})") +
               kCompleted),
      "started resp_1 gpt-5.1\nloss output[0]:server_tool_reply type=mcp_list_tools\n" + kEnd);
}

TEST(ResponsesStream, GivesLogProbabilities) {
  EXPECT_EQ(
      OfStream(
          kCreated +
          Data(
              R"({"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Hi","logprobs":[{"token":"Hi","logprob":-0.1,"top_logprobs":[{"token":"Hi","logprob":-0.1},{"token":"Yo","logprob":-2}]}]})") +
          kCompleted),
      "started resp_1 gpt-5.1\nbegin 0 text\ntext 0 [Hi]\nlogprobs Hi 2\nend 0\n" + kEnd);
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
  const std::string text = "started resp_1 gpt-5.1\nbegin 0 text\ntext 0 [a]\nend 0\n";
  EXPECT_EQ(incomplete("max_output_tokens"), text + "finished max_tokens\ncompleted\n");
  EXPECT_EQ(incomplete("content_filter"), text + "finished refusal\ncompleted\n");
  EXPECT_EQ(incomplete("steered"),
            text + "loss incomplete_details.reason:unknown_stop_reason value=steered\nfinished end_turn\ncompleted\n");
}

TEST(ResponsesStream, FailsWithTheProvidersWords) {
  EXPECT_EQ(OfStream(kCreated + Data(R"({"type":"error","code":"server_error","message":"Oops.","param":null})")),
            "started resp_1 gpt-5.1\nfailed upstream_server server_error Oops.\n");
  EXPECT_EQ(OfStream(kCreated +
                     Data(R"({"type":"error","error":{"type":"invalid_request_error","code":"context_length_exceeded",)"
                          R"("message":"Too long."}})") +
                     Data(R"({"type":"response.failed","response":{"status":"failed"}})")),
            "started resp_1 gpt-5.1\nfailed context_too_long context_length_exceeded Too long.\n");
  EXPECT_EQ(OfStream(kCreated + Data(R"({"type":"response.failed","response":{"status":"failed","error":)"
                                     R"({"code":"rate_limit_exceeded","message":"Try again in 5s."}}})")),
            "started resp_1 gpt-5.1\nfailed rate_minute rate_limit_exceeded Try again in 5s.\n");
  EXPECT_EQ(OfStream(Data(R"({"error":{"message":"Bad.","type":"invalid_request_error"}})")),
            "failed invalid_request invalid_request_error Bad.\n");
}

TEST(ResponsesStream, FailsWhenItIsCutOrBroken) {
  EXPECT_EQ(OfStream(kCreated), "started resp_1 gpt-5.1\nfailed stream_cut  \n");
  EXPECT_EQ(OfStream(Data("[1]")), "failed protocol  a response or one of its events is not a JSON object\n");
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
      "started resp_1 gpt-5.1\nbegin 0 reasoning\ntext 0 [Hm]\nstate 0 [gA]\nend 0\nbegin 1 text\ntext 1 [Hi]\nend 1\n"
      "begin 2 refusal\ntext 2 [No.]\nend 2\nbegin 3 call c f\narguments 3 [{}]\nend 3\n"
      "usage input=3 output=2\nfinished tool_use\ncompleted\n");
}

TEST(ResponsesBody, FailsUnlessItIsFinished) {
  EXPECT_EQ(OfBody(R"({"error":{"message":"No.","code":"invalid_api_key"}})"),
            "failed account_auth invalid_api_key No.\n");
  EXPECT_EQ(
      OfBody(R"({"id":"r","model":"m","status":"failed","output":[],"error":{"code":"server_error","message":"X"}})"),
      "started r m\nfailed upstream_server server_error X\n");
  EXPECT_EQ(OfBody(R"({"id":"r","model":"m","status":"queued","output":[]})"),
            "started r m\nfailed protocol  the response is not finished: it runs in the background\n");
}

}  // namespace
}  // namespace ag::wire
