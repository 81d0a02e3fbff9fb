#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "translation_testing.h"

// Chat replies, read and written again, streamed and plain.
namespace ag::wire {
namespace {

constexpr const char* kHead =
    R"(data: {"id":"chatcmpl-AAAAAAAAAAAAAAAAAAAAAAAAAAAAA","object":"chat.completion.chunk","created":1700000000,"model":"m")";

std::string Request(const std::string& more) {
  return R"({"model":"m","messages":[{"role":"user","content":"x"}])" + (more.empty() ? "" : "," + more) + "}";
}
// A stream of chunks whose choices are given.
std::string Stream(const std::vector<std::string>& choices) {
  std::string stream;
  for (const std::string& choice : choices) {
    stream += R"(data: {"id":"c","object":"chat.completion.chunk","model":"up","choices":[)" + choice + "]}\n\n";
  }
  return stream + "data: [DONE]\n\n";
}
std::string Delta(const std::string& members, const std::string& finish = "") {
  return R"({"index":0,"delta":{)" + members + R"(},"finish_reason":)" +
         (finish.empty() ? "null" : "\"" + finish + "\"") + "}";
}
std::string Body(const std::string& message, const std::string& more = "", const std::string& finish = "stop") {
  return R"({"id":"c","object":"chat.completion","model":"up","choices":[{"index":0,"message":{"role":"assistant",)" +
         message + R"(},"finish_reason":")" + finish + R"("}])" + more + "}";
}

// What the client gets, with each chunk's head and tail taken off.
std::string Read(const std::string& reply, const std::string& more = "", std::string* losses = nullptr) {
  const bool stream = reply.front() != '{';
  Exchange exchange(ChatEndpoint(),
                    Request(more + (stream ? (more.empty() ? "" : ",") + std::string(R"("stream":true)") : "")),
                    TargetOf(Dialect::kChat));
  if (exchange.Reply(reply) != Step::kDone) return "failed: " + std::string(exchange.report().error.message());
  if (losses != nullptr) *losses = exchange.Losses();
  std::string text = exchange.text();
  for (const std::string& cut :
       {std::string(kHead) + R"(,"choices":[{"index":0,"delta":)",
        std::string(R"(,"logprobs":null,"finish_reason":null}]})"), std::string("data: [DONE]\n\n")}) {
    for (std::size_t at = text.find(cut); at != std::string::npos; at = text.find(cut)) text.erase(at, cut.size());
  }
  for (std::size_t at = text.find("\n\n"); at != std::string::npos; at = text.find("\n\n")) text.replace(at, 2, "\n");
  return text;
}

// LESSONS 6: distinct, stable indices; id and name once, with the first delta.
TEST(ChatReplyTools, ParallelCallsKeepTheirPlaces) {
  const std::string stream = Stream(
      {Delta(R"("role":"assistant","content":null)"),
       Delta(R"("tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}])"),
       Delta(R"("tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":"{\"x\":"}}])"),
       Delta(R"("tool_calls":[{"index":0,"function":{"arguments":"{}"}}])"),
       Delta(R"("tool_calls":[{"index":1,"function":{"arguments":"1}"}}])"), Delta("", "tool_calls")});
  EXPECT_EQ(Read(stream),
            R"({"role":"assistant","content":null,"refusal":null})"
            "\n"
            R"({"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]})"
            "\n"
            R"({"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":""}}]})"
            "\n"
            R"({"tool_calls":[{"index":1,"function":{"arguments":"{\"x\":"}}]})"
            "\n"
            R"({"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]})"
            "\n"
            R"({"tool_calls":[{"index":1,"function":{"arguments":"1}"}}]})"
            "\n"
            R"({},"logprobs":null,"finish_reason":"tool_calls"}]})"
            "\n");
}

// The calls of a plain reply made of a stream, as "id name arguments".
std::string Calls(const std::vector<std::string>& choices) {
  Exchange exchange(ChatEndpoint(), Request(""), TargetOf(Dialect::kChat));
  const Step step = exchange.Reply(Stream(choices));
  if (step != Step::kDone) return "failed: " + std::string(exchange.report().error.message());
  Arena arena;
  const json::Value* reply = *json::Parse(exchange.text(), arena);
  const json::Value& choice = reply->Find("choices")->items()[0];
  std::string calls;
  for (const json::Value& call : choice.Find("message")->Find("tool_calls")->items()) {
    const json::Value& function = *call.Find("function");
    calls += std::string(call.Find("id")->str()) + " " + std::string(function.Find("name")->str()) + " " +
             std::string(function.Find("arguments")->str()) + "; ";
  }
  return calls + std::string(choice.Find("finish_reason")->str());
}

