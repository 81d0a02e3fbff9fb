#include <absl/strings/str_cat.h>

#include <string>
#include <string_view>
#include <utility>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/http/message.h"
#include "gatewayd/upstream/provider.h"

namespace ag::upstream {
namespace {

// The largest pages that the two paging APIs document; OpenAI's list has one page.
std::string_view PageQuery(Family family) {
  switch (family) {
    case Family::kOpenAi:
      return "";
    case Family::kAnthropic:
      return "?limit=1000";
    case Family::kGemini:
      return "?pageSize=1000";
  }
  return "";
}

std::string_view Text(const json::Value& object, std::string_view key) {
  const auto* value = object.Find(key);
  return value == nullptr ? std::string_view() : value->str();
}

// Vertex AI lists models of a publisher, not of a project:
// https://cloud.google.com/vertex-ai/docs/reference/rest/v1beta1/publishers.models/list
constexpr std::string_view kPublisher = "/publishers/google";
constexpr std::string_view kPublisherModels = "/v1beta1/publishers/google/models";

std::string_view ModelId(const json::Value& entry) {
  if (const auto id = Text(entry, "id"); !id.empty()) return id;
  auto name = Text(entry, "name");
  for (const std::string_view prefix : {"publishers/google/models/", "models/"}) {
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  }
  return name;
}

// Query values of the providers' own tokens: everything but unreserved characters is escaped.
std::string EscapeQuery(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.' || c == '~';
    if (plain) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(kHex[byte >> 4]);
    out.push_back(kHex[byte & 15]);
  }
  return out;
}

std::string NextTarget(const Endpoint& endpoint, const json::Value& root) {
  if (endpoint.family == Family::kGemini) {
    const auto token = Text(root, "nextPageToken");
    return token.empty() ? "" : absl::StrCat(ModelListTarget(endpoint), "&pageToken=", EscapeQuery(token));
  }
  const auto* more = root.Find("has_more");
  const auto last = Text(root, "last_id");
  if (endpoint.family != Family::kAnthropic || more == nullptr || !more->AsBool(false) || last.empty()) return "";
  return absl::StrCat(ModelListTarget(endpoint), "&after_id=", EscapeQuery(last));
}

const json::Value* ListIn(const json::Value& root) {
  for (const std::string_view name : {"data", "models", "publisherModels"}) {
    if (const json::Value* list = root.Find(name); list != nullptr) return list;
  }
  return nullptr;
}

}  // namespace

std::string ModelListTarget(const Endpoint& endpoint) {
  const std::string_view path = endpoint.url.path;
  const bool vertex = endpoint.family == Family::kGemini && path.ends_with(kPublisher);
  if (vertex) return absl::StrCat(ToAbsl(kPublisherModels), "?pageSize=100");
  return absl::StrCat(endpoint.url.path, "/models", ToAbsl(PageQuery(endpoint.family)));
}

absl::StatusOr<ModelPage> ParseModelList(const Endpoint& endpoint, std::string_view body) {
  Arena arena;
  const auto root = json::Parse(body, arena);
  if (!root.ok()) {
    return MakeError(ErrorKind::kProtocol, absl::StrCat("the model list of ", endpoint.url.Origin(),
                                                        " is not JSON: ", root.status().message()));
  }
  const json::Value* list = *root;
  if (list->is_object()) list = ListIn(**root);
  // A key without any model gets {} from Gemini: proto3 JSON leaves empty lists out.
  const bool empty_gemini = list == nullptr && endpoint.family == Family::kGemini && (*root)->members().empty();
  if (!empty_gemini && (list == nullptr || !list->is_array())) {
    return MakeError(ErrorKind::kProtocol, absl::StrCat("the reply of ", endpoint.url.Origin(),
                                                        " has no model list; is the base URL right?"));
  }
  ModelPage page;
  if (empty_gemini) return page;
  for (const auto& entry : list->items()) {
    const auto id = ModelId(entry);
    if (!id.empty()) page.models.push_back({std::string(id), std::string(entry.raw())});
  }
  page.next_target = NextTarget(endpoint, **root);
  return page;
}

}  // namespace ag::upstream
