#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "event_text.h"
#include "gatewayd/wire/gemini/gemini_codec.h"

namespace ag::wire {
namespace {

std::string Body(std::string_view body) { return EventsOfBody(gemini::MakeGeminiReplyDecoder(), body); }
std::string Stream(std::initializer_list<std::string_view> data) {
  return EventsOfStream(gemini::MakeGeminiReplyDecoder(), data);
}
// A reply of one candidate with these parts.
std::string OfParts(std::string_view parts, std::string_view more = "") {
  return Body(R"({"candidates":[{"content":{"role":"model","parts":[)" + std::string(parts) +
              R"(]},"finishReason":"STOP")" + std::string(more) + "}]}");
}

TEST(GeminiReplyDecoder, ReadsThoughtsTextAndUsageOfAStream) {
  EXPECT_EQ(
      Stream(
          {R"({"candidates":[{"content":{"parts":[{"text":"hm","thought":true}]},"index":0}],"responseId":"r","modelVersion":"g"})",
           R"({"candidates":[{"content":{"parts":[{"text":"m","thought":true},{"text":"He"}]},"index":0}]})",
           R"({"candidates":[{"content":{"parts":[{"text":"llo"}]},"finishReason":"STOP","index":0}],)"
           R"("usageMetadata":{"promptTokenCount":9,"cachedContentTokenCount":4,"candidatesTokenCount":2,)"
           R"("thoughtsTokenCount":3,"toolUsePromptTokenCount":5,"totalTokenCount":19}})"}),
      "started r g\n0 begin reasoning\n0 text hm\n0 text m\n0 end\n1 begin text\n1 text He\n"
      "usage in=10 read=4 out=2 thought=3\n1 text llo\n1 end\nfinished/0 end_turn\ncompleted\n");
}

TEST(GeminiReplyDecoder, ACallOverridesStop) {
  EXPECT_EQ(OfParts(R"({"functionCall":{"name":"f","args":{"a":1.50},"id":"x"}},{"functionCall":{"name":"g"}})"),
            "started  \n0 begin call #x f\n0 json {\"a\":1.50}\n0 end\n1 begin call g\n1 json {}\n1 end\n"
            "finished/0 tool_use\ncompleted\n");
  // The reason may come before the call.
  EXPECT_EQ(Stream({R"({"candidates":[{"finishReason":"STOP"}]})",
                    R"({"candidates":[{"content":{"parts":[{"functionCall":{"name":"f"}}]}}]})"}),
            "started  \n0 begin call f\n0 json {}\n0 end\nfinished/0 tool_use\ncompleted\n");
}

// A chunk of one functionCall.
std::string Chunk(std::string_view call, std::string_view more = "") {
  return R"({"candidates":[{"content":{"parts":[{"functionCall":{)" + std::string(call) + "}" + std::string(more) +
         "}]}}]}";
}

TEST(GeminiReplyDecoder, PutsStreamedArgumentsTogether) {
  const std::string end = R"({"candidates":[{"content":{"parts":[{"text":""}]},"finishReason":"STOP"}]})";
  EXPECT_EQ(
      Stream(
          {Chunk(R"("name":"f","id":"x","willContinue":true)", R"(,"thoughtSignature":"c2ln")"),
           Chunk(
               R"("partialArgs":[{"jsonPath":"$.list[0].a","stringValue":"one \"","willContinue":true}],"willContinue":true)"),
           Chunk(R"("partialArgs":[{"jsonPath":"$.list[0].a","stringValue":"two"}],"willContinue":true)"),
           Chunk(
               R"("partialArgs":[{"jsonPath":"$.list[0].n","numberValue":0.50},{"jsonPath":"$.list[1]","boolValue":true}],"willContinue":true)"),
           Chunk(
               R"("partialArgs":[{"jsonPath":"$['a b']","nullValue":null},{"jsonPath":"$[\"it's\"]","nullValue":"NULL_VALUE"}],"willContinue":true)"),
           Chunk(""), Chunk(R"("name":"g")"), end}),
      "started  \n0 begin redacted\n0 state gemini next c2ln\n0 end\n1 begin call #x f\n"
      R"(1 json {"list":[{"a":"one \"two","n":0.50},true],"a b":null,"it's":null})"
      "\n1 end\n2 begin call g\n2 json {}\n2 end\nfinished/0 tool_use\ncompleted\n");
  // The last piece may bring arguments, and the end of the stream ends a call, too.
  EXPECT_EQ(Stream({Chunk(R"("name":"f","willContinue":true)"),
                    Chunk(R"("partialArgs":[{"jsonPath":"$.a","stringValue":"b"}])"),
                    Chunk(R"("name":"g","partialArgs":[{"jsonPath":"$.a","stringValue":"c"}],"willContinue":true)"),
                    R"({"candidates":[{"finishReason":"STOP"}]})"}),
            "started  \n0 begin call f\n0 json {\"a\":\"b\"}\n0 end\n1 begin call g\n1 json {\"a\":\"c\"}\n1 end\n"
            "finished/0 tool_use\ncompleted\n");
}