TEST(ChatReplyTools, TakesWhatServersMakeOfDeltas) {
  const std::string finish = Delta("", "tool_calls");
  // Whole calls in one chunk, with the same index or none.
  EXPECT_EQ(Calls({Delta(R"("tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}},)"
                         R"({"index":0,"id":"b","function":{"name":"f","arguments":"{\"x\":2}"}}])",
                         "stop")}),
            R"(a f {"x":1}; b f {"x":2}; tool_calls)");
  EXPECT_EQ(Calls({Delta(R"("tool_calls":[{"id":"a","function":{"name":"f","arguments":"{"}}])"),
                   Delta(R"("tool_calls":[{"function":{"arguments":"}"}}])"),
                   Delta(R"("tool_calls":[{"id":"b","function":{"name":"g","arguments":"{}"}}])"), finish}),
            "a f {}; b g {}; tool_calls");
  // The name in pieces, or again and again; the id again and again.
  EXPECT_EQ(
      Calls({Delta(R"("tool_calls":[{"index":0,"id":"a","function":{"name":"get_"}}])"),
             Delta(R"("tool_calls":[{"index":0,"id":"a","function":{"name":"time","arguments":"{"}}])"),
             Delta(R"("tool_calls":[{"index":0,"id":"a","function":{"name":"get_time","arguments":"}"}}])"), finish}),
      "a get_time {}; tool_calls");
  EXPECT_EQ(Calls({Delta(R"("tool_calls":[{"index":0,"id":"a","function":{"name":"f"}}])"),
                   Delta(R"("tool_calls":[{"index":0,"id":"","function":{"name":"f","arguments":"{}"}}])"), finish}),
            "a f {}; tool_calls");
  // Neither arguments, nor an id; arguments as an object.
  EXPECT_EQ(Calls({Delta(R"("tool_calls":[{"index":0,"id":"a","function":{"name":"f"}}])"), finish}),
            "a f {}; tool_calls");
  EXPECT_EQ(Calls({Delta(R"("tool_calls":[{"index":0,"function":{"name":"f","arguments":{"x":1}}}])"), finish}),
            R"(call_AAAAAAAAAAAAAAAAAAAAAAAA f {"x":1}; tool_calls)");
  EXPECT_EQ(Calls({Delta(R"("function_call":{"name":"f","arguments":""})"),
                   Delta(R"("function_call":{"arguments":"{}"})"), Delta("", "function_call")}),
            "call_AAAAAAAAAAAAAAAAAAAAAAAA f {}; tool_calls");
  EXPECT_EQ(Calls({Delta(R"("tool_calls":[{"index":0,"id":"a","function":{"arguments":"{}"}}])"), finish}),
            "failed: The provider's reply cannot be read: a tool call has no name");
}

// TRANSLATION row 8.
TEST(ChatReplyTools, ACutCallStaysALengthStop) {
  EXPECT_EQ(Calls({Delta(R"("tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":"}}])"),
                   Delta("", "length")}),
            R"(a f {"x":; length)");
}

// TRANSLATION row 23: a custom tool that went out as a function comes back as what it is.
TEST(ChatReplyTools, CustomToolsGetTheirPlainInput) {
  const std::string custom = R"("tools":[{"type":"custom","custom":{"name":"c"}}])";
  EXPECT_EQ(
      Read(
          Stream(
              {Delta(
                   R"("tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"c","arguments":"{\"input\":\"say"}}])"),
               Delta(R"("tool_calls":[{"index":0,"function":{"arguments":" \\\"hi\\\"\"}"}}])"),
               Delta("", "tool_calls")}),
          custom),
      R"({"role":"assistant","content":null,"refusal":null})"
      "\n"
      R"({"tool_calls":[{"index":0,"id":"a","type":"custom","custom":{"name":"c","input":""}}]})"
      "\n"
      R"({"tool_calls":[{"index":0,"custom":{"input":"say \"hi\""}}]})"
      "\n"
      R"({},"logprobs":null,"finish_reason":"tool_calls"}]})"
      "\n");
  const std::string native =
      Body(R"("content":null,"tool_calls":[{"id":"a","type":"custom","custom":{"name":"c","input":"{x"}}])", "",
           "tool_calls");
  EXPECT_NE(
      Read(native, custom).find(R"("tool_calls":[{"id":"a","type":"custom","custom":{"name":"c","input":"{x"}}])"),
      std::string::npos)
      << Read(native, custom);
}

TEST(ChatReplyTools, ClientsOfFunctionsGetAFunctionCall) {
  const std::string functions = R"("functions":[{"name":"f"}])";
  const std::string call = R"("tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}])";
  EXPECT_EQ(Read(Stream({Delta(call), Delta("", "tool_calls")}), functions),
            R"({"role":"assistant","content":null,"refusal":null})"
            "\n"
            R"({"function_call":{"name":"f","arguments":""}})"
            "\n"
            R"({"function_call":{"arguments":"{}"}})"
            "\n"
            R"({},"logprobs":null,"finish_reason":"function_call"}]})"
            "\n");
  EXPECT_NE(Read(Body(R"("content":null,)" + call, "", "tool_calls"), functions)
                .find(R"("content":null,"function_call":{"name":"f","arguments":"{}"},"refusal":null},"logprobs":null,)"
                      R"("finish_reason":"function_call")"),
            std::string::npos);
}

