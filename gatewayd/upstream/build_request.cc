#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "gatewayd/base/strings.h"
#include "gatewayd/upstream/provider.h"

namespace ag::upstream {
namespace {

constexpr std::string_view kUserAgent = "ag-gateway/" AG_VERSION;
// The version that translations are written for; a client's own goes on untouched when nothing is translated.
constexpr std::string_view kAnthropicVersion = "2023-06-01";

// The client's fields that end at the gateway (docs/architecture.md, "Fidelity policies").
constexpr std::array<std::string_view, 20> kRequestStops{"host",
                                                         "content-length",
                                                         "content-encoding",
                                                         "accept-encoding",
                                                         "expect",
                                                         "authorization",
                                                         "x-api-key",
                                                         "x-goog-api-key",
                                                         "api-key",
                                                         "cookie",
                                                         "cookie2",
                                                         "forwarded",
                                                         "x-real-ip",
                                                         "openai-organization",
                                                         "openai-project",
                                                         "origin",
                                                         "referer",
                                                         "x-goog-user-project",
                                                         "anthropic-workspace",
                                                         "anthropic-organization"};
constexpr std::array<std::string_view, 3> kRequestStopPrefixes{"x-forwarded-", "sec-fetch-", "x-ag-"};

constexpr std::array<std::string_view, 16> kResponseStops{"content-length",
                                                          "content-encoding",
                                                          "date",
                                                          "set-cookie",
                                                          "set-cookie2",
                                                          "alt-svc",
                                                          "strict-transport-security",
                                                          "nel",
                                                          "report-to",
                                                          "reporting-endpoints",
                                                          "openai-organization",
                                                          "openai-project",
                                                          "anthropic-organization-id",
                                                          "content-security-policy",
                                                          "public-key-pins",
                                                          "clear-site-data"};
constexpr std::array<std::string_view, 2> kResponseStopPrefixes{"access-control-", "x-ag-"};

template <std::size_t N, std::size_t M>
bool IsStopped(std::string_view name, const std::array<std::string_view, N>& names,
               const std::array<std::string_view, M>& prefixes) {
  for (const auto stop : names) {
    if (EqualsIgnoreCase(name, stop)) return true;
  }
  for (const auto prefix : prefixes) {
    if (EqualsIgnoreCase(name.substr(0, prefix.size()), prefix)) return true;
  }
  return false;
}

std::string_view GenerationPath(Dialect dialect) {
  switch (dialect) {
    case Dialect::kChat:
      return "/chat/completions";
    case Dialect::kCompletions:
      return "/completions";
    case Dialect::kResponses:
      return "/responses";
    case Dialect::kMessages:
      return "/messages";
    case Dialect::kGemini:
      return ":generateContent";
  }
  return {};
}

// True when a segment would lead out of the models' folder ("../../x" from a client's body).
bool HasDotSegment(std::string_view model) {
  while (!model.empty()) {
    const auto slash = model.find('/');
    const std::string_view segment = model.substr(0, slash);
    if (segment == "." || segment == "..") return true;
    if (slash == std::string_view::npos) break;
    model.remove_prefix(slash + 1);
  }
  return false;
}

// "/models/gemini-2.5-pro"; a name that is a resource already ("tunedModels/x") keeps its collection.
std::string ModelPath(std::string_view model, Dialect dialect) {
  if (HasDotSegment(model)) {
    std::string path = "/models/";
    for (const char c : http::PercentEncodePath(model)) path += c == '/' ? "%2F" : std::string(1, c);
    return path;
  }
  const bool resource = dialect == Dialect::kGemini && model.find('/') != std::string_view::npos;
  return (resource ? "/" : "/models/") + http::PercentEncodePath(model);
}

std::string_view GeminiVerb(Operation operation) {
  switch (operation) {
    case Operation::kGenerateStream:
      return ":streamGenerateContent";
    case Operation::kCountTokens:
      return ":countTokens";
    case Operation::kEmbed:
      return ":embedContent";
    case Operation::kBatchEmbed:
      return ":batchEmbedContents";
    case Operation::kGenerate:
    case Operation::kListModels:
    case Operation::kGetModel:
    case Operation::kOther:
      break;
  }
  return GenerationPath(Dialect::kGemini);
}

// Below the base URL.
std::string_view PathOf(const wire::UpstreamCall& call, std::string_view other_path, Arena& arena) {
  switch (call.operation) {
    case Operation::kListModels:
      return "/models";
    case Operation::kGetModel:
      return arena.Copy(ModelPath(call.model, call.dialect));
    case Operation::kOther:
      return other_path.empty() || other_path.front() == '/' ? other_path : arena.Join({"/", other_path});
    default:
      break;
  }
  if (call.dialect == Dialect::kGemini) {
    return arena.Join({ModelPath(call.model, call.dialect), GeminiVerb(call.operation)});
  }
  if (call.operation == Operation::kCountTokens) {
    return call.dialect == Dialect::kMessages ? "/messages/count_tokens" : "/responses/input_tokens";
  }
  if (call.operation == Operation::kEmbed || call.operation == Operation::kBatchEmbed) return "/embeddings";
  return GenerationPath(call.dialect);
}

// With its question mark; empty when there is none.
std::string QueryOf(const wire::UpstreamCall& call, const ClientContext& client) {
  std::string query;
  // A client's credential may be in its query too: the gateway's key, or Google's OAuth token.
  if (client.passthrough && !client.query.empty()) {
    query = http::QueryWithout(http::QueryWithout(client.query, "key"), "access_token");
  }
  const bool gemini_sse = call.dialect == Dialect::kGemini && call.operation == Operation::kGenerateStream &&
                          call.framing == wire::StreamFraming::kSse;
  if (gemini_sse && !http::QueryValue(query, "alt")) query += query.empty() ? "alt=sse" : "&alt=sse";
  return query.empty() ? query : "?" + query;
}

std::string_view MethodOf(const wire::UpstreamCall& call, const ClientContext& client) {
  switch (call.operation) {
    case Operation::kListModels:
    case Operation::kGetModel:
      return "GET";
    case Operation::kOther:
      return client.method;
    default:
      return "POST";
  }
}

// The one credential. Copied, since the account's may be renewed while the request is on its way.
void AddCredential(const Endpoint& endpoint, const Secret& credential, Arena& arena, http::HeaderList& headers) {
  if (credential.empty()) return;
  switch (endpoint.auth) {
    case catalog::AuthStyle::kBearer:
      headers.Add("authorization", arena.Join({"Bearer ", credential.Reveal()}));
      return;
    case catalog::AuthStyle::kXApiKey:
      headers.Add("x-api-key", arena.Copy(credential.Reveal()));
      return;
    case catalog::AuthStyle::kXGoogApiKey:
      headers.Add("x-goog-api-key", arena.Copy(credential.Reveal()));
      return;
    case catalog::AuthStyle::kNone:
      return;
  }
}

// An API key belongs to one project and is no caller who could be permitted another: with this header beside it Google
// answers 403 USER_PROJECT_DENIED (https://cloud.google.com/apis/docs/system-parameters,
// https://github.com/googleapis/google-cloud-rust/pull/3244).
bool BillsProject(const Endpoint& endpoint, Dialect dialect) {
  return !endpoint.project.empty() && FamilyOf(dialect) == Family::kGemini &&
         endpoint.auth == catalog::AuthStyle::kBearer;
}

void AddOwnFields(const wire::UpstreamCall& call, std::string_view method, http::HeaderList& headers) {
  if (method != "GET" && method != "HEAD") headers.Add("content-type", "application/json");
  headers.Add("accept", call.stream ? "text/event-stream" : "application/json");
  headers.Add("user-agent", kUserAgent);
}

void AddClientFields(const ClientContext& client, std::string_view method, http::HeaderList& headers) {
  const auto connection = client.headers.Find("connection");
  bool has_content_type = false;
  bool has_user_agent = false;
  for (const auto& field : client.headers.all()) {
    if (!ForwardsRequestHeader(field.name, connection)) continue;
    if (!client.traceparent.empty() && EqualsIgnoreCase(field.name, "traceparent")) continue;
    has_content_type = has_content_type || EqualsIgnoreCase(field.name, "content-type");
    has_user_agent = has_user_agent || EqualsIgnoreCase(field.name, "user-agent");
    headers.Add(field);
  }
  if (!has_content_type && method == "POST") headers.Add("content-type", "application/json");
  if (!has_user_agent) headers.Add("user-agent", kUserAgent);
}

}  // namespace

BuiltRequest BuildRequest(const Endpoint& endpoint, const wire::UpstreamCall& call, const Secret& credential,
                          const ClientContext& client, Arena& arena) {
  constexpr std::size_t kOwnFields = 8;
  BuiltRequest request;
  request.method = MethodOf(call, client);
  request.target = arena.Join({endpoint.url.path, PathOf(call, client.other_path, arena), QueryOf(call, client)});

  http::HeaderList headers(arena, kOwnFields + (client.passthrough ? client.headers.all().size() : 0));
  AddCredential(endpoint, credential, arena, headers);
  headers.Add("accept-encoding", "identity");
  if (!client.traceparent.empty()) headers.Add("traceparent", client.traceparent);
  if (client.passthrough) {
    AddClientFields(client, request.method, headers);
  } else {
    AddOwnFields(call, request.method, headers);
  }
  if (FamilyOf(call.dialect) == Family::kAnthropic &&
      !(client.passthrough && client.headers.Has("anthropic-version"))) {
    headers.Add("anthropic-version", kAnthropicVersion);
  }
  if (BillsProject(endpoint, call.dialect)) headers.Add("x-goog-user-project", arena.Copy(endpoint.project));
  request.headers = headers.all();
  return request;
}

bool ForwardsRequestHeader(std::string_view name, std::string_view connection_value) {
  return !IsStopped(name, kRequestStops, kRequestStopPrefixes) && !http::IsHopByHop(name, connection_value);
}

bool ForwardsResponseHeader(std::string_view name, std::string_view connection_value) {
  return !IsStopped(name, kResponseStops, kResponseStopPrefixes) && !http::IsHopByHop(name, connection_value);
}

}  // namespace ag::upstream
