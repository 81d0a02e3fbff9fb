#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gatewayd/wire/passthrough.h"
#include "translation_testing.h"

// Token figures and stop reasons as each provider writes them: what the gateway reports of them is the same whether the
// reply passes through or is translated, and whether it is plain or streamed.
namespace ag::wire {
namespace {

struct Reply {
  Dialect dialect = Dialect::kChat;
  std::string early;  // usage object of the stream's first event; empty = none, and the reply may be plain as well
  std::string usage;
  std::string stop;  // JSON value of the stop reason; empty = a plain end
};

std::string Member(std::string_view key, const std::string& json) {
  return json.empty() ? std::string() : ",\"" + std::string(key) + "\":" + json;
}

std::string StopOf(const Reply& reply) {
  if (!reply.stop.empty()) return reply.stop;
  return reply.dialect == Dialect::kChat       ? R"("stop")"
         : reply.dialect == Dialect::kMessages ? R"("end_turn")"
                                               : R"("STOP")";
}

std::string PlainOf(const Reply& reply) {
  switch (reply.dialect) {
    case Dialect::kMessages:
      return R"({"id":"r","type":"message","model":"m","content":[{"type":"text","text":"x"}],"stop_reason":)" +
             StopOf(reply) + Member("usage", reply.usage) + "}";
    case Dialect::kGemini:
      return R"({"candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":)" + StopOf(reply) + "}]" +
             Member("usageMetadata", reply.usage) + "}";
    case Dialect::kResponses:
      return R"({"id":"r","object":"response","status":"completed","output":[])" + Member("usage", reply.usage) + "}";
    default:
      return R"({"id":"r","choices":[{"index":0,"message":{"content":"x"},"finish_reason":)" + StopOf(reply) + "}]" +
             Member("usage", reply.usage) + "}";
  }
}

std::string StreamOf(const Reply& reply) {
  const std::string end = "}\n\n";
  switch (reply.dialect) {
    case Dialect::kMessages:
      return R"(data: {"type":"message_start","message":{"id":"r","model":"m")" + Member("usage", reply.early) + "}" +
             end + R"(data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"x"})" + end +
             R"(data: {"type":"content_block_stop","index":0)" + end +
             R"(data: {"type":"message_delta","delta":{"stop_reason":)" + StopOf(reply) + "}" +
             Member("usage", reply.usage) + end + R"(data: {"type":"message_stop")" + end;
    case Dialect::kGemini:
      return R"(data: {"candidates":[{"content":{"parts":[{"text":"x"}]}}])" + Member("usageMetadata", reply.early) +
             end + R"(data: {"candidates":[{"finishReason":)" + StopOf(reply) + "}]" +
             Member("usageMetadata", reply.usage) + end;
    case Dialect::kResponses:
      return "event: response.completed\n" + (R"(data: {"type":"response.completed","response":)" + PlainOf(reply)) +
             end;
    default:
      return R"(data: {"id":"r","choices":[{"index":0,"delta":{"content":"x"}}])" + Member("usage", reply.early) + end +
             R"(data: {"choices":[{"index":0,"delta":{},"finish_reason":)" + StopOf(reply) + "}]" + end +
             R"(data: {"choices":[])" + Member("usage", reply.usage) + end + "data: [DONE]\n\n";
  }
}

enum class Form { kPlain, kStream };

std::string RequestOf(Dialect dialect, Form form) {
  if (dialect == Dialect::kGemini) return R"({"contents":[{"role":"user","parts":[{"text":"x"}]}]})";
  const std::string stream = form == Form::kStream ? R"("stream":true,)" : "";
  const std::string input =
      dialect == Dialect::kResponses ? R"("input":"x"})" : R"("messages":[{"role":"user","content":"x"}]})";
  return "{" + stream + R"("model":"m","max_tokens":9,)" + input;
}

Endpoint EndpointOf(Dialect dialect, Form form) {
  if (dialect == Dialect::kGemini)
    return GeminiEndpoint(form == Form::kStream ? StreamFraming::kSse : StreamFraming::kNone);
  return {dialect, Operation::kGenerate, {}, StreamFraming::kNone};
}

TranslationReport PassedThrough(const Reply& reply, Form form) {
  Arena arena;
  const std::string body = RequestOf(reply.dialect, form);
  auto request = ClientRequest::Read(EndpointOf(reply.dialect, form), body, arena);
  EXPECT_TRUE(request.ok()) << request.status();
  auto made = MakePassthrough(*request, TargetOf(reply.dialect));
  EXPECT_TRUE(made.ok()) << made.status();
  Translation& translation = **made;
  EXPECT_TRUE(translation.EncodeRequest().ok());
  translation.OnUpstreamHead(200, form == Form::kStream ? "text/event-stream" : "application/json");
  TextSink sink;
  const std::string bytes = form == Form::kStream ? StreamOf(reply) : PlainOf(reply);
  const Step step = translation.OnUpstreamBytes(bytes, sink);
  if (step != Step::kDone) {
    EXPECT_EQ(translation.OnUpstreamEnd(sink), Step::kDone) << bytes;
  }
  EXPECT_EQ(sink.text.empty(), false);
  return translation.Report();
}

TranslationReport TranslatedReport(const Reply& reply, Form form) {
  const Dialect client = reply.dialect == Dialect::kChat ? Dialect::kMessages : Dialect::kChat;
  Exchange exchange(EndpointOf(client, form), RequestOf(client, form), TargetOf(reply.dialect));
  EXPECT_TRUE(exchange.status().ok()) << exchange.status();
  exchange.Reply(form == Form::kStream ? StreamOf(reply) : PlainOf(reply));
  return exchange.report();
}

std::string Say(const Usage& usage) {
  const auto figure = [](std::optional<std::int64_t> count) { return count ? std::to_string(*count) : "-"; };
  return figure(usage.input) + " read " + figure(usage.cache_read) + " write " + figure(usage.cache_write) + " out " +
         figure(usage.output) + " reasoning " + figure(usage.reasoning);
}

// Every way that the reply can be read says `expected`.
void ExpectUsage(const Reply& reply, std::string_view expected) {
  for (const Form form : {Form::kPlain, Form::kStream}) {
    if (form == Form::kPlain && !reply.early.empty()) continue;
    const std::string where = reply.usage + (form == Form::kPlain ? " plain" : " stream");
    EXPECT_EQ(Say(PassedThrough(reply, form).usage), expected) << where << ", passed through";
    if (reply.dialect == Dialect::kResponses) continue;  // no other dialect's client reads it yet
    EXPECT_EQ(Say(TranslatedReport(reply, form).usage), expected) << where << ", translated";
  }
}

TEST(ReplyUsage, ChatTotalsIncludeTheirDetails) {
  const auto chat = [](std::string usage) { return Reply{Dialect::kChat, "", std::move(usage), ""}; };
  ExpectUsage(chat(R"({"prompt_tokens":10,"completion_tokens":5,"total_tokens":15})"),
              "10 read - write - out 5 reasoning -");
  ExpectUsage(chat(R"({"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,)"
                   R"("prompt_tokens_details":{"cached_tokens":60,"cache_write_tokens":30,"audio_tokens":0},)"
                   R"("completion_tokens_details":{"reasoning_tokens":20}})"),
              "10 read 60 write 30 out 30 reasoning 20");
  ExpectUsage(chat(R"({"prompt_tokens":5,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":9},)"
                   R"("completion_tokens_details":{"reasoning_tokens":3}})"),
              "0 read 9 write - out 0 reasoning 3");
  ExpectUsage(chat(R"({"prompt_tokens":10,"completion_tokens":0,"prompt_tokens_details":null,)"
                   R"("completion_tokens_details":null})"),
              "10 read - write - out 0 reasoning -");
}

