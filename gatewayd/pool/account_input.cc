#include "gatewayd/pool/account_input.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <cstddef>
#include <set>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/pool/origin.h"

namespace ag::pool {
namespace {

constexpr std::size_t kMaxKey = 8192;
constexpr std::size_t kMaxLabel = 100;
constexpr std::size_t kMaxPlace = 100;
constexpr int kMaxWeight = 1000;
constexpr int kMaxPriority = 1000;

absl::Status Bad(std::string_view field, std::string_view message) {
  return FieldError(ErrorKind::kInvalidRequest, field, message);
}

absl::Status CheckName(std::string_view field, std::string_view what, std::string_view name) {
  if (name.size() > kMaxLabel) {
    return Bad(field, absl::StrCat("the ", ToAbsl(what), " is longer than ", kMaxLabel, " bytes"));
  }
  const bool has_control = std::any_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
  return has_control ? Bad(field, absl::StrCat("the ", ToAbsl(what), " has control characters")) : absl::OkStatus();
}

// The paths below such an address are the provider's: another server replaces its origin alone.
absl::StatusOr<std::string> PlacedUrl(std::string_view known, std::string_view wanted, const CloudPlace& place) {
  std::string url = catalog::FillPlace(known, place.project, place.location);
  if (wanted.empty()) return url;
  AG_ASSIGN_OR_RETURN(const Origin origin, OriginOf(wanted));
  const std::size_t path = url.find('/', url.find("://") + 3);
  return absl::StrCat(origin.ToString(), url.substr(path));
}

}  // namespace

absl::StatusOr<const catalog::ProviderPreset*> FindPreset(const catalog::Catalog& catalog, std::string_view name) {
  if (const catalog::ProviderPreset* preset = catalog.FindProvider(name)) return preset;
  std::vector<std::string> names;
  for (const catalog::ProviderPreset& preset : catalog.providers()) names.push_back(preset.name);
  const std::vector<std::string> near = catalog::Catalog::Suggest(name, names);
  const std::string hint = near.empty() ? absl::StrCat("known are ", absl::StrJoin(names, ", "))
                                        : absl::StrCat("did you mean ", absl::StrJoin(near, " or "), "?");
  return Bad("provider", absl::StrCat("there is no provider \"", ToAbsl(name), "\"; ", hint));
}

absl::StatusOr<CloudPlace> CheckPlace(const catalog::ProviderPreset& preset, CloudPlace place) {
  // Both become part of the address that the key goes to, or of a header.
  const auto fits = [](std::string_view text, std::string_view more) {
    return !text.empty() && text.size() <= kMaxPlace && std::all_of(text.begin(), text.end(), [more](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || more.find(c) != std::string_view::npos;
    });
  };
  const absl::Status no_project = Bad("project", "that is no id of a cloud project");
  if (!catalog::NeedsPlace(preset)) {
    const bool names_one = preset.family == Family::kGemini && !place.project.empty();
    if (names_one && !fits(place.project, ".:")) return no_project;
    return place;
  }
  if (place.location.empty()) place.location = "global";
  if (!fits(place.location, "")) return Bad("location", "the location must be one such as global or europe-west4");
  if (place.project.empty()) {
    return Bad("project", absl::StrCat("provider ", preset.name, " needs the id of the cloud project"));
  }
  if (!fits(place.project, ".:")) return no_project;
  return place;
}

absl::StatusOr<Endpoints> MakeEndpoints(const catalog::ProviderPreset& preset, std::string_view base_url,
                                        CloudPlace place) {
  base_url = TrimSpace(base_url);
  AG_ASSIGN_OR_RETURN(place, CheckPlace(preset, place));
  if (base_url.empty() && preset.base_url_required) {
    return Bad("base_url",
               absl::StrCat("provider ", preset.name, " needs a base URL, such as http://localhost:8000/v1"));
  }
  Endpoints endpoints;
  for (const auto& [dialect, known] : preset.endpoints) {
    AccountEndpoint endpoint{known.base_url, known.auth};
    if (catalog::NeedsPlace(preset)) {
      AG_ASSIGN_OR_RETURN(endpoint.base_url, PlacedUrl(known.base_url, base_url, place));
    } else if (!base_url.empty()) {
      endpoint.base_url = catalog::NormalizeBaseUrl(base_url, dialect);
    }
    AG_RETURN_IF_ERROR(OriginOf(endpoint.base_url).status());
    endpoints.emplace(dialect, std::move(endpoint));
  }
  return endpoints;
}

absl::StatusOr<Secret> CleanKey(const Secret& key) {
  const std::string_view text = TrimSpace(key.Reveal());
  const bool fits = std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (!fits) return Bad("api_key", "the API key has a space, a line break or another character that no key has");
  if (text.size() > kMaxKey) return Bad("api_key", "the API key is too long; was the right file given?");
  return Secret(std::string(text));
}

absl::Status CheckSecretTransport(const Endpoints& endpoints, const Credential& credential) {
  if (credential.kind == Credential::Kind::kNone) return absl::OkStatus();
  for (const auto& [dialect, endpoint] : endpoints) {
    AG_ASSIGN_OR_RETURN(const Origin origin, OriginOf(endpoint.base_url));
    if (origin.scheme == "https" || IsPrivateHost(origin.host)) continue;
    return Bad("base_url", absl::StrCat("the key would go to ", origin.host,
                                        " in clear text over the internet; use https:// there (http:// is served "
                                        "without a key, or for hosts of the own network)"));
  }
  return absl::OkStatus();
}

absl::Status CheckLabel(std::string_view label) {
  if (label.empty()) return Bad("label", "the label is empty");
  return CheckName("label", "label", label);
}

absl::Status CheckQuotaGroup(std::string_view group) { return CheckName("quota_group", "quota group", group); }

absl::Status CheckWeight(int weight) {
  if (weight >= 1 && weight <= kMaxWeight) return absl::OkStatus();
  return Bad("weight",
             absl::StrCat("the weight must be from 1 to ", kMaxWeight, "; disable an account to give it nothing"));
}

absl::Status CheckPriority(int priority) {
  if (priority >= -kMaxPriority && priority <= kMaxPriority) return absl::OkStatus();
  return Bad("priority", absl::StrCat("the priority must be from -", kMaxPriority, " to ", kMaxPriority));
}

std::string OriginLines(const Endpoints& endpoints) {
  std::set<std::string> origins;
  for (const auto& [dialect, endpoint] : endpoints) {
    const auto origin = OriginOf(endpoint.base_url);
    // A stored text that is no URL still binds: it must not become "no binding".
    origins.insert(origin.ok() ? origin->ToString() : endpoint.base_url);
  }
  return absl::StrJoin(origins, "\n");
}

}  // namespace ag::pool
