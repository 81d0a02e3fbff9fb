#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "translation_testing.h"

// The legacy completions API as a client's dialect, on chat and Messages upstreams.
namespace ag::wire {
namespace {

Endpoint CompletionsEndpoint() { return {Dialect::kCompletions, Operation::kGenerate, {}, StreamFraming::kNone}; }

constexpr const char* kHead =
    R"({"id":"cmpl-AAAAAAAAAAAAAAAAAAAAAAAAAAAAA","object":"text_completion","created":1700000000,"model":"m",)";
constexpr const char* kReply =
    R"({"id":"c","model":"up","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},)"
    R"("finish_reason":"length"}],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}})";

TEST(CompletionsRequest, PromptIsAUsersMessage) {
  for (const char* prompt : {R"("Say \"hi\"")", R"(["Say \"hi\""])"}) {
    Exchange exchange(CompletionsEndpoint(),
                      R"({"model":"m","prompt":)" + std::string(prompt) +
                          R"(,"max_tokens":5,"temperature":0.10,"top_p":1,"stop":"END","seed":3,"n":2,"echo":false,)"
                          R"("best_of":1,"suffix":null,"logprobs":null,"logit_bias":{"1":2},"user":"u"})",
                      TargetOf(Dialect::kChat));
    EXPECT_EQ(exchange.upstream_body(),
              R"({"model":"upstream-model","messages":[{"role":"user","content":"Say \"hi\""}],)"
              R"("max_completion_tokens":5,"temperature":0.10,"top_p":1,"seed":3,"stop":["END"],"n":2,)"
              R"("logit_bias":{"1":2},"user":"u"})")
        << exchange.status();
    EXPECT_EQ(exchange.Losses(), "");
  }
}

// TRANSLATION rows 5 and 6.
TEST(CompletionsRequest, WhatOnlyATextModelCanDoIsRefusedByName) {
  const std::pair<const char*, const char*> kCases[] = {
      {R"("prompt":["a","b"])", "prompt"},          {R"("prompt":[1,2,3])", "prompt"},
      {R"("prompt":[[1],[2]])", "prompt"},          {R"("prompt":"x","echo":true)", "echo"},
      {R"("prompt":"x","suffix":"y")", "suffix"},   {R"("prompt":"x","best_of":2)", "best_of"},
      {R"("prompt":"x","logprobs":0)", "logprobs"}, {R"("prompt":"x","something_new":1)", "something_new"},
  };
  for (const auto& [members, field] : kCases) {
    for (const Dialect upstream : {Dialect::kChat, Dialect::kMessages, Dialect::kGemini}) {
      Exchange exchange(CompletionsEndpoint(), R"({"model":"m",)" + std::string(members) + "}", TargetOf(upstream));
      EXPECT_EQ(exchange.error().kind, ErrorKind::kUnsupported) << members;
      EXPECT_EQ(exchange.error().param, field) << members;
    }
  }
}

TEST(CompletionsRequest, MalformedMembersAreNamed) {
  const std::pair<const char*, const char*> kCases[] = {
      {R"("max_tokens":5)", "prompt"},
      {R"("prompt":null)", "prompt"},
      {R"("prompt":7)", "prompt"},
      {R"("prompt":"x","echo":"yes")", "echo"},
      {R"("prompt":"x","best_of":"two")", "best_of"},
      {R"("prompt":"x","stop":7)", "stop"},
      {R"("prompt":"x","stream_options":true)", "stream_options"},
  };
  for (const auto& [members, field] : kCases) {
    Exchange exchange(CompletionsEndpoint(), R"({"model":"m",)" + std::string(members) + "}", TargetOf(Dialect::kChat));
    EXPECT_EQ(exchange.error().kind, ErrorKind::kInvalidRequest) << members;
    EXPECT_EQ(exchange.error().param, field) << members;
  }
}

TEST(CompletionsReply, PlainBodyHasTheProvidersShape) {
  Exchange exchange(CompletionsEndpoint(), R"({"model":"m","prompt":"x"})", TargetOf(Dialect::kChat));
  EXPECT_EQ(exchange.Reply(kReply), Step::kDone);
  EXPECT_EQ(exchange.text(), std::string(kHead) +
                                 R"("choices":[{"text":"Hi","index":0,"logprobs":null,"finish_reason":"length"}],)" +
                                 R"("usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}})");
}

// CLIENTS 11: the usage chunk, if it is asked for.
TEST(CompletionsReply, StreamsWithItsUsageChunk) {
  for (const bool usage : {true, false}) {
    Exchange exchange(CompletionsEndpoint(),
                      R"({"model":"m","prompt":"x","stream":true)" +
                          std::string(usage ? R"(,"stream_options":{"include_usage":true}})" : "}"),
                      TargetOf(Dialect::kChat));
    EXPECT_EQ(exchange.Reply(kReply), Step::kDone);
    const std::string head = std::string("data: ") + kHead;
    const std::string tail = usage ? "],\"usage\":null}\n\n" : "]}\n\n";
    std::string expected = head + R"("choices":[{"text":"Hi","index":0,"logprobs":null,"finish_reason":null})" + tail +
                           head + R"("choices":[{"text":"","index":0,"logprobs":null,"finish_reason":"length"})" + tail;
    if (usage) {
      expected += head + R"("choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}})" + "\n\n";
    }
    EXPECT_EQ(exchange.text(), expected + "data: [DONE]\n\n");
  }
}

TEST(CompletionsReply, KeepsChoicesApartAndReasoningOut) {
  Exchange exchange(CompletionsEndpoint(), R"({"model":"m","prompt":"x","n":2})", TargetOf(Dialect::kChat));
  EXPECT_EQ(
      exchange.Reply(R"({"id":"c","model":"up","choices":[)"
                     R"({"index":1,"message":{"refusal":"No."},"finish_reason":"content_filter"},)"
                     R"({"index":0,"message":{"reasoning_content":"hm","content":"a"},"finish_reason":"stop"}]})"),
      Step::kDone);
  EXPECT_EQ(exchange.text(), std::string(kHead) +
                                 R"("choices":[{"text":"a","index":0,"logprobs":null,"finish_reason":"stop"},)" +
                                 R"({"text":"No.","index":1,"logprobs":null,"finish_reason":"content_filter"}]})");
  EXPECT_EQ(exchange.Losses(), "-reasoning:reasoning_not_asked_for");
}

TEST(CompletionsReply, ARefusalIsTextAndTheReasonSaysSo) {  // row 9
  Exchange exchange(CompletionsEndpoint(), R"({"model":"m","prompt":"x"})", TargetOf(Dialect::kChat));
  exchange.Reply(
      R"({"id":"c","model":"up","choices":[{"index":0,"message":{"refusal":"No."},"finish_reason":"stop"}]})");
  EXPECT_EQ(exchange.text(), std::string(kHead) + R"("choices":[{"text":"No.","index":0,"logprobs":null,)"
                                                  R"("finish_reason":"content_filter"}]})");
}

TEST(CompletionsReply, AFailureEndsTheStreamAsAnError) {
  Exchange exchange(CompletionsEndpoint(), R"({"model":"m","prompt":"x","stream":true})", TargetOf(Dialect::kChat));
  EXPECT_EQ(exchange.Reply("data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"}}]}\n\n"),
            Step::kFailed);
  exchange.translation().OnUpstreamError(DetailOf(exchange.report().error), exchange.sink());
  EXPECT_NE(exchange.text().find("data: {\"error\":{"), std::string::npos);
  EXPECT_EQ(exchange.text().substr(exchange.text().size() - 14), "data: [DONE]\n\n");
}

}  // namespace
}  // namespace ag::wire
