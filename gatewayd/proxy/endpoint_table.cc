#include "gatewayd/proxy/endpoint_table.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "gatewayd/base/strings.h"

namespace ag::proxy {
namespace {

using Kind = EndpointMatch::Kind;

struct FixedPath {
  std::string_view path;  // below /v1
  Dialect dialect;
  Operation operation;
};

constexpr std::array<FixedPath, 7> kFixedPaths{{
    {"/chat/completions", Dialect::kChat, Operation::kGenerate},
    {"/completions", Dialect::kCompletions, Operation::kGenerate},
    {"/responses", Dialect::kResponses, Operation::kGenerate},
    {"/responses/input_tokens", Dialect::kResponses, Operation::kCountTokens},
    {"/messages", Dialect::kMessages, Operation::kGenerate},
    {"/messages/count_tokens", Dialect::kMessages, Operation::kCountTokens},
    {"/embeddings", Dialect::kChat, Operation::kEmbed},
}};

// Resources that a provider documents and that only an account of it can serve: passed through as they are.
struct ResourcePath {
  std::string_view prefix;
  Dialect dialect;
};
constexpr std::array<ResourcePath, 15> kResourcePaths{{
    {"/responses/", Dialect::kResponses},
    {"/messages/batches", Dialect::kMessages},
    {"/moderations", Dialect::kChat},
    {"/files", Dialect::kChat},
    {"/uploads", Dialect::kChat},
    {"/batches", Dialect::kChat},
    {"/images/", Dialect::kChat},
    {"/audio/", Dialect::kChat},
    {"/videos", Dialect::kChat},
    {"/fine_tuning/", Dialect::kChat},
    {"/vector_stores", Dialect::kChat},
    {"/conversations", Dialect::kResponses},
    {"/containers", Dialect::kResponses},
    {"/chat/completions/", Dialect::kChat},
    {"/skills", Dialect::kMessages},
}};
constexpr std::array<std::string_view, 5> kGeminiResources{"/cachedContents", "/files", "/tunedModels", "/batches",
                                                           "/corpora"};

bool StartsWith(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

// Removes `segment` ("/v1") from the front when it stands there as a whole path segment.
bool TakeSegment(std::string_view& path, std::string_view segment) {
  if (!StartsWith(path, segment)) return false;
  if (path.size() > segment.size() && path[segment.size()] != '/') return false;
  path.remove_prefix(segment.size());
  return true;
}

// True at a prefix that ends with a slash, or where the path has a segment's end.
bool HasSegments(std::string_view path, std::string_view prefix) {
  if (!prefix.empty() && prefix.back() == '/') return StartsWith(path, prefix);
  return TakeSegment(path, prefix);
}

// Characters that mean the same with and without an escape (RFC 3986 section 2.3), and the colon before a verb.
bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~' || c == ':';
}

// Without needless escapes, doubled slashes and a trailing one. All other escapes stay: what goes upstream must not
// gain a '?', a space or a line break that the client had only escaped.
std::string_view CleanPath(std::string_view path, Arena& arena) {
  const bool clean = path.find('%') == std::string_view::npos && path.find("//") == std::string_view::npos &&
                     (path.size() <= 1 || path.back() != '/');
  if (clean) return path;
  constexpr std::size_t kEscape = 3;
  std::string result;
  result.reserve(path.size());
  for (std::size_t i = 0; i < path.size(); ++i) {
    char c = path[i];
    if (c == '%') {
      const std::string decoded = http::PercentDecode(path.substr(i, kEscape));
      if (decoded.size() == 1 && IsPlain(decoded.front())) {
        c = decoded.front();
        i += kEscape - 1;
      }
    }
    if (c == '/' && !result.empty() && result.back() == '/') continue;
    result.push_back(c);
  }
  while (result.size() > 1 && result.back() == '/') result.pop_back();
  return arena.Copy(result);
}

// True if some server on the way could read the path as one that climbs out of the account's base path.
bool HasDotSegment(std::string_view path) {
  if (path.find('.') == std::string_view::npos) return false;
  const std::string decoded = http::PercentDecode(path);
  std::string_view rest = decoded;
  for (;;) {
    const auto end = rest.find_first_of("/\\");
    const std::string_view segment = rest.substr(0, end);
    if (segment == "." || segment == "..") return true;
    if (end == std::string_view::npos) return false;
    rest.remove_prefix(end + 1);
  }
}

std::string_view ModelName(std::string_view text, Arena& arena) {
  return text.find('%') == std::string_view::npos ? text : arena.Copy(http::PercentDecode(text));
}

struct Split {
  std::string_view rest;         // below the version
  bool beta = false;             // /v1beta or /v1alpha
  std::optional<Family> family;  // a prefix that names it
};

Split SplitPrefixes(std::string_view path) {
  Split split;
  if (TakeSegment(path, "/openai"))
    split.family = Family::kOpenAi;
  else if (TakeSegment(path, "/anthropic"))
    split.family = Family::kAnthropic;
  else if (TakeSegment(path, "/genai") || TakeSegment(path, "/gemini"))
    split.family = Family::kGemini;
  for (bool found = true; found;) {
    found = TakeSegment(path, "/v1");
    if (TakeSegment(path, "/v1beta") || TakeSegment(path, "/v1beta1") || TakeSegment(path, "/v1alpha")) {
      split.beta = true;
      found = true;
    }
  }
  // Gemini's own OpenAI-compatible route: /v1beta/openai/chat/completions.
  if (TakeSegment(path, "/openai")) {
    split.family = Family::kOpenAi;
    split.beta = false;
  }
  split.rest = path;
  return split;
}

Family FamilyByHeaders(const http::Headers& headers, std::string_view query) {
  if (headers.Has("anthropic-version")) return Family::kAnthropic;
  if (headers.Has("x-goog-api-key") || http::QueryValue(query, "key")) return Family::kGemini;
  return Family::kOpenAi;
}

void SetApi(EndpointMatch& match, Dialect dialect, Operation operation) {
  match.kind = Kind::kApi;
  match.endpoint.dialect = dialect;
  match.endpoint.operation = operation;
  match.family = FamilyOf(dialect);
}

void RequireMethod(EndpointMatch& match, std::string_view method, std::string_view wanted) {
  if (method == wanted) return;
  match.kind = Kind::kMethod;
  match.allow = wanted;
}

struct Verb {
  std::string_view name;
  Operation operation;
};
constexpr std::array<Verb, 5> kVerbs{{{"generateContent", Operation::kGenerate},
                                      {"streamGenerateContent", Operation::kGenerateStream},
                                      {"countTokens", Operation::kCountTokens},
                                      {"embedContent", Operation::kEmbed},
                                      {"batchEmbedContents", Operation::kBatchEmbed}}};

struct ModelVerb {
  std::string_view model;
  std::string_view name;
};

// "{m}:verb", or "{m}/countTokens" as some clients write it. None when there is no verb.
std::optional<ModelVerb> SplitVerb(std::string_view tail) {
  constexpr std::string_view kSlashed = "/countTokens";
  if (tail.ends_with(kSlashed)) return ModelVerb{tail.substr(0, tail.size() - kSlashed.size()), kSlashed.substr(1)};
  const auto colon = tail.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  return ModelVerb{tail.substr(0, colon), tail.substr(colon + 1)};
}

// "/models/{m}:verb" and Vertex's "/projects/…/publishers/google/models/{m}:verb".
bool MatchModelVerb(EndpointMatch& match, std::string_view rest, std::string_view method, std::string_view query,
                    Arena& arena) {
  const auto models = rest.rfind("/models/");
  if (models == std::string_view::npos) return false;
  const auto split = SplitVerb(rest.substr(models + std::string_view("/models/").size()));
  if (!split) return false;
  const auto* known =
      std::find_if(kVerbs.begin(), kVerbs.end(), [&](const Verb& verb) { return verb.name == split->name; });
  if (known == kVerbs.end()) {
    if (method != "POST") return false;  // a model whose name has a colon
    SetApi(match, Dialect::kGemini, Operation::kOther);
    match.other_path = rest.substr(models);
    return true;
  }
  SetApi(match, Dialect::kGemini, known->operation);
  match.endpoint.path_model = ModelName(split->model, arena);
  if (known->operation == Operation::kGenerateStream) {
    const bool sse = http::QueryValue(query, "alt").value_or("") == "sse";
    match.endpoint.framing = sse ? wire::StreamFraming::kSse : wire::StreamFraming::kJsonArray;
  }
  RequireMethod(match, method, "POST");
  return true;
}

bool MatchModels(EndpointMatch& match, std::string_view rest, std::string_view method, Family family, Arena& arena) {
  if (!StartsWith(rest, "/models")) return false;
  const std::string_view tail = rest.substr(std::string_view("/models").size());
  if (!tail.empty() && tail.front() != '/') return false;
  const Dialect dialect = family == Family::kAnthropic ? Dialect::kMessages
                          : family == Family::kGemini  ? Dialect::kGemini
                                                       : Dialect::kChat;
  if (method == "GET" || method == "HEAD") {
    SetApi(match, dialect, tail.size() > 1 ? Operation::kGetModel : Operation::kListModels);
    match.endpoint.path_model = tail.size() > 1 ? ModelName(tail.substr(1), arena) : std::string_view();
    return true;
  }
  SetApi(match, dialect, Operation::kOther);
  match.other_path = rest;
  if (tail.size() <= 1 || method != "DELETE") RequireMethod(match, method, "GET");
  return true;
}

bool MatchFixed(EndpointMatch& match, std::string_view rest, std::string_view method, const http::Headers& headers) {
  for (const FixedPath& fixed : kFixedPaths) {
    if (fixed.path != rest) continue;
    SetApi(match, fixed.dialect, fixed.operation);
    if (fixed.dialect == Dialect::kResponses && method == "GET" && headers.Has("upgrade")) {
      match.kind = Kind::kWebSocket;
      return true;
    }
    RequireMethod(match, method, "POST");
    return true;
  }
  return false;
}

bool MatchResource(EndpointMatch& match, std::string_view rest, Family family) {
  if (family == Family::kGemini) {
    for (const std::string_view resource : kGeminiResources) {
      if (!HasSegments(rest, resource)) continue;
      SetApi(match, Dialect::kGemini, Operation::kOther);
      match.other_path = rest;
      return true;
    }
  }
  for (const ResourcePath& resource : kResourcePaths) {
    if (!HasSegments(rest, resource.prefix)) continue;
    const bool anthropic_files = family == Family::kAnthropic && resource.prefix == "/files";
    SetApi(match, anthropic_files ? Dialect::kMessages : resource.dialect, Operation::kOther);
    match.other_path = rest;
    return true;
  }
  return false;
}

bool MatchLocal(EndpointMatch& match, std::string_view path, std::string_view method) {
  const bool read = method == "GET" || method == "HEAD";
  if (path == "/healthz") {
    match.kind = Kind::kHealth;
    if (!read) RequireMethod(match, method, "GET");
    return true;
  }
  if (path == "/api/hello" && read) {
    match.kind = Kind::kHello;
    return true;
  }
  if (path == "/" && read) {
    match.kind = method == "HEAD" ? Kind::kHello : Kind::kRoot;
    return true;
  }
  return false;
}

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
      row[j] = std::min({above + 1, row[j - 1] + 1, replaced});
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

EndpointMatch MatchEndpoint(std::string_view method, std::string_view path, std::string_view query,
                            const http::Headers& headers, Arena& arena) {
  EndpointMatch match;
  path = CleanPath(path, arena);
  match.family = FamilyByHeaders(headers, query);
  const Split split = SplitPrefixes(path);
  Family family = split.family.value_or(match.family);
  if (split.beta && !split.family) family = Family::kGemini;
  match.family = family;
  if (HasDotSegment(path)) return match;
  if (MatchLocal(match, split.rest.empty() ? "/" : split.rest, method)) return match;
  if (MatchFixed(match, split.rest, method, headers)) return match;
  if (MatchModelVerb(match, split.rest, method, query, arena)) return match;
  if (MatchModels(match, split.rest, method, family, arena)) return match;
  if (MatchResource(match, split.rest, family)) return match;
  return match;  // unknown
}

std::string_view SuggestPath(std::string_view path) {
  constexpr std::array<std::string_view, 10> kKnown{"/v1/chat/completions",
                                                    "/v1/completions",
                                                    "/v1/responses",
                                                    "/v1/messages",
                                                    "/v1/messages/count_tokens",
                                                    "/v1/models",
                                                    "/v1/embeddings",
                                                    "/v1beta/models",
                                                    "/healthz",
                                                    "/v1beta/models/{model}:generateContent"};
  constexpr std::size_t kLongest = 128;
  std::string_view best;
  std::size_t best_distance = 6;
  if (path.size() > kLongest) return best;
  for (const std::string_view known : kKnown) {
    const std::size_t distance = EditDistance(path, known);
    if (distance < best_distance) {
      best = known;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace ag::proxy
