#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "translation_testing.h"

namespace ag::wire {
namespace {

const Endpoint kOpenAi{Dialect::kChat, Operation::kEmbed, {}, StreamFraming::kNone};
const Endpoint kGeminiOne{Dialect::kGemini, Operation::kEmbed, "gemini-client", StreamFraming::kNone};
const Endpoint kGeminiBatch{Dialect::kGemini, Operation::kBatchEmbed, "gemini-client", StreamFraming::kNone};

// TRANSLATION row 20: figures are the provider's.
TEST(EmbeddingsToGemini, OneTextIsOneContent) {
  Exchange exchange(kOpenAi, R"({"model":"m","input":"hi","dimensions":3,"encoding_format":"float","user":"u"})",
                    TargetOf(Dialect::kGemini));
  ASSERT_TRUE(exchange.status().ok()) << exchange.status();
  EXPECT_EQ(exchange.call().operation, Operation::kEmbed);
  EXPECT_EQ(exchange.call().model, "upstream-model");
  EXPECT_EQ(exchange.upstream_body(), R"({"content":{"parts":[{"text":"hi"}]},"outputDimensionality":3})");
  EXPECT_EQ(exchange.Losses(), "-user:affinity_only");
  EXPECT_EQ(exchange.Reply(R"({"embedding":{"values":[0.10,-2e-3,1]},"usageMetadata":{"promptTokenCount":2}})", 7),
            Step::kDone);
  EXPECT_EQ(exchange.text(),
            R"({"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.10,-2e-3,1]}],"model":"m",)"
            R"("usage":{"prompt_tokens":2,"total_tokens":2}})");
  EXPECT_EQ(exchange.report().usage.InputTotal(), 2);
}

TEST(EmbeddingsToGemini, ManyTextsAreABatch) {
  Exchange exchange(kOpenAi, R"({"model":"m","input":["a","b"],"dimensions":null})", TargetOf(Dialect::kGemini));
  ASSERT_TRUE(exchange.status().ok()) << exchange.status();
  EXPECT_EQ(exchange.call().operation, Operation::kBatchEmbed);
  EXPECT_EQ(exchange.upstream_body(),
            R"({"requests":[{"model":"models/upstream-model","content":{"parts":[{"text":"a"}]}},)"
            R"({"model":"models/upstream-model","content":{"parts":[{"text":"b"}]}}]})");
  EXPECT_EQ(exchange.Reply(R"({"embeddings":[{"values":[1]},{"values":[2]}]})"), Step::kDone);
  EXPECT_EQ(exchange.text(), R"({"object":"list","data":[{"object":"embedding","index":0,"embedding":[1]},)"
                             R"({"object":"embedding","index":1,"embedding":[2]}],"model":"m",)"
                             R"("usage":{"prompt_tokens":0,"total_tokens":0}})");
  EXPECT_FALSE(exchange.report().usage.known());
}

TEST(EmbeddingsToGemini, Base64IsOfLittleEndianFloats) {
  Exchange exchange(kOpenAi, R"({"model":"m","input":["a"],"encoding_format":"base64"})", TargetOf(Dialect::kGemini));
  ASSERT_EQ(exchange.Reply(R"({"embedding":{"values":[1,-2.5]}})"), Step::kDone);
  EXPECT_NE(exchange.text().find(R"("embedding":"AACAPwAAIMA=")"), std::string::npos) << exchange.text();
  Exchange broken(kOpenAi, R"({"model":"m","input":["a"],"encoding_format":"base64"})", TargetOf(Dialect::kGemini));
  EXPECT_EQ(broken.Reply(R"({"embedding":{"values":["x"]}})"), Step::kFailed);
  EXPECT_EQ(DetailOf(broken.report().error).kind, ErrorKind::kProtocol);
}