TEST(GeminiReplyDecoder, ArgumentsThatDoNotFitTogetherFailTheReply) {
  for (const char* pieces :
       {R"([{"jsonPath":"a","stringValue":"x"}])", R"([{"jsonPath":"$","stringValue":"x"}])",
        R"([{"jsonPath":"$.a[","stringValue":"x"}])", R"([{"jsonPath":"$.a[900000000]","stringValue":"x"}])",
        R"([{"jsonPath":"$.a[-1]","stringValue":"x"}])", R"([{"jsonPath":"$['a","stringValue":"x"}])",
        R"([{"jsonPath":"$.a","stringValue":"x"},{"jsonPath":"$.a.b","stringValue":"x"}])",
        R"([{"jsonPath":"$.a.b","stringValue":"x"},{"jsonPath":"$.a","stringValue":"x"}])", R"([{"jsonPath":"$.a"}])",
        R"({"jsonPath":"$.a"})", R"([{"jsonPath":"$.a","numberValue":"x"}])",
        R"([{"jsonPath":"$..a","boolValue":true}])"}) {
    const std::string events = Stream({Chunk(R"("name":"f","partialArgs":)" + std::string(pieces))});
    EXPECT_NE(events.find("failed"), std::string::npos) << pieces << "\n" << events;
  }
}

TEST(GeminiReplyDecoder, StateOfACallStandsBeforeIt) {
  EXPECT_EQ(OfParts(R"({"functionCall":{"name":"f"},"thoughtSignature":"c2ln"},{"functionCall":{"name":"g"}})"),
            "started  \n0 begin redacted\n0 state gemini next c2ln\n0 end\n1 begin call f\n1 json {}\n1 end\n"
            "2 begin call g\n2 json {}\n2 end\nfinished/0 tool_use\ncompleted\n");
}

TEST(GeminiReplyDecoder, StateOfACallGoesToTheOpenThought) {
  EXPECT_EQ(OfParts(R"({"text":"hm","thought":true},{"functionCall":{"name":"f"},"thought_signature":"c2ln"})"),
            "started  \n0 begin reasoning\n0 text hm\n0 state gemini next c2ln\n0 end\n1 begin call f\n1 json {}\n"
            "1 end\nfinished/0 tool_use\ncompleted\n");
}

TEST(GeminiReplyDecoder, StateOfAThoughtIsItsOwn) {
  EXPECT_EQ(OfParts(R"({"text":"hm","thought":true,"thoughtSignature":"c2ln"},{"text":"x"})"),
            "started  \n0 begin reasoning\n0 text hm\n0 state gemini own c2ln\n0 end\n1 begin text\n1 text x\n1 end\n"
            "finished/0 end_turn\ncompleted\n");
}

TEST(GeminiReplyDecoder, StateOfATextStandsBeforeItAndOfABegunTextBehindIt) {
  EXPECT_EQ(OfParts(R"({"text":"x","thoughtSignature":"c2ln"})"),
            "started  \n0 begin redacted\n0 state gemini next c2ln\n0 end\n1 begin text\n1 text x\n1 end\n"
            "finished/0 end_turn\ncompleted\n");
  for (const char* last : {R"({"text":"","thoughtSignature":"c2ln"})", R"({"text":"y","thoughtSignature":"c2ln"})"}) {
    const std::string more = std::string(last).find("\"y\"") == std::string::npos ? "" : "0 text y\n";
    EXPECT_EQ(
        Stream({R"({"candidates":[{"content":{"parts":[{"text":"x"}]}}]})",
                R"({"candidates":[{"content":{"parts":[)" + std::string(last) + R"(]},"finishReason":"STOP"}]})"}),
        "started  \n0 begin text\n0 text x\n" + more +
            "0 end\n1 begin redacted\n1 state gemini own c2ln\n1 end\nfinished/0 end_turn\ncompleted\n");
  }
}

// TRANSLATION row 8, and the enums of clients that ask for enum-encoding=int.
TEST(GeminiReplyDecoder, KnowsEveryFinishReason) {
  const std::pair<const char*, const char*> kCases[] = {
      {"\"STOP\"", "finished/0 end_turn"},
      {"1", "finished/0 end_turn"},
      {"\"MAX_TOKENS\"", "finished/0 max_tokens"},
      {"\"CONTINUATION\"", "finished/0 max_tokens"},
      {"2", "finished/0 max_tokens"},
      {"\"SAFETY\"", "finished/0 refusal SAFETY"},
      {"4", "finished/0 refusal RECITATION"},
      {"\"BLOCKLIST\"", "finished/0 refusal BLOCKLIST"},
      {"\"PROHIBITED_CONTENT\"", "finished/0 refusal PROHIBITED_CONTENT"},
      {"9", "finished/0 refusal SPII"},
      {"11", "finished/0 refusal IMAGE_SAFETY"},
      {"14", "finished/0 refusal IMAGE_PROHIBITED_CONTENT"},
      {"\"MODEL_ARMOR\"", "finished/0 refusal MODEL_ARMOR"},
      {"\"MALFORMED_FUNCTION_CALL\"", "failed upstream_server MALFORMED_FUNCTION_CALL"},
      {"12", "failed upstream_server UNEXPECTED_TOOL_CALL"},
      {"13", "failed upstream_server TOO_MANY_TOOL_CALLS"},
      {"\"OTHER\"", "failed upstream_server OTHER"},
      {"\"NEW_REASON\"", "failed upstream_server NEW_REASON"},
      {"99", "failed upstream_server 99"},
      {"\"MISSING_THOUGHT_SIGNATURE\"", "failed state_rejected MISSING_THOUGHT_SIGNATURE"},
      {"0", "failed stream_cut"},
      {"\"FINISH_REASON_UNSPECIFIED\"", "failed stream_cut"},
  };
  for (const auto& [reason, expected] : kCases) {
    const std::string events = Body(R"({"candidates":[{"finishReason":)" + std::string(reason) + "}]}");
    EXPECT_NE(events.find(expected), std::string::npos) << reason << ": " << events;
  }
}

TEST(GeminiReplyDecoder, ABlockedPromptIsARefusal) {
  EXPECT_EQ(Body(R"({"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":4}})"),
            "started  \nusage in=4\nfinished/0 refusal PROHIBITED_CONTENT\ncompleted\n");
  EXPECT_EQ(Body(R"({"promptFeedback":{"blockReason":1,"blockReasonMessage":"no"}})"),
            "started  \nfinished/0 refusal no\ncompleted\n");
}

// Google counts bytes, canonical citations characters: "é" has two bytes.
TEST(GeminiReplyDecoder, CitationsCountCharacters) {
  EXPECT_EQ(
      OfParts(
          R"({"text":"é is a letter."})",
          R"(,"groundingMetadata":{"webSearchQueries":["e acute"],)"
          R"("groundingChunks":[{"web":{"uri":"https://a.example/","title":"a"}},{"web":{"uri":"https://b.example/"}}],)"
          R"("groundingSupports":[{"segment":{"endIndex":2,"text":"é"},"groundingChunkIndices":[0,1]},)"
          R"({"segment":{"startIndex":3,"endIndex":15,"text":"is a letter."},"groundingChunkIndices":[1]}]})"),
      "started  \n0 begin server #search_0 web_search\n0 json {\"query\":\"e acute\"}\n0 end\n"
      "1 begin text\n1 text é is a letter.\n1 cite 0-1 https://a.example/ a\n1 cite 0-1 https://b.example/\n"
      "1 cite 2-14 https://b.example/\n1 end\nfinished/0 end_turn\ncompleted\n");
}

TEST(GeminiReplyDecoder, CitationsOfAStreamCountItsWholeText) {
  EXPECT_EQ(
      Stream({R"({"candidates":[{"content":{"parts":[{"text":"äb"}]}}]})",
              R"({"candidates":[{"content":{"parts":[{"text":"c"}]},"finishReason":"STOP","groundingMetadata":)"
              R"({"webSearchQueries":["q"],"groundingChunks":[{"web":{"uri":"https://a.example/"}}],)"
              R"("groundingSupports":[{"segment":{"startIndex":2,"endIndex":4},"groundingChunkIndices":[0]}]}}]})"}),
      "started  \n0 begin text\n0 text äb\n0 text c\n0 cite 1-3 https://a.example/\n0 end\n"
      "1 begin server #search_1 web_search\n1 json {\"query\":\"q\"}\n1 end\nfinished/0 end_turn\ncompleted\n");
}

TEST(GeminiReplyDecoder, WrongOffsetsYieldToTheTextThatComesWithThem) {
  EXPECT_EQ(
      OfParts(
          R"({"text":"one two"})",
          R"(,"groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://a.example/"}}],)"
          R"("groundingSupports":[{"segment":{"startIndex":1,"endIndex":4,"text":"two"},"groundingChunkIndices":[0]},)"
          R"({"segment":{"startIndex":90,"endIndex":99},"groundingChunkIndices":[0,7,-1]}]})"),
      "started  \n0 begin text\n0 text one two\n0 cite 4-7 https://a.example/\n0 cite -1--1 https://a.example/\n"
      "0 end\nfinished/0 end_turn\ncompleted\n");
}

TEST(GeminiReplyDecoder, CitationsCrossWithAUrlAlone) {
  EXPECT_EQ(
      OfParts(
          R"({"text":"x"})",
          R"(,"groundingMetadata":{"groundingChunks":[{"retrievedContext":{"uri":"gs://b/f"}},)"
          R"({"maps":{"uri":"https://maps.google.com/1","title":"m"}}]},)"
          R"("citationMetadata":{"citationSources":[{"endIndex":1,"uri":"https://c.example/"},{"license":"mit"}]})"),
      "started  \nlost groundingMetadata.groundingChunks citation_without_url\n"
      "lost citationMetadata citation_without_url\n0 begin text\n0 text x\n0 cite -1--1 https://maps.google.com/1 m\n"
      "0 cite 0-1 https://c.example/\n0 end\nfinished/0 end_turn\ncompleted\n");
}

TEST(GeminiReplyDecoder, GooglesOwnSearchCallIsASearch) {
  EXPECT_EQ(
      OfParts(
          R"({"toolCall":{"toolType":"GOOGLE_SEARCH_WEB","args":{"queries":["a","b"]},"id":"t"},"thoughtSignature":"s"},)"
          R"({"toolResponse":{"toolType":"GOOGLE_SEARCH_WEB","response":{},"id":"t"}},{"text":"x"})",
          R"(,"groundingMetadata":{"webSearchQueries":["a","b"]})"),
      "started  \n0 begin server #t web_search\n0 json {\"query\":\"a\"}\n0 end\n"
      "1 begin server #search_1 web_search\n1 json {\"query\":\"b\"}\n1 end\n2 begin text\n2 text x\n2 end\nfinished/0 "
      "end_turn\ncompleted\n");
}

TEST(GeminiReplyDecoder, SkipsWhatItHasNoWordFor) {
  EXPECT_EQ(
      OfParts(R"({"inlineData":{"mimeType":"image/png","data":"AA=="}},{},{"executableCode":{"code":"1"}},)"
              R"({"codeExecutionResult":{"output":"1"}},{"text":"x"},{"hologram":{"a":1}})"),
      "started  \nlost inlineData reply_media\nlost executableCode server_tool_reply\n"
      "lost codeExecutionResult server_tool_reply\n0 begin text\n0 text x\nlost hologram server_tool_reply\n0 end\n"
      "finished/0 end_turn\ncompleted\n");
}

TEST(GeminiReplyDecoder, ReadsLogProbabilities) {
  EXPECT_EQ(
      OfParts(
          R"({"text":"ab"})",
          R"(,"avgLogprobs":-0.5,"logprobsResult":{"topCandidates":[{"candidates":[{"token":"a","logProbability":-0.25},)"
          R"({"token":"z","logProbability":-2}]},{}],"chosenCandidates":[{"token":"a","logProbability":-0.25},)"
          R"({"token":"b","logProbability":-0.75}]})"),
      "started  \n0 begin text\n0 text ab\nlogprobs/0 a:-0.25[ a:-0.25 z:-2 ] b:-0.75\n0 end\n"
      "finished/0 end_turn\ncompleted\n");
}

TEST(GeminiReplyDecoder, KeepsCandidatesApart) {
  EXPECT_EQ(
      Stream(
          {R"({"candidates":[{"content":{"parts":[{"text":"a"}]},"index":0},{"content":{"parts":[{"text":"b"}]},"index":1}]})",
           R"({"candidates":[{"content":{"parts":[{"text":"c"}]},"finishReason":"STOP","index":1}]})",
           R"({"candidates":[{"finishReason":"MAX_TOKENS"}]})"}),
      "started  \n0 begin text\n0 text a\n1/1 begin text\n1 text b\n1 text c\n0 end\n1 end\n"
      "finished/0 max_tokens\nfinished/1 end_turn\ncompleted\n");
}

TEST(GeminiReplyDecoder, AnEndWithoutAReasonIsACut) {
  EXPECT_EQ(Stream({R"({"candidates":[{"content":{"parts":[{"text":"a"}]}}]})"}),
            "started  \n0 begin text\n0 text a\nfailed stream_cut : \n");
  EXPECT_EQ(Stream({}), "failed stream_cut : \n");
  EXPECT_EQ(Stream({R"({"candidates":[]})"}), "started  \nfailed stream_cut : \n");
}

TEST(GeminiReplyDecoder, AnErrorEndsTheStream) {
  EXPECT_EQ(Stream({R"({"candidates":[{"content":{"parts":[{"text":"a"}]}}]})",
                    R"({"error":{"code":503,"message":"busy","status":"UNAVAILABLE"}})",
                    R"({"candidates":[{"finishReason":"STOP"}]})"}),
            "started  \n0 begin text\n0 text a\nfailed overloaded UNAVAILABLE: busy\n");
  EXPECT_EQ(Body("{\"candidates\":"), "failed protocol : a response of generateContent is not a JSON object\n");
  EXPECT_EQ(Body("[]"), "failed protocol : a response of generateContent is not a JSON object\n");
}

}  // namespace
}  // namespace ag::wire
