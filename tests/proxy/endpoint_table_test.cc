#include "gatewayd/proxy/endpoint_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ag::proxy {

// Failures of the tests below read as words.
static void PrintTo(EndpointMatch::Kind kind, std::ostream* out) { *out << "Kind " << static_cast<int>(kind); }

namespace {

using Kind = EndpointMatch::Kind;

class EndpointTable : public testing::Test {
 protected:
  EndpointMatch Match(std::string_view method, std::string_view path, std::string_view query = {},
                      std::vector<http::Header> headers = {}) {
    headers_ = std::move(headers);
    return MatchEndpoint(method, path, query, http::Headers(headers_), arena_);
  }
  void ExpectApi(std::string_view method, std::string_view path, Dialect dialect, Operation operation) {
    SCOPED_TRACE(path);
    const EndpointMatch match = Match(method, path);
    EXPECT_EQ(match.kind, Kind::kApi);
    EXPECT_EQ(match.endpoint.dialect, dialect);
    EXPECT_EQ(match.endpoint.operation, operation);
    EXPECT_EQ(match.family, FamilyOf(dialect));
  }
  void ExpectModel(std::string_view method, std::string_view path, Operation operation, std::string_view model) {
    SCOPED_TRACE(path);
    const EndpointMatch match = Match(method, path);
    EXPECT_EQ(match.kind, Kind::kApi);
    EXPECT_EQ(match.endpoint.operation, operation);
    EXPECT_EQ(match.endpoint.path_model, model);
  }
  void ExpectKind(std::string_view method, std::string_view path, Kind kind) {
    SCOPED_TRACE(path);
    EXPECT_EQ(Match(method, path).kind, kind);
  }