TEST(EmbeddingsToGemini, RefusalsNameTheField) {
  using Kind = ErrorKind;
  const std::pair<const char*, std::pair<Kind, const char*>> kCases[] = {
      {R"({"model":"m"})", {Kind::kInvalidRequest, "input"}},
      {R"({"model":"m","input":""})", {Kind::kInvalidRequest, "input"}},
      {R"({"model":"m","input":[]})", {Kind::kInvalidRequest, "input"}},
      {R"({"model":"m","input":["a",""]})", {Kind::kInvalidRequest, "input"}},
      {R"({"model":"m","input":7})", {Kind::kInvalidRequest, "input"}},
      {R"({"model":"m","input":[{"text":"a"}]})", {Kind::kInvalidRequest, "input"}},
      {R"({"model":"m","input":[1,2]})", {Kind::kUnsupported, "input"}},
      {R"({"model":"m","input":[[1,2],[3]]})", {Kind::kUnsupported, "input"}},
      {R"({"model":"m","input":"a","encoding_format":"bits"})", {Kind::kInvalidRequest, "encoding_format"}},
      {R"({"model":"m","input":"a","dimensions":"3"})", {Kind::kInvalidRequest, "dimensions"}},
      {R"({"model":"m","input":"a","input_type":"query"})", {Kind::kUnsupported, "input_type"}},
  };
  for (const auto& [body, expected] : kCases) {
    Exchange exchange(kOpenAi, body, TargetOf(Dialect::kGemini));
    EXPECT_EQ(exchange.error().kind, expected.first) << body;
    EXPECT_EQ(exchange.error().param, expected.second) << body;
  }
  UpstreamTarget vertex = TargetOf(Dialect::kGemini);
  vertex.quirks.vertex = true;
  EXPECT_EQ(Exchange(kOpenAi, R"({"model":"m","input":["a","b"]})", vertex).error().param, "input");
  EXPECT_TRUE(Exchange(kOpenAi, R"({"model":"m","input":["a"]})", vertex).status().ok());
}

TEST(EmbeddingsToOpenAi, AContentIsOneText) {
  Exchange exchange(
      kGeminiOne,
      R"({"model":"models/x","content":{"parts":[{"text":"a"},{"text":"b"}]},"task_type":"RETRIEVAL_QUERY",)"
      R"("title":"t","output_dimensionality":4})",
      TargetOf(Dialect::kChat));
  ASSERT_TRUE(exchange.status().ok()) << exchange.status();
  EXPECT_EQ(exchange.call().operation, Operation::kEmbed);
  EXPECT_EQ(exchange.upstream_body(),
            R"({"model":"upstream-model","input":"ab","dimensions":4,"encoding_format":"float"})");
  EXPECT_EQ(exchange.Losses(), "-task_type:not_in_dialect -title:not_in_dialect");
  EXPECT_EQ(exchange.Reply(R"({"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,1]}],)"
                           R"("model":"x","usage":{"prompt_tokens":3,"total_tokens":3}})"),
            Step::kDone);
  EXPECT_EQ(exchange.text(),
            R"({"embedding":{"values":[0.5,1]},"usageMetadata":{"promptTokenCount":3,"totalTokenCount":3}})");
}

TEST(EmbeddingsToOpenAi, ABatchKeepsItsOrder) {
  Exchange exchange(kGeminiBatch,
                    R"({"requests":[{"content":{"parts":[{"text":"a"}]},"outputDimensionality":4},)"
                    R"({"content":{"parts":[{"text":"b"}]},"embedContentConfig":{"outputDimensionality":4}}]})",
                    TargetOf(Dialect::kResponses));
  ASSERT_TRUE(exchange.status().ok()) << exchange.status();
  EXPECT_EQ(exchange.upstream_body(),
            R"({"model":"upstream-model","input":["a","b"],"dimensions":4,"encoding_format":"float"})");
  EXPECT_EQ(exchange.Reply(R"({"data":[{"index":1,"embedding":[2]},{"index":0,"embedding":[1]}]})"), Step::kDone);
  EXPECT_EQ(exchange.text(), R"({"embeddings":[{"values":[1]},{"values":[2]}]})");
}