TEST(ReplyUsage, KnowsTheVariantsOfChatServers) {
  const auto chat = [](std::string usage) { return Reply{Dialect::kChat, "", std::move(usage), ""}; };
  // DeepSeek
  ExpectUsage(chat(R"({"prompt_tokens":19,"completion_tokens":7,"total_tokens":26,"prompt_cache_hit_tokens":16,)"
                   R"("prompt_cache_miss_tokens":3})"),
              "3 read 16 write - out 7 reasoning -");
  // Moonshot
  ExpectUsage(chat(R"({"prompt_tokens":19,"completion_tokens":7,"total_tokens":26,"cached_tokens":10})"),
              "9 read 10 write - out 7 reasoning -");
  // Moonshot's older streams: inside the choice, beside its end
  const std::string inside =
      R"("stop","usage":{"prompt_tokens":19,"completion_tokens":7,"total_tokens":26,"cached_tokens":10})";
  ExpectUsage(Reply{Dialect::kChat, "", "", inside}, "9 read 10 write - out 7 reasoning -");
  // xAI: reasoning beside the completion
  ExpectUsage(
      chat(R"({"prompt_tokens":12,"completion_tokens":9,"total_tokens":121,)"
           R"("prompt_tokens_details":{"cached_tokens":2},"completion_tokens_details":{"reasoning_tokens":100}})"),
      "10 read 2 write - out 9 reasoning 100");
  // both spellings, one of them unused
  ExpectUsage(
      chat(R"({"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"input_tokens":0,"output_tokens":0})"),
      "10 read - write - out 5 reasoning -");
}

