#include <absl/strings/str_cat.h>
#include <absl/strings/str_replace.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "gatewayd/base/strings.h"
#include "gatewayd/catalog/catalog.h"

namespace ag::catalog {
namespace {

void StripSlashes(std::string_view& text) {
  while (!text.empty() && text.back() == '/') text.remove_suffix(1);
}

bool StripSuffix(std::string_view& text, std::string_view suffix) {
  if (text.size() < suffix.size() || text.substr(text.size() - suffix.size()) != suffix) return false;
  text.remove_suffix(suffix.size());
  return true;
}

// "/v1/chat/completions" → "/v1". Longer names come before those that they end with.
void StripEndpoint(std::string_view& path) {
  if (const auto models = path.find("/models/"); models != std::string_view::npos) path = path.substr(0, models);
  for (const std::string_view endpoint :
       {"/chat/completions", "/completions", "/responses/input_tokens", "/responses/compact", "/responses",
        "/messages/count_tokens", "/messages", "/embeddings", "/models"}) {
    if (StripSuffix(path, endpoint)) break;
  }
  StripSlashes(path);
}

bool EndsWithVersion(std::string_view path) {
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return false;
  const auto last = path.substr(slash + 1);
  return last.size() >= 2 && last[0] == 'v' && last[1] >= '0' && last[1] <= '9';
}

}  // namespace

std::string NormalizeBaseUrl(std::string_view user_url, Dialect dialect) {
  auto url = TrimSpace(user_url);
  url = url.substr(0, url.find_first_of("?#"));
  StripSlashes(url);
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  const auto slash = url.find('/', scheme + 3);
  const auto origin = url.substr(0, slash);
  auto path = slash == std::string_view::npos ? std::string_view() : url.substr(slash);
  StripEndpoint(path);
  const bool sdk_adds_version = dialect == Dialect::kMessages || dialect == Dialect::kGemini;
  // Vertex AI has its version in front: "/v1/projects/…/publishers/google".
  const bool versioned = EndsWithVersion(path) || path.find("/publishers/") != std::string_view::npos;
  const bool add = path.empty() || (sdk_adds_version && !versioned);
  const std::string_view version = !add ? "" : dialect == Dialect::kGemini ? "/v1beta" : "/v1";
  return absl::StrCat(ToAbsl(origin), ToAbsl(path), ToAbsl(version));
}

bool NeedsPlace(const ProviderPreset& preset) {
  return std::any_of(preset.endpoints.begin(), preset.endpoints.end(),
                     [](const auto& each) { return each.second.base_url.find("{location}") != std::string::npos; });
}

std::string FillPlace(std::string_view base_url, std::string_view project, std::string_view location) {
  const std::string host = location == "global" ? "://" : absl::StrCat("://", ToAbsl(location), "-");
  return absl::StrReplaceAll(
      ToAbsl(base_url), {{"://{location}-", host}, {"{location}", ToAbsl(location)}, {"{project}", ToAbsl(project)}});
}

}  // namespace ag::catalog
