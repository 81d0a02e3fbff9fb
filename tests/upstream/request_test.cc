#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/upstream/provider.h"

namespace ag::upstream {
namespace {

using ::testing::HasSubstr;

Endpoint At(std::string_view url, Family family, catalog::AuthStyle auth) {
  Endpoint endpoint;
  endpoint.url = *http::ParseUrl(url);
  endpoint.family = family;
  endpoint.auth = auth;
  return endpoint;
}

Endpoint OpenAi() { return At("https://api.openai.com/v1", Family::kOpenAi, catalog::AuthStyle::kBearer); }
Endpoint Anthropic() { return At("https://api.anthropic.com/v1", Family::kAnthropic, catalog::AuthStyle::kXApiKey); }
Endpoint Gemini() {
  return At("https://generativelanguage.googleapis.com/v1beta", Family::kGemini, catalog::AuthStyle::kXGoogApiKey);
}

wire::UpstreamCall Call(Dialect dialect, Operation operation, std::string_view model = "m") {
  wire::UpstreamCall call;
  call.dialect = dialect;
  call.operation = operation;
  call.model = model;
  return call;
}

// Requests live as long as the process.
BuiltRequest Build(const Endpoint& endpoint, const wire::UpstreamCall& call, const Secret& credential,
                   const ClientContext& client) {
  static Arena arena;
  return BuildRequest(endpoint, call, credential, client, arena);
}

std::string Target(const Endpoint& endpoint, const wire::UpstreamCall& call, const ClientContext& client = {}) {
  return std::string(Build(endpoint, call, Secret("key"), client).target);
}

std::string Value(const BuiltRequest& request, std::string_view name) {
  return std::string(http::Headers(request.headers).Find(name));
}

TEST(BuildRequest, PutsEachOperationOnItsPath) {
  const auto openai = OpenAi();
  EXPECT_EQ(Target(openai, Call(Dialect::kChat, Operation::kGenerate)), "/v1/chat/completions");
  EXPECT_EQ(Target(openai, Call(Dialect::kCompletions, Operation::kGenerate)), "/v1/completions");
  EXPECT_EQ(Target(openai, Call(Dialect::kResponses, Operation::kGenerate)), "/v1/responses");
  EXPECT_EQ(Target(openai, Call(Dialect::kResponses, Operation::kCountTokens)), "/v1/responses/input_tokens");
  EXPECT_EQ(Target(openai, Call(Dialect::kChat, Operation::kEmbed)), "/v1/embeddings");
  EXPECT_EQ(Target(openai, Call(Dialect::kChat, Operation::kListModels)), "/v1/models");
  EXPECT_EQ(Target(openai, Call(Dialect::kChat, Operation::kGetModel, "ft:gpt-4o:acme::1")),
            "/v1/models/ft:gpt-4o:acme::1");
  const auto anthropic = Anthropic();
  EXPECT_EQ(Target(anthropic, Call(Dialect::kMessages, Operation::kGenerate)), "/v1/messages");
  EXPECT_EQ(Target(anthropic, Call(Dialect::kMessages, Operation::kCountTokens)), "/v1/messages/count_tokens");
  const auto gemini = Gemini();
  EXPECT_EQ(Target(gemini, Call(Dialect::kGemini, Operation::kGenerate, "gemini-2.5-pro")),
            "/v1beta/models/gemini-2.5-pro:generateContent");
  EXPECT_EQ(Target(gemini, Call(Dialect::kGemini, Operation::kCountTokens)), "/v1beta/models/m:countTokens");
  EXPECT_EQ(Target(gemini, Call(Dialect::kGemini, Operation::kEmbed)), "/v1beta/models/m:embedContent");
  EXPECT_EQ(Target(gemini, Call(Dialect::kGemini, Operation::kBatchEmbed)), "/v1beta/models/m:batchEmbedContents");
  EXPECT_EQ(Target(gemini, Call(Dialect::kGemini, Operation::kGenerate, "tunedModels/mine")),
            "/v1beta/tunedModels/mine:generateContent");
  EXPECT_EQ(Target(gemini, Call(Dialect::kGemini, Operation::kGenerate, "a b?c")),
            "/v1beta/models/a%20b%3Fc:generateContent");
}

TEST(BuildRequest, KeepsAModelNameBelowTheModels) {
  EXPECT_EQ(Target(Gemini(), Call(Dialect::kGemini, Operation::kGenerate, "../../x")),
            "/v1beta/models/..%2F..%2Fx:generateContent");
}

TEST(BuildRequest, PassesOtherPathsAndMethodsOn) {
  ClientContext client;
  client.method = "DELETE";
  client.other_path = "/responses/resp_1";
  client.query = "include=a";
  const auto request = Build(OpenAi(), Call(Dialect::kResponses, Operation::kOther), Secret("k"), client);
  EXPECT_EQ(request.method, "DELETE");
  EXPECT_EQ(request.target, "/v1/responses/resp_1?include=a");
  EXPECT_EQ(Value(request, "content-type"), "");
}

TEST(BuildRequest, AsksGeminiForSseOnlyWhenTheFramingIsSse) {
  auto call = Call(Dialect::kGemini, Operation::kGenerateStream);
  call.framing = wire::StreamFraming::kSse;
  EXPECT_EQ(Target(Gemini(), call), "/v1beta/models/m:streamGenerateContent?alt=sse");
  ClientContext client;
  client.query = "alt=sse&key=AIzaClient";
  EXPECT_EQ(Target(Gemini(), call, client), "/v1beta/models/m:streamGenerateContent?alt=sse");
  client.query = "key=AIzaClient&prettyPrint=false";
  EXPECT_EQ(Target(Gemini(), call, client), "/v1beta/models/m:streamGenerateContent?prettyPrint=false&alt=sse");
  call.framing = wire::StreamFraming::kJsonArray;
  EXPECT_EQ(Target(Gemini(), call), "/v1beta/models/m:streamGenerateContent");
}

TEST(BuildRequest, DropsTheClientsQueryWhenTranslating) {
  ClientContext client;
  client.passthrough = false;
  client.query = "beta=true";
  EXPECT_EQ(Target(OpenAi(), Call(Dialect::kChat, Operation::kGenerate), client), "/v1/chat/completions");
  client.passthrough = true;
  EXPECT_EQ(Target(Anthropic(), Call(Dialect::kMessages, Operation::kGenerate), client), "/v1/messages?beta=true");
}

TEST(BuildRequest, CarriesExactlyOneCredential) {
  const std::vector<http::Header> fields{{"Authorization", "Bearer gateway-key"},
                                         {"X-Api-Key", "gateway-key"},
                                         {"x-goog-api-key", "gateway-key"},
                                         {"api-key", "gateway-key"},
                                         {"Cookie", "session=gateway-key"}};
  ClientContext client;
  client.headers = http::Headers(fields);
  const std::vector<std::pair<Endpoint, std::string>> cases{
      {OpenAi(), "authorization"}, {Anthropic(), "x-api-key"}, {Gemini(), "x-goog-api-key"}};
  for (const auto& [endpoint, name] : cases) {
    const auto request = Build(endpoint, Call(Dialect::kChat, Operation::kGenerate), Secret("account"), client);
    int credentials = 0;
    for (const auto& field : request.headers) {
      EXPECT_EQ(field.value.find("gateway-key"), std::string_view::npos) << field.name;
      credentials += field.value.find("account") != std::string_view::npos ? 1 : 0;
    }
    EXPECT_EQ(credentials, 1);
    EXPECT_EQ(Value(request, name), name == "authorization" ? "Bearer account" : "account");
  }
  const auto keyless = Build(OpenAi(), Call(Dialect::kChat, Operation::kGenerate), Secret(), client);
  EXPECT_EQ(Value(keyless, "authorization"), "");
}

TEST(BuildRequest, KeepsTheClientsProtocolFieldsOnPassthrough) {
  const std::vector<http::Header> fields{{"anthropic-version", "2026-10-21"},  {"anthropic-beta", "a,b"},
                                         {"User-Agent", "claude-cli/2"},       {"x-stainless-lang", "js"},
                                         {"Content-Type", "application/json"}, {"accept-encoding", "gzip"},
                                         {"Connection", "close, x-hop"},       {"x-hop", "1"},
                                         {"traceparent", "00-client"},         {"x-custom", "kept"}};
  ClientContext client;
  client.headers = http::Headers(fields);
  client.traceparent = "00-ours";
  const auto request = Build(Anthropic(), Call(Dialect::kMessages, Operation::kGenerate), Secret("k"), client);
  const http::Headers sent(request.headers);
  EXPECT_EQ(sent.Find("anthropic-version"), "2026-10-21");
  EXPECT_EQ(sent.Count("anthropic-version"), 1u);
  EXPECT_EQ(sent.Find("anthropic-beta"), "a,b");
  EXPECT_EQ(sent.Find("user-agent"), "claude-cli/2");
  EXPECT_EQ(sent.Find("x-stainless-lang"), "js");
  EXPECT_EQ(sent.Find("x-custom"), "kept");
  EXPECT_EQ(sent.Find("accept-encoding"), "identity");
  EXPECT_EQ(sent.Count("accept-encoding"), 1u);
  EXPECT_EQ(sent.Count("content-type"), 1u);
  EXPECT_EQ(sent.Find("traceparent"), "00-ours");
  EXPECT_EQ(sent.Count("traceparent"), 1u);
  EXPECT_FALSE(sent.Has("x-hop"));
  EXPECT_FALSE(sent.Has("connection"));
}

TEST(BuildRequest, AddsAnthropicVersionWhereTheClientLeftItOut) {
  const auto request = Build(Anthropic(), Call(Dialect::kMessages, Operation::kGenerate), Secret("k"), {});
  EXPECT_EQ(Value(request, "anthropic-version"), "2023-06-01");
  const auto chat = Build(OpenAi(), Call(Dialect::kChat, Operation::kGenerate), Secret("k"), {});
  EXPECT_EQ(Value(chat, "anthropic-version"), "");
}

TEST(BuildRequest, TranslatedRequestsCarryOnlyOurFields) {
  const std::vector<http::Header> fields{
      {"anthropic-version", "2026-10-21"}, {"anthropic-beta", "a"}, {"user-agent", "client"}, {"x-custom", "1"}};
  ClientContext client;
  client.headers = http::Headers(fields);
  client.passthrough = false;
  auto call = Call(Dialect::kMessages, Operation::kGenerate);
  call.stream = true;
  const auto request = Build(Anthropic(), call, Secret("k"), client);
  EXPECT_EQ(Value(request, "anthropic-version"), "2023-06-01");
  EXPECT_EQ(Value(request, "content-type"), "application/json");
  EXPECT_EQ(Value(request, "accept"), "text/event-stream");
  EXPECT_THAT(Value(request, "user-agent"), HasSubstr("ag-gateway/"));
  EXPECT_FALSE(http::Headers(request.headers).Has("anthropic-beta"));
  EXPECT_FALSE(http::Headers(request.headers).Has("x-custom"));
}

TEST(BuildRequest, OutlivesTheAccountThatItWasBuiltFrom) {
  Arena arena;
  BuiltRequest request;
  {
    auto endpoint = Gemini();
    endpoint.auth = catalog::AuthStyle::kBearer;
    endpoint.project = "project-with-a-name-of-its-own";
    const Secret credential("token-with-more-than-a-few-characters");
    request = BuildRequest(endpoint, Call(Dialect::kGemini, Operation::kGenerate), credential, {}, arena);
  }
  EXPECT_EQ(request.target, "/v1beta/models/m:generateContent");
  EXPECT_EQ(Value(request, "authorization"), "Bearer token-with-more-than-a-few-characters");
  EXPECT_EQ(Value(request, "x-goog-user-project"), "project-with-a-name-of-its-own");
}

// Google refuses an API key that comes with a project.
TEST(BuildRequest, NamesTheProjectBesideATokenOnly) {
  auto endpoint = Gemini();
  endpoint.project = "grouped";
  const auto call = Call(Dialect::kGemini, Operation::kGenerate);
  const auto keyed = Build(endpoint, call, Secret("key"), {});
  EXPECT_EQ(Value(keyed, "x-goog-api-key"), "key");
  EXPECT_FALSE(http::Headers(keyed.headers).Has("x-goog-user-project"));
  endpoint.auth = catalog::AuthStyle::kBearer;
  EXPECT_EQ(Value(Build(endpoint, call, Secret("token"), {}), "x-goog-user-project"), "grouped");
}

TEST(ForwardsHeaders, StopsWhatBelongsToOneHop) {
  for (const auto* name : {"Host",
                           "Content-Length",
                           "Transfer-Encoding",
                           "Keep-Alive",
                           "TE",
                           "Upgrade",
                           "Expect",
                           "Authorization",
                           "X-API-Key",
                           "X-Goog-Api-Key",
                           "Cookie",
                           "Forwarded",
                           "X-Forwarded-For",
                           "X-Forwarded-Proto",
                           "OpenAI-Organization",
                           "OpenAI-Project",
                           "X-Goog-User-Project",
                           "Origin",
                           "Sec-Fetch-Site",
                           "Accept-Encoding",
                           "Content-Encoding"}) {
    EXPECT_FALSE(ForwardsRequestHeader(name, "")) << name;
  }
  EXPECT_TRUE(ForwardsRequestHeader("OpenAI-Beta", ""));
  EXPECT_TRUE(ForwardsRequestHeader("x-forwarded", ""));
  EXPECT_FALSE(ForwardsRequestHeader("x-a", "keep-alive, X-A"));
  for (const auto* name : {"Content-Length", "Content-Encoding", "Set-Cookie", "Date", "Alt-Svc", "Connection",
                           "Strict-Transport-Security", "Access-Control-Allow-Origin", "openai-organization"}) {
    EXPECT_FALSE(ForwardsResponseHeader(name, "")) << name;
  }
  for (const auto* name :
       {"Content-Type", "request-id", "x-ratelimit-limit-requests", "retry-after", "x-should-retry"}) {
    EXPECT_TRUE(ForwardsResponseHeader(name, "")) << name;
  }
}

std::vector<std::string> Ids(const ModelPage& page) {
  std::vector<std::string> ids;
  for (const auto& model : page.models) ids.push_back(model.id);
  return ids;
}

TEST(ParseModelList, ReadsEachFamilysPages) {
  const auto openai = ParseModelList(OpenAi(), R"({"object":"list","data":[{"id":"gpt-5"},{"id":"o3","x":1.0}]})");
  ASSERT_TRUE(openai.ok());
  EXPECT_THAT(Ids(*openai), ::testing::ElementsAre("gpt-5", "o3"));
  EXPECT_EQ(openai->models[1].raw, R"({"id":"o3","x":1.0})");
  EXPECT_EQ(openai->next_target, "");
  EXPECT_EQ(ModelListTarget(OpenAi()), "/v1/models");

  const auto anthropic =
      ParseModelList(Anthropic(), R"({"data":[{"id":"claude-opus-5"}],"has_more":true,"last_id":"claude-opus-5"})");
  ASSERT_TRUE(anthropic.ok());
  EXPECT_EQ(anthropic->next_target, "/v1/models?limit=1000&after_id=claude-opus-5");
  EXPECT_EQ(ParseModelList(Anthropic(), R"({"data":[],"has_more":false,"last_id":"x"})")->next_target, "");

  const auto gemini =
      ParseModelList(Gemini(), R"({"models":[{"name":"models/gemini-2.5-pro"}],"nextPageToken":"a+b="})");
  ASSERT_TRUE(gemini.ok());
  EXPECT_THAT(Ids(*gemini), ::testing::ElementsAre("gemini-2.5-pro"));
  EXPECT_EQ(gemini->next_target, "/v1beta/models?pageSize=1000&pageToken=a%2Bb%3D");
  EXPECT_TRUE(ParseModelList(Gemini(), "{}")->models.empty());
  EXPECT_THAT(Ids(*ParseModelList(OpenAi(), R"([{"id":"a"},{"object":"x"}])")), ::testing::ElementsAre("a"));
}

TEST(ParseModelList, ReadsWhatVertexListsOfItsPublisher) {
  const auto vertex = At("https://aiplatform.googleapis.com/v1/projects/p/locations/global/publishers/google",
                         Family::kGemini, catalog::AuthStyle::kBearer);
  EXPECT_EQ(ModelListTarget(vertex), "/v1beta1/publishers/google/models?pageSize=100");
  const auto page = ParseModelList(
      vertex, R"({"publisherModels":[{"name":"publishers/google/models/gemini-2.5-pro"}],"nextPageToken":"x"})");
  ASSERT_TRUE(page.ok());
  EXPECT_THAT(Ids(*page), ::testing::ElementsAre("gemini-2.5-pro"));
  EXPECT_EQ(page->next_target, "/v1beta1/publishers/google/models?pageSize=100&pageToken=x");
  EXPECT_EQ(Target(vertex, Call(Dialect::kGemini, Operation::kGenerate, "g")),
            "/v1/projects/p/locations/global/publishers/google/models/g:generateContent");
}

TEST(ParseModelList, RefusesWhatIsNoModelList) {
  for (const auto* body : {"<html></html>", "{}", R"({"data":{}})", "3", ""}) {
    const auto page = ParseModelList(OpenAi(), body);
    ASSERT_FALSE(page.ok()) << body;
    EXPECT_EQ(KindOf(page.status()), ErrorKind::kProtocol) << body;
    EXPECT_THAT(std::string(page.status().message()), HasSubstr("https://api.openai.com")) << body;
  }
}

}  // namespace
}  // namespace ag::upstream