TEST(ReplyUsage, ResponsesTotalsIncludeTheirDetails) {
  ExpectUsage({Dialect::kResponses, "",
               R"({"input_tokens":100,"input_tokens_details":{"cached_tokens":60,"cache_write_tokens":30},)"
               R"("output_tokens":50,"output_tokens_details":{"reasoning_tokens":20},"total_tokens":150})",
               ""},
              "10 read 60 write 30 out 30 reasoning 20");
}

TEST(ReplyUsage, MessagesKeepCachesAndThinkingApart) {
  const auto messages = [](std::string early, std::string late) {
    return Reply{Dialect::kMessages, std::move(early), std::move(late), ""};
  };
  ExpectUsage(messages("", R"({"input_tokens":8,"cache_read_input_tokens":4,"cache_creation_input_tokens":2,)"
                           R"("cache_creation":{"ephemeral_5m_input_tokens":2,"ephemeral_1h_input_tokens":0},)"
                           R"("output_tokens":7,"output_tokens_details":{"thinking_tokens":5}})"),
              "8 read 4 write 2 out 2 reasoning 5");
  ExpectUsage(messages("", R"({"input_tokens":8,"cache_creation":{"ephemeral_5m_input_tokens":2,)"
                           R"("ephemeral_1h_input_tokens":3},"output_tokens":7})"),
              "8 read - write 5 out 7 reasoning -");
  ExpectUsage(messages("", R"({"input_tokens":8,"cache_creation":null,"output_tokens":7})"),
              "8 read - write - out 7 reasoning -");
}

TEST(ReplyUsage, LaterMessageFiguresReplaceEarlierOnes) {
  const auto messages = [](std::string early, std::string late) {
    return Reply{Dialect::kMessages, std::move(early), std::move(late), ""};
  };
  const std::string start = R"({"input_tokens":8,"cache_read_input_tokens":4,"output_tokens":1})";
  ExpectUsage(messages(start, R"({"output_tokens":7})"), "8 read 4 write - out 7 reasoning -");
  ExpectUsage(messages(start, R"({"output_tokens":7,"output_tokens_details":{"thinking_tokens":5}})"),
              "8 read 4 write - out 2 reasoning 5");
  ExpectUsage(messages(start, R"({"input_tokens":9,"cache_read_input_tokens":0,"output_tokens":7})"),
              "9 read 0 write - out 7 reasoning -");
  // the total said before thinking was known stays a total
  ExpectUsage(messages(R"({"input_tokens":8,"output_tokens":7})", R"({"output_tokens_details":{"thinking_tokens":5}})"),
              "8 read - write - out 2 reasoning 5");
}