TEST(EmbeddingsToOpenAi, ABatchOfOneStaysABatch) {
  Exchange exchange(kGeminiBatch, R"({"requests":[{"content":{"parts":[{"text":"a"}]}}]})", TargetOf(Dialect::kChat));
  EXPECT_EQ(exchange.Reply(R"({"data":[{"index":0,"embedding":[1]}]})"), Step::kDone);
  EXPECT_EQ(exchange.text(), R"({"embeddings":[{"values":[1]}]})");
}

TEST(EmbeddingsToOpenAi, RefusalsNameTheField) {
  const auto one = [](const char* body) { return Exchange(kGeminiOne, body, TargetOf(Dialect::kChat)).error().param; };
  EXPECT_EQ(one("{}"), "content");
  EXPECT_EQ(one(R"({"content":{"parts":[]}})"), "content.parts");
  EXPECT_EQ(one(R"({"content":{"parts":[{"text":""}]}})"), "content.parts");
  EXPECT_EQ(one(R"({"content":{"parts":[{"inlineData":{}}]}})"), "content.parts[0]");
  EXPECT_EQ(one(R"({"content":{"parts":[{"text":"a"}]},"crystalBall":1})"), "crystalBall");
  EXPECT_EQ(one(R"({"content":{"parts":[{"text":"a"}]},"outputDimensionality":"many"})"), "outputDimensionality");
  const auto batch = [](const char* body) {
    return Exchange(kGeminiBatch, body, TargetOf(Dialect::kChat)).error().param;
  };
  EXPECT_EQ(batch("{}"), "requests");
  EXPECT_EQ(batch(R"({"requests":[7]})"), "requests[0]");
  EXPECT_EQ(batch(R"({"requests":[{"content":{"parts":[{"text":"a"}]}},)"
                  R"({"content":{"parts":[{"text":"a"}]},"outputDimensionality":3}]})"),
            "requests[1]");
}

TEST(Embeddings, RepliesThatDoNotFitFail) {
  for (const char* reply : {"", "nonsense", "{}", R"({"data":[]})", R"({"data":[{"index":0}]})",
                            R"({"data":[{"index":7,"embedding":[1]}]})", R"({"data":[{"index":0,"embedding":"AAAA"}]})",
                            R"({"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]})",
                            R"({"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1]}]})"}) {
    Exchange exchange(kGeminiOne, R"({"content":{"parts":[{"text":"a"}]}})", TargetOf(Dialect::kChat));
    EXPECT_EQ(exchange.Reply(reply), Step::kFailed) << reply;
    EXPECT_EQ(DetailOf(exchange.report().error).kind, ErrorKind::kProtocol) << reply;
  }
  for (const char* reply : {"", "[]", "{}", R"({"embeddings":[]})", R"({"embedding":{}})",
                            R"({"embeddings":[{"values":[1]},{"values":[2]}]})"}) {
    Exchange exchange(kOpenAi, R"({"model":"m","input":"a"})", TargetOf(Dialect::kGemini));
    EXPECT_EQ(exchange.Reply(reply), Step::kFailed) << reply;
  }
}

TEST(Embeddings, GoWhereTheyCan) {
  EXPECT_TRUE(CanTranslate(Dialect::kChat, Operation::kEmbed, Dialect::kGemini));
  EXPECT_TRUE(CanTranslate(Dialect::kGemini, Operation::kBatchEmbed, Dialect::kResponses));
  EXPECT_TRUE(CanTranslate(Dialect::kChat, Operation::kEmbed, Dialect::kResponses));
  EXPECT_FALSE(CanTranslate(Dialect::kChat, Operation::kEmbed, Dialect::kMessages));
  EXPECT_EQ(Exchange(kOpenAi, R"({"model":"m","input":"a"})", TargetOf(Dialect::kMessages)).error().kind,
            ErrorKind::kUnsupported);
}

}  // namespace
}  // namespace ag::wire