// TRANSLATION row 26: under each of its names once, and never in the content.
TEST(ChatReplyReasoning, IsShownOnce) {
  const std::string expected = R"({"role":"assistant","content":"","refusal":null})"
                               "\n"
                               R"({"reasoning_content":"hm"})"
                               "\n"
                               R"({"content":"Hi"})"
                               "\n"
                               R"({},"logprobs":null,"finish_reason":"stop"}]})"
                               "\n";
  for (const char* members : {R"("reasoning_content":"hm")",
                              R"("reasoning":"hm","reasoning_details":[{"type":"reasoning.text","text":"hm"}])",
                              R"("reasoning_details":[{"type":"reasoning.summary","summary":"hm"}])",
                              R"("reasoning_content":"hm","reasoning":"hm")",
                              R"("content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}])"}) {
    EXPECT_EQ(Read(Stream({Delta(members), Delta(R"("content":"Hi")"), Delta("", "stop")})), expected) << members;
  }
}

TEST(ChatReplyText, ArraysOfPartsAreText) {
  EXPECT_NE(
      Read(Body(R"("content":[{"type":"text","text":"a"},{"type":"text","text":"b"}])")).find(R"("content":"ab")"),
      std::string::npos);
}

// TRANSLATION row 24.
TEST(ChatReplyCitations, CountCharactersOfTheContent) {
  const std::string citation = R"("annotations":[{"type":"url_citation","url_citation":{"end_index":2,"start_index":1,)"
                               R"("title":"T","url":"https://example.com"}}])";
  EXPECT_EQ(Read(Stream({Delta(R"("content":"é1")"), Delta(citation), Delta("", "stop")})),
            R"({"role":"assistant","content":"","refusal":null})"
            "\n"
            R"({"content":"é1"})"
            "\n{" +
                citation + "}\n" + R"({},"logprobs":null,"finish_reason":"stop"}]})" + "\n");
  EXPECT_NE(Read(Body(R"("content":"é1",)" + citation)).find(R"("refusal":null,)" + citation), std::string::npos);
}

// TRANSLATION row 6.
TEST(ChatReplyLogprobs, AreGivenOnEachToken) {
  const std::string logprobs =
      R"({"content":[{"token":"é","logprob":-0.25,"bytes":[195,169],"top_logprobs":[{"token":"é","logprob":-0.25,)"
      R"("bytes":[195,169]},{"token":"e","logprob":-1.5,"bytes":[101]}]}],"refusal":null})";
  const std::string asked = R"("logprobs":true,"top_logprobs":2)";
  EXPECT_NE(Read(Stream({R"({"index":0,"delta":{"content":"é"},"logprobs":)" + logprobs + R"(,"finish_reason":null})",
                         Delta("", "stop")}),
                 asked)
                .find(R"({},"logprobs":)" + logprobs + R"(,"finish_reason":null}]})"),
            std::string::npos);
  EXPECT_NE(
      Read(R"({"id":"c","model":"up","choices":[{"index":0,"message":{"role":"assistant","content":"é"},"logprobs":)" +
               logprobs + R"(,"finish_reason":"stop"}]})",
           asked)
          .find(R"("logprobs":)" + logprobs),
      std::string::npos);
}

// TRANSLATION row 22.
TEST(ChatReplyTier, IsShownIfTheUpstreamSaysOne) {
  EXPECT_NE(Read(Body(R"("content":"x")", R"(,"service_tier":"flex")")).find(R"("service_tier":"flex"})"),
            std::string::npos);
  EXPECT_EQ(Read(Body(R"("content":"x")")).find("service_tier"), std::string::npos);
  const std::string stream = R"(data: {"id":"c","model":"up","service_tier":"standard","choices":[)" +
                             Delta(R"("content":"x")", "stop") + "]}\n\ndata: [DONE]\n\n";
  EXPECT_NE(Read(stream).find(R"("model":"m","service_tier":"default","choices")"), std::string::npos);
}