TEST(ReplyUsage, GeminiCountsThoughtsAndToolPromptsBeside) {
  const auto gemini = [](std::string early, std::string late) {
    return Reply{Dialect::kGemini, std::move(early), std::move(late), ""};
  };
  ExpectUsage(gemini("", R"({"promptTokenCount":12,"cachedContentTokenCount":4,"candidatesTokenCount":5,)"
                         R"("thoughtsTokenCount":2,"toolUsePromptTokenCount":3,"totalTokenCount":22})"),
              "11 read 4 write - out 5 reasoning 2");
  // zeros are not written: the total tells them from unknown figures
  ExpectUsage(gemini("", R"({"promptTokenCount":12,"thoughtsTokenCount":2,"totalTokenCount":14})"),
              "12 read - write - out 0 reasoning 2");
  ExpectUsage(gemini("", R"({"promptTokenCount":12,"thoughtsTokenCount":2,"totalTokenCount":15})"),
              "12 read - write - out - reasoning 2");
  ExpectUsage(gemini("", R"({"prompt_token_count":12,"cached_content_token_count":4,"candidates_token_count":5})"),
              "8 read 4 write - out 5 reasoning -");
}

TEST(ReplyUsage, LaterFiguresOfAStreamNeverAddToEarlierOnes) {
  ExpectUsage({Dialect::kGemini, R"({"promptTokenCount":12,"cachedContentTokenCount":4,"totalTokenCount":12})",
               R"({"promptTokenCount":12,"candidatesTokenCount":5,"totalTokenCount":17})", ""},
              "12 read - write - out 5 reasoning -");
  // Vertex: chunks that name their traffic only
  ExpectUsage({Dialect::kGemini, R"({"promptTokenCount":12,"candidatesTokenCount":5,"totalTokenCount":17})",
               R"({"trafficType":"ON_DEMAND"})", ""},
              "12 read - write - out 5 reasoning -");
  // xAI: running figures in every chunk
  ExpectUsage({Dialect::kChat, R"({"prompt_tokens":10,"completion_tokens":1,"total_tokens":11})",
               R"({"prompt_tokens":10,"completion_tokens":5,"total_tokens":15})", ""},
              "10 read - write - out 5 reasoning -");
}

TEST(ReplyUsage, NonsenseFiguresAreUnknown) {
  ExpectUsage({Dialect::kChat, "", R"({"prompt_tokens":-3,"completion_tokens":9223372036854775807})", ""},
              "- read - write - out - reasoning -");
  ExpectUsage({Dialect::kMessages, "", R"({"input_tokens":"8","output_tokens":1.5})", ""},
              "- read - write - out - reasoning -");
  ExpectUsage({Dialect::kGemini, "", R"({"promptTokenCount":1e300,"candidatesTokenCount":5.0})", ""},
              "- read - write - out 5 reasoning -");
}

// What does not end a usable reply is a failure when it is translated, and passes through as it is.
struct StopRow {
  Dialect dialect;
  const char* json;
  StopReason passed;
  std::optional<StopReason> translated;
};