  Arena arena_;
  std::vector<http::Header> headers_;
};

TEST_F(EndpointTable, KnowsEachDocumentedEndpoint) {
  ExpectApi("POST", "/v1/chat/completions", Dialect::kChat, Operation::kGenerate);
  ExpectApi("POST", "/v1/completions", Dialect::kCompletions, Operation::kGenerate);
  ExpectApi("POST", "/v1/responses", Dialect::kResponses, Operation::kGenerate);
  ExpectApi("POST", "/v1/responses/input_tokens", Dialect::kResponses, Operation::kCountTokens);
  ExpectApi("GET", "/v1/models", Dialect::kChat, Operation::kListModels);
  ExpectApi("POST", "/v1/messages", Dialect::kMessages, Operation::kGenerate);
  ExpectApi("POST", "/v1/messages/count_tokens", Dialect::kMessages, Operation::kCountTokens);
  ExpectApi("POST", "/v1/embeddings", Dialect::kChat, Operation::kEmbed);
  ExpectApi("GET", "/v1beta/models", Dialect::kGemini, Operation::kListModels);
  ExpectApi("POST", "/v1beta/models/m:generateContent", Dialect::kGemini, Operation::kGenerate);
  ExpectApi("POST", "/v1beta/models/m:streamGenerateContent", Dialect::kGemini, Operation::kGenerateStream);
  ExpectApi("POST", "/v1beta/models/m:countTokens", Dialect::kGemini, Operation::kCountTokens);
  ExpectApi("POST", "/v1beta/models/m:embedContent", Dialect::kGemini, Operation::kEmbed);
  ExpectApi("POST", "/v1beta/models/m:batchEmbedContents", Dialect::kGemini, Operation::kBatchEmbed);
}

TEST_F(EndpointTable, ForgivesMissingAndDoubledVersions) {
  for (const std::string version : {"", "/v1", "/v1/v1", "/v1/v1/v1"}) {
    ExpectApi("POST", version + "/chat/completions", Dialect::kChat, Operation::kGenerate);
    ExpectApi("POST", version + "/responses", Dialect::kResponses, Operation::kGenerate);
    ExpectApi("POST", version + "/messages", Dialect::kMessages, Operation::kGenerate);
    ExpectApi("POST", version + "/messages/count_tokens", Dialect::kMessages, Operation::kCountTokens);
    ExpectApi("GET", version + "/models", Dialect::kChat, Operation::kListModels);
    ExpectModel("POST", version + "/models/gemini-2.5-pro:generateContent", Operation::kGenerate, "gemini-2.5-pro");
  }
  for (const std::string version : {"/v1beta/v1beta", "/v1/v1beta", "/v1beta/v1", "/v1beta1", "/v1alpha"}) {
    ExpectApi("GET", version + "/models", Dialect::kGemini, Operation::kListModels);
    ExpectModel("POST", version + "/models/gemini-2.5-pro:generateContent", Operation::kGenerate, "gemini-2.5-pro");
  }
}

TEST_F(EndpointTable, ForgivesSlashes) {
  ExpectApi("POST", "/v1/chat/completions/", Dialect::kChat, Operation::kGenerate);
  ExpectApi("POST", "//v1//chat///completions//", Dialect::kChat, Operation::kGenerate);
  ExpectApi("GET", "/v1/models/", Dialect::kChat, Operation::kListModels);
  ExpectModel("POST", "/v1beta//models/m:countTokens/", Operation::kCountTokens, "m");
  ExpectKind("GET", "/healthz/", Kind::kHealth);
  ExpectKind("GET", "//", Kind::kRoot);
}

TEST_F(EndpointTable, TakesFamilyPrefixes) {
  ExpectApi("POST", "/openai/v1/chat/completions", Dialect::kChat, Operation::kGenerate);
  ExpectApi("POST", "/openai/chat/completions", Dialect::kChat, Operation::kGenerate);
  ExpectApi("GET", "/openai/v1/models", Dialect::kChat, Operation::kListModels);
  ExpectApi("POST", "/anthropic/v1/messages", Dialect::kMessages, Operation::kGenerate);
  ExpectApi("POST", "/anthropic/v1/v1/messages", Dialect::kMessages, Operation::kGenerate);
  ExpectApi("GET", "/anthropic/v1/models", Dialect::kMessages, Operation::kListModels);
  ExpectApi("GET", "/genai/v1beta/models", Dialect::kGemini, Operation::kListModels);
  ExpectApi("GET", "/gemini/v1/models", Dialect::kGemini, Operation::kListModels);
  ExpectModel("POST", "/genai/v1beta/models/m:generateContent", Operation::kGenerate, "m");
}

TEST_F(EndpointTable, AnswersChecksBelowPrefixesToo) {
  ExpectKind("GET", "/healthz", Kind::kHealth);
  ExpectKind("HEAD", "/healthz", Kind::kHealth);
  ExpectKind("HEAD", "/", Kind::kHello);
  ExpectKind("HEAD", "/api/hello", Kind::kHello);
  ExpectKind("GET", "/", Kind::kRoot);
  ExpectKind("HEAD", "/anthropic", Kind::kHello);
  ExpectKind("HEAD", "/anthropic/api/hello", Kind::kHello);
  ExpectKind("HEAD", "/v1/", Kind::kHello);
}

TEST_F(EndpointTable, APrefixIsAWholeSegment) {
  ExpectKind("POST", "/openaix/v1/chat/completions", Kind::kUnknown);
  ExpectKind("POST", "/v1x/chat/completions", Kind::kUnknown);
  ExpectKind("GET", "/v1/modelsx", Kind::kUnknown);
  ExpectKind("GET", "/v1/filesystem", Kind::kUnknown);
  ExpectKind("POST", "/v1/moderationsx", Kind::kUnknown);
  ExpectKind("POST", "/v1beta/cachedContentsx", Kind::kUnknown);
}

TEST_F(EndpointTable, ServesGeminisOpenAiRoute) {
  ExpectApi("POST", "/v1beta/openai/chat/completions", Dialect::kChat, Operation::kGenerate);
  ExpectApi("POST", "/v1beta/openai/embeddings", Dialect::kChat, Operation::kEmbed);
  ExpectApi("GET", "/v1beta/openai/models", Dialect::kChat, Operation::kListModels);
}

TEST_F(EndpointTable, ListsModelsInTheDialectOfTheClient) {
  const auto dialect = [this](std::string_view query, std::vector<http::Header> headers) {
    return Match("GET", "/v1/models", query, std::move(headers)).endpoint.dialect;
  };
  EXPECT_EQ(dialect("", {}), Dialect::kChat);
  EXPECT_EQ(dialect("", {{"Authorization", "Bearer sk-1"}}), Dialect::kChat);
  EXPECT_EQ(dialect("limit=1000", {{"Anthropic-Version", "2023-06-01"}}), Dialect::kMessages);
  EXPECT_EQ(dialect("", {{"anthropic-version", "2026-10-21"}, {"authorization", "Bearer k"}}), Dialect::kMessages);
  EXPECT_EQ(dialect("", {{"X-Goog-Api-Key", "k"}}), Dialect::kGemini);
  EXPECT_EQ(dialect("pageSize=5&key=k", {}), Dialect::kGemini);
  EXPECT_EQ(dialect("monkey=k", {}), Dialect::kChat);
}

TEST_F(EndpointTable, ThePathOutweighsTheHeaders) {
  const std::vector<http::Header> anthropic{{"anthropic-version", "2023-06-01"}};
  EXPECT_EQ(Match("GET", "/v1beta/models", {}, anthropic).endpoint.dialect, Dialect::kGemini);
  EXPECT_EQ(Match("GET", "/openai/v1/models", {}, anthropic).endpoint.dialect, Dialect::kChat);
  EXPECT_EQ(Match("POST", "/v1/chat/completions", {}, anthropic).family, Family::kOpenAi);
}

TEST_F(EndpointTable, GetsOneModel) {
  ExpectModel("GET", "/v1/models/gpt-5", Operation::kGetModel, "gpt-5");
  ExpectModel("HEAD", "/v1/models/gpt-5", Operation::kGetModel, "gpt-5");
  ExpectModel("GET", "/v1beta/models/gemini-2.5-pro", Operation::kGetModel, "gemini-2.5-pro");
  ExpectModel("GET", "/v1/models/ft:gpt-4o:org::id", Operation::kGetModel, "ft:gpt-4o:org::id");
  ExpectModel("GET", "/v1/models/meta/llama-3", Operation::kGetModel, "meta/llama-3");
  ExpectModel("DELETE", "/v1/models/ft:gpt-4o:org::id", Operation::kOther, "");
}

TEST_F(EndpointTable, DecodesTheModelInThePath) {
  ExpectModel("GET", "/v1/models/meta%2Fllama-3%20b", Operation::kGetModel, "meta/llama-3 b");
  ExpectModel("POST", "/v1beta/models/gemini%2D2.5%2dpro%3AgenerateContent", Operation::kGenerate, "gemini-2.5-pro");
  ExpectModel("POST", "/%76%31beta/models/a%40b:countTokens", Operation::kCountTokens, "a@b");
}

TEST_F(EndpointTable, ReadsTheVerbAfterTheLastColon) {
  ExpectModel("POST", "/v1/models/m:generateContent", Operation::kGenerate, "m");
  ExpectModel("POST", "/v1/models/m:countTokens", Operation::kCountTokens, "m");
  ExpectModel("POST", "/v1beta/models/llama:8b:generateContent", Operation::kGenerate, "llama:8b");
  ExpectModel("POST", "/v1beta/models/google/gemini-2.5-pro:generateContent", Operation::kGenerate,
              "google/gemini-2.5-pro");
  ExpectModel("POST", "/v1beta/models/m/countTokens", Operation::kCountTokens, "m");
  ExpectModel("POST", "/v1beta/models/llama:8b/countTokens", Operation::kCountTokens, "llama:8b");
}

TEST_F(EndpointTable, PassesUnknownVerbsThrough) {
  const EndpointMatch match = Match("POST", "/v1beta/models/imagen-4:predict");
  EXPECT_EQ(match.kind, Kind::kApi);
  EXPECT_EQ(match.endpoint.dialect, Dialect::kGemini);
  EXPECT_EQ(match.endpoint.operation, Operation::kOther);
  EXPECT_EQ(match.other_path, "/models/imagen-4:predict");
}

TEST_F(EndpointTable, FramesAGeminiStreamAsTheClientAsks) {
  constexpr std::string_view kPath = "/v1beta/models/m:streamGenerateContent";
  EXPECT_EQ(Match("POST", kPath, "alt=sse").endpoint.framing, wire::StreamFraming::kSse);
  EXPECT_EQ(Match("POST", kPath, "key=k&alt=sse").endpoint.framing, wire::StreamFraming::kSse);
  EXPECT_EQ(Match("POST", kPath).endpoint.framing, wire::StreamFraming::kJsonArray);
  EXPECT_EQ(Match("POST", kPath, "alt=json").endpoint.framing, wire::StreamFraming::kJsonArray);
  EXPECT_EQ(Match("POST", "/v1beta/models/m:generateContent").endpoint.framing, wire::StreamFraming::kNone);
}

TEST_F(EndpointTable, TakesVertexPaths) {
  ExpectModel("POST", "/v1/projects/p/locations/us-east5/publishers/google/models/gemini-2.5-pro:generateContent",
              Operation::kGenerate, "gemini-2.5-pro");
  ExpectModel("POST", "/v1beta1/projects/p/locations/global/publishers/google/models/g:streamGenerateContent",
              Operation::kGenerateStream, "g");
  ExpectModel("POST", "/v1/publishers/google/models/g:countTokens", Operation::kCountTokens, "g");
  ExpectApi("POST", "/v1/projects/p/locations/l/publishers/google/models/g:generateContent", Dialect::kGemini,
            Operation::kGenerate);
}

TEST_F(EndpointTable, RefusesTheWebSocketAttemptOnResponses) {
  const std::vector<http::Header> upgrade{{"Connection", "Upgrade"}, {"Upgrade", "websocket"}};
  EXPECT_EQ(Match("GET", "/v1/responses", {}, upgrade).kind, Kind::kWebSocket);
  EXPECT_EQ(Match("GET", "/openai/v1/responses/", {}, upgrade).kind, Kind::kWebSocket);
  EXPECT_EQ(Match("GET", "/v1/responses").kind, Kind::kMethod);
  EXPECT_EQ(Match("POST", "/v1/responses", {}, upgrade).kind, Kind::kApi);
  EXPECT_EQ(Match("GET", "/v1/chat/completions", {}, upgrade).kind, Kind::kMethod);
}

TEST_F(EndpointTable, NamesTheMethodThatWouldDo) {
  const auto expect = [this](std::string_view method, std::string_view path, std::string_view allow) {
    SCOPED_TRACE(path);
    const EndpointMatch match = Match(method, path);
    EXPECT_EQ(match.kind, Kind::kMethod);
    EXPECT_EQ(match.allow, allow);
  };
  expect("GET", "/v1/chat/completions", "POST");
  expect("HEAD", "/v1/messages", "POST");
  expect("PUT", "/v1/embeddings", "POST");
  expect("post", "/v1/messages", "POST");
  expect("GET", "/v1beta/models/m:generateContent", "POST");
  expect("PUT", "/v1beta/models/m:countTokens", "POST");
  expect("GET", "/v1beta/models/m/countTokens", "POST");
  expect("POST", "/v1/models", "GET");
  expect("DELETE", "/v1/models", "GET");
  expect("PUT", "/v1/models/gpt-5", "GET");
  expect("POST", "/healthz", "GET");
}

TEST_F(EndpointTable, KeepsTheFamilyOnAWrongMethod) {
  EXPECT_EQ(Match("GET", "/v1/messages").family, Family::kAnthropic);
  EXPECT_EQ(Match("GET", "/v1beta/models/m:generateContent").family, Family::kGemini);
}

TEST_F(EndpointTable, PassesResourcesToTheirProvider) {
  const auto expect = [this](std::string_view path, Dialect dialect, std::string_view other,
                             std::vector<http::Header> headers = {}) {
    SCOPED_TRACE(path);
    const EndpointMatch match = Match("GET", path, {}, std::move(headers));
    EXPECT_EQ(match.kind, Kind::kApi);
    EXPECT_EQ(match.endpoint.operation, Operation::kOther);
    EXPECT_EQ(match.endpoint.dialect, dialect);
    EXPECT_EQ(match.other_path, other);
  };
  expect("/v1/responses/resp_1/cancel", Dialect::kResponses, "/responses/resp_1/cancel");
  expect("/v1/messages/batches", Dialect::kMessages, "/messages/batches");
  expect("/v1/messages/batches/b1/results", Dialect::kMessages, "/messages/batches/b1/results");
  expect("/v1/files", Dialect::kChat, "/files");
  expect("/v1/v1/files/file-1/content/", Dialect::kChat, "/files/file-1/content");
  expect("/v1/files/f1", Dialect::kMessages, "/files/f1", {{"anthropic-version", "2023-06-01"}});
  expect("/v1beta/files/f1", Dialect::kGemini, "/files/f1");
  expect("/v1beta/cachedContents/c1", Dialect::kGemini, "/cachedContents/c1");
  expect("/v1/chat/completions/c1/messages", Dialect::kChat, "/chat/completions/c1/messages");
}

TEST_F(EndpointTable, UnknownPathsKeepTheClientsFamily) {
  const EndpointMatch plain = Match("POST", "/v1/nothing");
  EXPECT_EQ(plain.kind, Kind::kUnknown);
  EXPECT_EQ(plain.family, Family::kOpenAi);
  EXPECT_EQ(Match("POST", "/v1/nothing", {}, {{"anthropic-version", "x"}}).family, Family::kAnthropic);
  EXPECT_EQ(Match("POST", "/anthropic/nothing").family, Family::kAnthropic);
  EXPECT_EQ(Match("POST", "/v1beta/nothing").family, Family::kGemini);
  EXPECT_EQ(Match("POST", "/v1/nothing", "key=k").family, Family::kGemini);
}

// What goes upstream must keep its escapes: a decoded line break would let a client write the provider's request.
TEST_F(EndpointTable, NeverDecodesWhatIsPassedOn) {
  EXPECT_EQ(Match("GET", "/v1/files/a%20HTTP/1.1%0d%0aX-Evil:%20b").other_path, "/files/a%20HTTP/1.1%0d%0aX-Evil:%20b");
  EXPECT_EQ(Match("GET", "/v1//files/a%3Fb%23c%2Fd%00%ff").other_path, "/files/a%3Fb%23c%2Fd%00%ff");
  EXPECT_EQ(Match("POST", "/v1beta/models/m%0a:predict").other_path, "/models/m%0a:predict");
  EXPECT_EQ(Match("DELETE", "/v1/models/a%3Fb").other_path, "/models/a%3Fb");
}

TEST_F(EndpointTable, RefusesToClimbOutOfTheBasePath) {
  for (const std::string_view path :
       {"/v1/files/../../admin", "/v1/files/%2e%2e/%2E./admin", "/v1/files/..%2f..%2Fadmin", "/v1/files/.",
        "/v1/files/..%5c..", "/../v1/chat/completions", "/v1beta/models/../x:generateContent",
        "/v1beta/models/..%2Fx:generateContent", "/v1/models/.."}) {
    ExpectKind("POST", path, Kind::kUnknown);
    ExpectKind("GET", path, Kind::kUnknown);
  }
  ExpectModel("GET", "/v1/models/gpt-4..1", Operation::kGetModel, "gpt-4..1");
  ExpectModel("GET", "/v1/models/.hidden", Operation::kGetModel, ".hidden");
}

TEST_F(EndpointTable, SurvivesHostilePaths) {
  const std::string many(60'000, 'a');
  ExpectKind("POST", "/v1/" + many, Kind::kUnknown);
  ExpectModel("POST", "/v1beta/models/" + many + ":generateContent", Operation::kGenerate, many);
  std::string versions;
  for (int i = 0; i < 20'000; ++i) versions += "/v1";
  ExpectApi("POST", versions + "/messages", Dialect::kMessages, Operation::kGenerate);
  ExpectKind("GET", std::string(60'000, '/'), Kind::kRoot);
  ExpectApi("GET", std::string(60'000, '/') + "v1/models", Dialect::kChat, Operation::kListModels);
  std::string escapes;
  for (int i = 0; i < 20'000; ++i) escapes += "%61";
  ExpectModel("GET", "/v1/models/" + escapes, Operation::kGetModel, std::string(20'000, 'a'));
  for (const std::string_view path : {"", "*", "%", "%2", "%zz", "/%", "/v1/%4", "?", ":", "/:", "models", "/models:x",
                                      "example.com:443", "/v1/%76%zz/chat"}) {
    ExpectKind("POST", path, Kind::kUnknown);
  }
  ExpectKind("POST", std::string_view("/v1/chat\0/completions", 21), Kind::kUnknown);
  ExpectKind("POST", "/v1/chat%00/completions", Kind::kUnknown);
  ExpectModel("GET", "/v1/models/a%zzb%4", Operation::kGetModel, "a%zzb%4");
}

TEST_F(EndpointTable, AnEmptyModelIsNoModel) {
  ExpectModel("POST", "/v1beta/models/:generateContent", Operation::kGenerate, "");
  ExpectModel("GET", "/v1/models//", Operation::kListModels, "");
}

TEST(SuggestPath, FindsTheNearestDocumentedPath) {
  EXPECT_EQ(SuggestPath("/v1/chat/completion"), "/v1/chat/completions");
  EXPECT_EQ(SuggestPath("/v1/chatcompletions"), "/v1/chat/completions");
  EXPECT_EQ(SuggestPath("/v1/message"), "/v1/messages");
  EXPECT_EQ(SuggestPath("/v1/messages/count-tokens"), "/v1/messages/count_tokens");
  EXPECT_EQ(SuggestPath("/v1/response"), "/v1/responses");
  EXPECT_EQ(SuggestPath("/health"), "/healthz");
  EXPECT_EQ(SuggestPath("/v1/model"), "/v1/models");
}

TEST(SuggestPath, SaysNothingWhenNothingIsNear) {
  EXPECT_EQ(SuggestPath("/"), "");
  EXPECT_EQ(SuggestPath(""), "");
  EXPECT_EQ(SuggestPath("/wp-admin/setup-config.php"), "");
  EXPECT_EQ(SuggestPath(std::string(1'000'000, 'a')), "");
}

}  // namespace
}  // namespace ag::proxy
