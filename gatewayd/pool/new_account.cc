#include "gatewayd/pool/new_account.h"

#include <absl/strings/str_cat.h>

#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/pool/account_codec.h"
#include "gatewayd/pool/origin.h"

namespace ag::pool {
namespace {

absl::StatusOr<Credential> NewCredential(const catalog::Catalog& catalog, const catalog::ProviderPreset& preset,
                                         NewAccount& wanted, WallTime now) {
  AG_ASSIGN_OR_RETURN(Secret key, CleanKey(wanted.api_key));
  if (wanted.sign_in) {
    if (!key.empty()) return FieldError(ErrorKind::kInvalidRequest, "api_key", "an account that signs in has no key");
    return SignInCredential(catalog, preset, *std::move(wanted.sign_in), now);
  }
  if (key.empty() && preset.key_required) {
    const bool other_way = !preset.oauth_profile.empty();
    return FieldError(ErrorKind::kInvalidRequest, "api_key",
                      absl::StrCat("provider ", preset.name, " needs an API key", other_way ? ", or a sign-in" : ""));
  }
  return KeyCredential(std::move(key));
}

absl::Status CheckEndpoints(const Endpoints& endpoints) {
  if (endpoints.empty()) return FieldError(ErrorKind::kInvalidRequest, "file", "an account has no address");
  for (const auto& [dialect, endpoint] : endpoints) AG_RETURN_IF_ERROR(OriginOf(endpoint.base_url).status());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PortableAccount> PortableFrom(const catalog::Catalog& catalog, NewAccount wanted, WallTime now) {
  AG_ASSIGN_OR_RETURN(const catalog::ProviderPreset* preset, FindPreset(catalog, wanted.preset));
  PortableAccount account;
  AG_ASSIGN_OR_RETURN(const CloudPlace place, CheckPlace(*preset, {wanted.project, wanted.location}));
  account.project = std::string(place.project);
  account.location = std::string(place.location);
  AG_ASSIGN_OR_RETURN(account.endpoints, MakeEndpoints(*preset, wanted.base_url, place));
  AG_ASSIGN_OR_RETURN(account.credential, NewCredential(catalog, *preset, wanted, now));
  if (account.credential.grant != nullptr) UseBearer(account.endpoints);
  account.label = std::move(wanted.label);
  account.preset = preset->name;
  account.quota_group = std::string(TrimSpace(wanted.quota_group));
  account.egress = std::move(wanted.egress);
  account.priority = wanted.priority;
  account.weight = wanted.weight;
  return account;
}

absl::StatusOr<Account> MakeAccount(const catalog::Catalog& catalog, const PortableAccount& wanted, WallTime now) {
  AG_ASSIGN_OR_RETURN(const catalog::ProviderPreset* preset, FindPreset(catalog, wanted.preset));
  AG_RETURN_IF_ERROR(CheckEndpoints(wanted.endpoints));
  AG_RETURN_IF_ERROR(CheckSecretTransport(wanted.endpoints, wanted.credential));
  AG_RETURN_IF_ERROR(CheckWeight(wanted.weight));
  AG_RETURN_IF_ERROR(CheckPriority(wanted.priority));
  AG_RETURN_IF_ERROR(CheckQuotaGroup(wanted.quota_group));
  if (!wanted.label.empty()) AG_RETURN_IF_ERROR(CheckLabel(wanted.label));
  Account account;
  AG_ASSIGN_OR_RETURN(account.way_out, MakeWayOut(wanted.egress));
  account.label = wanted.label;
  account.preset = preset->name;
  account.family = preset->family;
  account.quirks = preset->quirks;
  account.endpoints = wanted.endpoints;
  account.project = wanted.project;
  account.location = wanted.location;
  account.quota_group = wanted.quota_group;
  account.credential = wanted.credential;
  account.enabled = wanted.enabled;
  account.priority = wanted.priority;
  account.weight = wanted.weight;
  AG_RETURN_IF_ERROR(CheckLimits(wanted.limits));
  account.limits = wanted.limits;
  account.created = now;
  return account;
}

absl::StatusOr<Account> MakeAccount(const catalog::Catalog& catalog, NewAccount wanted, WallTime now) {
  AG_ASSIGN_OR_RETURN(PortableAccount portable, PortableFrom(catalog, std::move(wanted), now));
  portable.label.clear();  // trimmed and checked by whoever knows the others
  return MakeAccount(catalog, portable, now);
}

}  // namespace ag::pool