TEST(ReplyStop, EveryReasonReadsAlikeInBothWays) {
  const StopRow rows[] = {
      {Dialect::kChat, R"("stop")", StopReason::kEndTurn, StopReason::kEndTurn},
      {Dialect::kChat, R"("length")", StopReason::kMaxTokens, StopReason::kMaxTokens},
      {Dialect::kChat, R"("content_filter")", StopReason::kRefusal, StopReason::kRefusal},
      {Dialect::kChat, R"("tool_calls")", StopReason::kToolUse, StopReason::kToolUse},
      {Dialect::kChat, R"("function_call")", StopReason::kToolUse, StopReason::kToolUse},
      {Dialect::kChat, R"("eos")", StopReason::kUnknown, StopReason::kEndTurn},
      {Dialect::kMessages, R"("end_turn")", StopReason::kEndTurn, StopReason::kEndTurn},
      {Dialect::kMessages, R"("max_tokens")", StopReason::kMaxTokens, StopReason::kMaxTokens},
      {Dialect::kMessages, R"("stop_sequence")", StopReason::kStopSequence, StopReason::kStopSequence},
      {Dialect::kMessages, R"("tool_use")", StopReason::kToolUse, StopReason::kToolUse},
      {Dialect::kMessages, R"("pause_turn")", StopReason::kPauseTurn, StopReason::kPauseTurn},
      {Dialect::kMessages, R"("refusal")", StopReason::kRefusal, StopReason::kRefusal},
      {Dialect::kMessages, R"("model_context_window_exceeded")", StopReason::kContextWindow,
       StopReason::kContextWindow},
      {Dialect::kMessages, R"("new_reason")", StopReason::kUnknown, StopReason::kEndTurn},
      {Dialect::kGemini, R"("STOP")", StopReason::kEndTurn, StopReason::kEndTurn},
      {Dialect::kGemini, R"("MAX_TOKENS")", StopReason::kMaxTokens, StopReason::kMaxTokens},
      {Dialect::kGemini, "2", StopReason::kMaxTokens, StopReason::kMaxTokens},
      {Dialect::kGemini, R"("SAFETY")", StopReason::kRefusal, StopReason::kRefusal},
      {Dialect::kGemini, "7", StopReason::kRefusal, StopReason::kRefusal},   // BLOCKLIST
      {Dialect::kGemini, "9", StopReason::kRefusal, StopReason::kRefusal},   // SPII
      {Dialect::kGemini, "11", StopReason::kRefusal, StopReason::kRefusal},  // IMAGE_SAFETY
      {Dialect::kGemini, "6", StopReason::kUnknown, std::nullopt},           // LANGUAGE
      {Dialect::kGemini, R"("MALFORMED_FUNCTION_CALL")", StopReason::kUnknown, std::nullopt},
      {Dialect::kGemini, "99", StopReason::kUnknown, std::nullopt},
  };
  for (const StopRow& row : rows) {
    for (const Form form : {Form::kPlain, Form::kStream}) {
      const Reply reply{row.dialect, "", "", row.json};
      EXPECT_EQ(PassedThrough(reply, form).stop_reason, row.passed) << row.json;
      const TranslationReport translated = TranslatedReport(reply, form);
      EXPECT_EQ(translated.error.ok(), row.translated.has_value()) << row.json;
      if (row.translated) {
        EXPECT_EQ(translated.stop_reason, *row.translated) << row.json;
      }
    }
  }
}

TEST(ReplyStop, GeminiBlockReasonsHaveNumbersOfTheirOwn) {
  const auto refusal = [](const std::string& reason) {
    Exchange exchange(EndpointOf(Dialect::kChat, Form::kPlain), RequestOf(Dialect::kChat, Form::kPlain),
                      TargetOf(Dialect::kGemini));
    EXPECT_EQ(exchange.Reply(R"({"promptFeedback":{"blockReason":)" + reason + "}}"), Step::kDone);
    EXPECT_EQ(exchange.report().stop_reason, StopReason::kRefusal);
    return exchange.text();
  };
  EXPECT_NE(refusal("4").find("PROHIBITED_CONTENT"), std::string::npos);
  EXPECT_NE(refusal(R"("OTHER")").find("OTHER"), std::string::npos);
}

TEST(ReplyStop, GeminiReplyGoesOnWhileItsReasonIsUnspecified) {
  for (const char* unspecified : {"0", R"("FINISH_REASON_UNSPECIFIED")"}) {
    const std::string first = R"(data: {"candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":)" +
                              std::string(unspecified) + R"(}],"promptFeedback":{"blockReason":)" +
                              (unspecified[0] == '0' ? "0" : R"("BLOCK_REASON_UNSPECIFIED")") + "}}\n\n";
    Exchange exchange(EndpointOf(Dialect::kMessages, Form::kStream), RequestOf(Dialect::kMessages, Form::kStream),
                      TargetOf(Dialect::kGemini));
    ASSERT_EQ(exchange.Reply(first), Step::kFailed);
    EXPECT_EQ(DetailOf(exchange.report().error).kind, ErrorKind::kStreamCut);
  }
}

}  // namespace
}  // namespace ag::wire
