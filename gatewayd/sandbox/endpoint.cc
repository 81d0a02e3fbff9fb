#include "gatewayd/base/strings.h"
#include "gatewayd/sandbox/responder.h"

namespace ag::sandbox {
namespace {

using Action = Endpoint::Action;

// "/v1/…" and "/v1beta/…" without their version; nothing else is ours.
std::string_view WithoutVersion(std::string_view path) {
  for (const std::string_view version : {"/v1/", "/v1beta/"}) {
    if (path.starts_with(version)) return path.substr(version.size());
  }
  return {};
}

// Which of the three model lists a client expects, told by the header that only its SDK sends.
Family FamilyByHeaders(std::string_view query, const http::Headers& headers) {
  if (headers.Has("anthropic-version")) return Family::kAnthropic;
  if (headers.Has("x-goog-api-key") || http::QueryValue(query, "key")) return Family::kGemini;
  return Family::kOpenAi;
}

Action GeminiVerb(std::string_view verb) {
  if (verb == "generateContent") return Action::kGemini;
  if (verb == "streamGenerateContent") return Action::kGeminiStream;
  if (verb == "countTokens") return Action::kCountTokens;
  if (verb == "embedContent") return Action::kEmbed;
  if (verb == "batchEmbedContents") return Action::kBatchEmbed;
  return Action::kUnknown;
}

Endpoint FindPost(std::string_view rest) {
  if (rest == "chat/completions") return {Action::kChat, Family::kOpenAi, {}};
  if (rest == "completions") return {Action::kCompletions, Family::kOpenAi, {}};
  if (rest == "responses") return {Action::kResponses, Family::kOpenAi, {}};
  if (rest == "responses/input_tokens") return {Action::kCountTokens, Family::kOpenAi, {}};
  if (rest == "embeddings") return {Action::kEmbed, Family::kOpenAi, {}};
  if (rest == "messages") return {Action::kMessages, Family::kAnthropic, {}};
  if (rest == "messages/count_tokens") return {Action::kCountTokens, Family::kAnthropic, {}};
  const std::size_t colon = rest.rfind(':');
  if (rest.starts_with("models/") && colon != std::string_view::npos) {
    return {GeminiVerb(rest.substr(colon + 1)), Family::kGemini, http::PercentDecode(rest.substr(7, colon - 7))};
  }
  return {};
}

}  // namespace

Endpoint FindEndpoint(std::string_view method, std::string_view path, std::string_view query,
                      const http::Headers& headers) {
  const std::string_view rest = WithoutVersion(path);
  Endpoint endpoint;
  if (method == "POST") endpoint = FindPost(rest);
  if (method == "GET" && rest == "models") endpoint.action = Action::kListModels;
  if (method == "GET" && rest.starts_with("models/")) {
    endpoint.action = Action::kGetModel;
    endpoint.model = http::PercentDecode(rest.substr(7));
  }
  const bool by_headers = endpoint.action == Action::kUnknown || endpoint.action == Action::kListModels ||
                          endpoint.action == Action::kGetModel;
  if (by_headers) endpoint.family = path.starts_with("/v1beta/") ? Family::kGemini : FamilyByHeaders(query, headers);
  return endpoint;
}

bool HasCredential(Family family, std::string_view query, const http::Headers& headers) {
  const std::string_view authorization = headers.Find("authorization");
  constexpr std::string_view kBearer = "Bearer ";
  const bool bearer = authorization.starts_with(kBearer) && authorization.size() > kBearer.size();
  switch (family) {
    case Family::kOpenAi:
      return bearer;
    case Family::kAnthropic:
      return bearer || !headers.Find("x-api-key").empty();
    case Family::kGemini:
      return !headers.Find("x-goog-api-key").empty() || !http::QueryValue(query, "key").value_or("").empty();
  }
  return false;
}

}  // namespace ag::sandbox