TEST(ChatReplyUsage, IsReadWhereServersPutIt) {
  const std::string usage = R"("usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7})";
  const std::string done = "data: [DONE]\n\n";
  const std::string start = R"(data: {"id":"c","model":"up","choices":[)";
  for (const std::string& reply :
       {start + Delta(R"("content":"x")", "stop") + "]}\n\ndata: {\"id\":\"c\",\"choices\":[]," + usage + "}\n\n" +
            done,
        start + R"({"index":0,"delta":{"content":"x"},"finish_reason":"stop",)" + usage + "}]}\n\n" + done,
        start + Delta(R"("content":"x")", "stop") + R"(],"x_groq":{)" + usage + "}}\n\n" + done}) {
    Exchange exchange(ChatEndpoint(), Request(R"("stream":true,"stream_options":{"include_usage":true})"),
                      TargetOf(Dialect::kChat));
    EXPECT_EQ(exchange.Reply(reply), Step::kDone);
    EXPECT_NE(exchange.text().find(std::string(kHead) + R"(,"choices":[],)" + usage + "}\n\ndata: [DONE]\n\n"),
              std::string::npos)
        << exchange.text();
    EXPECT_NE(exchange.text().find(R"("finish_reason":"stop"}],"usage":null})"), std::string::npos);
    EXPECT_EQ(exchange.text().find("usage\":{"), exchange.text().rfind("usage\":{"));
  }
}

TEST(ChatReplyStop, ServersThatNameTheSequenceAreBelieved) {
  Exchange exchange(ChatEndpoint(), Request(R"("stop":["END"])"), TargetOf(Dialect::kChat));
  exchange.Reply(R"({"id":"c","model":"up","choices":[{"index":0,"message":{"content":"x"},"finish_reason":"stop",)"
                 R"("stop_reason":"END"}]})");
  EXPECT_EQ(exchange.report().stop_reason, StopReason::kStopSequence);
}

TEST(ChatReplyStop, IsReadFromTheDetailsOfOldVisionModels) {
  Exchange exchange(ChatEndpoint(), Request(""), TargetOf(Dialect::kChat));
  exchange.Reply(R"({"id":"c","model":"up","choices":[{"index":0,"message":{"content":"x"},)"
                 R"("finish_details":{"type":"max_tokens"}}]})");
  EXPECT_EQ(exchange.report().stop_reason, StopReason::kMaxTokens);
  EXPECT_EQ(exchange.Losses(), "");
}

TEST(ChatReplyErrors, EndTheStreamInItsOwnWords) {
  Exchange exchange(ChatEndpoint(), Request(R"("stream":true)"), TargetOf(Dialect::kChat));
  const std::string error = R"({"error":{"message":"boom","type":"server_error","code":null}})";
  EXPECT_EQ(exchange.Reply(R"(data: {"id":"c","model":"up","choices":[)" + Delta(R"("content":"x")") +
                           "]}\n\ndata: " + error + "\n\n"),
            Step::kFailed);
  EXPECT_EQ(exchange.report().stream_error_json, error);
  EXPECT_EQ(KindOf(exchange.report().error), ErrorKind::kUpstreamServer);
  exchange.translation().OnUpstreamError(DetailOf(exchange.report().error), exchange.sink());
  const std::string& text = exchange.text();
  EXPECT_NE(text.find("data: {\"error\":{"), std::string::npos);
  EXPECT_EQ(text.substr(text.size() - 14), "data: [DONE]\n\n");
  EXPECT_EQ(text.find(R"("finish_reason":"stop")"), std::string::npos);

  Exchange choice(ChatEndpoint(), Request(R"("stream":true)"), TargetOf(Dialect::kChat));
  EXPECT_EQ(choice.Reply(R"(data: {"id":"c","model":"up","choices":[{"index":0,"delta":{},"finish_reason":"error",)"
                         R"("error":{"code":429,"message":"slow down"}}]})"
                         "\n\n"),
            Step::kFailed);
  EXPECT_EQ(KindOf(choice.report().error), ErrorKind::kRateMinute);
}

TEST(ChatReplyErrors, AnAzureFilterChunkStartsNothing) {
  Exchange exchange(ChatEndpoint(), Request(R"("stream":true)"), TargetOf(Dialect::kChat));
  exchange.Reply(R"(data: {"choices":[],"id":"","model":"","prompt_filter_results":[{}]})"
                 "\n\n" +
                 Stream({Delta(R"("content":"x")", "stop")}));
  EXPECT_EQ(exchange.report().response_id, "c");
  EXPECT_EQ(exchange.report().upstream_model, "up");
}

TEST(ChatReplyAudio, IsListedAsDropped) {
  std::string losses;
  Read(Body(R"("content":null,"audio":{"id":"a","data":"AAAA","transcript":"Hi"})"), "", &losses);
  EXPECT_EQ(losses, "-audio:reply_not_translated");
}

}  // namespace
}  // namespace ag::wire
