#include "gatewayd/pool/account_change.h"

#include <absl/strings/str_cat.h>

#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/pool/account_codec.h"
#include "gatewayd/pool/account_row.h"
#include "gatewayd/pool/origin.h"

namespace ag::pool {
namespace {

absl::Status Bad(std::string_view field, std::string_view message) {
  return FieldError(ErrorKind::kInvalidRequest, field, message);
}

absl::Status ChangeLabel(const AccountBook& book, std::string_view wanted, Account& account) {
  const std::string_view label = TrimSpace(wanted);
  AG_RETURN_IF_ERROR(CheckLabel(label));
  if (!book.LabelIsFree(label, account.id)) {
    return Bad("label", absl::StrCat("there is an account \"", ToAbsl(label), "\" already; choose another label"));
  }
  account.label = std::string(label);
  return absl::OkStatus();
}

absl::Status ChangeOrder(const AccountChange& change, Account& account) {
  if (change.priority) {
    AG_RETURN_IF_ERROR(CheckPriority(*change.priority));
    account.priority = *change.priority;
  }
  if (change.weight) {
    AG_RETURN_IF_ERROR(CheckWeight(*change.weight));
    account.weight = *change.weight;
  }
  return absl::OkStatus();
}

// The server that its owner chose, for MakeEndpoints; empty = the provider's own.
std::string ChosenServer(const catalog::ProviderPreset& preset, const Account& account) {
  if (account.endpoints.empty()) return {};
  const auto own = MakeEndpoints(preset, {}, {account.project, account.location});
  if (own.ok() && OriginLines(*own) == OriginLines(account.endpoints)) return {};
  const auto origin = OriginOf(account.endpoints.begin()->second.base_url);
  return origin.ok() ? origin->ToString() : std::string();
}

absl::Status CheckKnowsPlace(const catalog::ProviderPreset& preset, const CloudPlace& wanted) {
  if (!wanted.location.empty() && !catalog::NeedsPlace(preset)) {
    return Bad("location", absl::StrCat("provider ", preset.name, " knows no regions"));
  }
  if (!wanted.project.empty() && preset.family != Family::kGemini) {
    return Bad("project", absl::StrCat("provider ", preset.name,
                                       " knows no cloud projects; accounts that share one limit have one quota group"));
  }
  return absl::OkStatus();
}

// True if the account is in another project or region now, with the addresses there.
absl::StatusOr<bool> ChangePlace(const catalog::ProviderPreset& preset, const AccountChange& change, Account& account) {
  if (!change.project && !change.location) return false;
  const std::string project(TrimSpace(change.project.value_or(account.project)));
  const std::string location(TrimSpace(change.location.value_or(account.location)));
  AG_RETURN_IF_ERROR(CheckKnowsPlace(preset, {change.project ? std::string_view(project) : std::string_view(),
                                              change.location ? std::string_view(location) : std::string_view()}));
  AG_ASSIGN_OR_RETURN(const CloudPlace place, CheckPlace(preset, {project, location}));
  if (place.project == account.project && place.location == account.location) return false;
  const std::string server = ChosenServer(preset, account);
  account.project = std::string(place.project);
  account.location = std::string(place.location);
  if (!catalog::NeedsPlace(preset)) return true;
  AG_ASSIGN_OR_RETURN(account.endpoints, MakeEndpoints(preset, server, {account.project, account.location}));
  if (account.credential.grant != nullptr) UseBearer(account.endpoints);
  return true;
}

// The new addresses, with the secrets bound to them. They are the provider's own as before, so that its owner need not
// enter the secrets anew; but what could not be read cannot be sealed for another address.
absl::Status MoveToRow(const Account& before, const Account& account, const auth::SecretBox& box,
                       store::AccountRow& row) {
  if (OriginLines(before.endpoints) == OriginLines(account.endpoints)) {
    row.endpoints_json = EndpointsToJson(account.endpoints);
    return absl::OkStatus();
  }
  if (!SecretsAreReadable(row, box, before)) {
    return Bad("location",
               "what the account signs in with cannot be read, and is bound to its present address; give it again "
               "together with the new one");
  }
  CredentialToRow(account, box, row);
  return absl::OkStatus();
}

absl::Status ChangeCredential(const catalog::Catalog& catalog, const catalog::ProviderPreset& preset, WallTime now,
                              AccountChange& change, Account& account) {
  const bool has_secret = account.credential.kind != Credential::Kind::kNone;
  if (change.base_url && !change.api_key && !change.sign_in && has_secret) {
    return Bad("base_url",
               "a stored key is bound to its server; give the API key again together with the new base URL");
  }
  if (change.api_key && account.credential.grant != nullptr) {
    return Bad("api_key", absl::StrCat("account ", account.label, " signs in; add another account for the key"));
  }
  if (change.base_url || account.endpoints.empty()) {
    AG_ASSIGN_OR_RETURN(account.endpoints,
                        MakeEndpoints(preset, change.base_url.value_or(""), {account.project, account.location}));
  }
  if (change.api_key) {
    AG_ASSIGN_OR_RETURN(Secret key, CleanKey(*change.api_key));
    if (key.empty() && preset.key_required) {
      return Bad("api_key", absl::StrCat("provider ", preset.name, " needs a key"));
    }
    account.credential = KeyCredential(std::move(key));
  }
  if (change.sign_in) {
    AG_ASSIGN_OR_RETURN(account.credential, SignInCredential(catalog, preset, *std::move(change.sign_in), now));
    UseBearer(account.endpoints);
  }
  if (change.api_key || change.sign_in) {
    SetOwnStatus(account, Apply(OwnStatus(account), Signal::kCredentialReplaced, now));
  }
  return CheckSecretTransport(account.endpoints, account.credential);
}

// Of another quota: whether the plan has any for a model has to be learned anew.
void ForgetQuota(AccountFacts& facts) {
  const std::vector<LearnedFact> all(facts.all().begin(), facts.all().end());
  for (const LearnedFact& known : all) {
    if (known.fact.kind != catalog::ModelFact::Kind::kNoQuota) continue;
    facts.Contradict(known.model, WallTime::max(), std::span(&known.fact, 1));
  }
}

// What follows from another place, another group or another credential.
void ForgetOld(const Account& before, WallTime now, ChangedAccount& changed) {
  Account& account = changed.account;
  if (changed.moved) {
    SetOwnStatus(account, Apply(OwnStatus(account), Signal::kCleared, now));
    account.models.clear();
    account.models_refreshed.reset();
    changed.row.models_json = ModelsToJson({});
    changed.row.models_refreshed_ms = 0;
  }
  if (changed.moved || changed.new_credential) {
    ++account.access;
    StateToRow(account, changed.row);
    account.facts.Forget({});
  } else if (SharedQuota(before) != SharedQuota(account)) {
    ForgetQuota(account.facts);
  } else {
    return;
  }
  FactsToRow(account, changed.row);
}

absl::Status ChangeServer(const catalog::Catalog& catalog, const auth::SecretBox& box, WallTime now,
                          AccountChange& change, ChangedAccount& changed) {
  AG_ASSIGN_OR_RETURN(const catalog::ProviderPreset* preset, FindPreset(catalog, changed.account.preset));
  const Account before = changed.account;
  AG_ASSIGN_OR_RETURN(changed.moved, ChangePlace(*preset, change, changed.account));
  if (!changed.new_credential) {
    return changed.moved ? MoveToRow(before, changed.account, box, changed.row) : absl::OkStatus();
  }
  AG_RETURN_IF_ERROR(ChangeCredential(catalog, *preset, now, change, changed.account));
  CredentialToRow(changed.account, box, changed.row);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ChangedAccount> ChangeAccount(const AccountBook& book, const AccountEntry& entry, AccountChange change,
                                             const catalog::Catalog& catalog, const auth::SecretBox& box,
                                             WallTime now) {
  ChangedAccount changed{entry.pooled.account, entry.row};
  Account& account = changed.account;
  if (change.expected_revision && *change.expected_revision != account.revision) {
    return Bad("etag", absl::StrCat("account ", account.label, " was changed meanwhile; read it again and repeat"));
  }
  if (change.label) AG_RETURN_IF_ERROR(ChangeLabel(book, *change.label, account));
  AG_RETURN_IF_ERROR(ChangeOrder(change, account));
  if (change.limits) {
    AG_RETURN_IF_ERROR(CheckLimits(*change.limits));
    account.limits = *change.limits;
    changed.row.limits_json = LimitsToJson(account.limits);
  }
  if (change.egress) {
    AG_ASSIGN_OR_RETURN(account.way_out, MakeWayOut(*change.egress));
    EgressToRow(account, box, changed.row);
  }
  if (change.quota_group) {
    account.quota_group = std::string(TrimSpace(*change.quota_group));
    AG_RETURN_IF_ERROR(CheckQuotaGroup(account.quota_group));
  }
  if (change.enabled) {
    account.enabled = *change.enabled;
    if (account.enabled) SetOwnStatus(account, Apply(OwnStatus(account), Signal::kEnabled, now));
    StateToRow(account, changed.row);
  }
  changed.new_credential = change.api_key.has_value() || change.base_url.has_value() || change.sign_in.has_value();
  if (changed.new_credential || change.project || change.location) {
    AG_RETURN_IF_ERROR(ChangeServer(catalog, box, now, change, changed));
  }
  ForgetOld(entry.pooled.account, now, changed);
  ++account.revision;
  CopyToRow(account, changed.row);
  return changed;
}

}  // namespace ag::pool
