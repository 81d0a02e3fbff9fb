#include "gatewayd/pool/account_row.h"

#include <absl/strings/str_cat.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/pool/account_codec.h"
#include "gatewayd/pool/account_egress.h"
#include "gatewayd/pool/account_input.h"
#include "gatewayd/pool/credential_codec.h"
#include "gatewayd/pool/origin.h"

namespace ag::pool {
namespace {

WallTime FromMillis(std::int64_t ms) { return WallTime(std::chrono::milliseconds(ms)); }

// Where the secrets may go: the endpoints, and the server that gives tokens for them.
std::string BoundTo(const Account& account, const Credential& credential) {
  std::string bound = absl::StrCat(account.id.value(), "\n", OriginLines(account.endpoints));
  if (credential.grant == nullptr) return bound;
  const std::string& url = auth::TokenUrlOf(*credential.grant);
  const auto origin = OriginOf(url);
  return absl::StrCat(bound, "\ntokens ", origin.ok() ? origin->ToString() : url);
}

void NeedSignIn(Account& account, std::string_view code, std::string_view detail) {
  account.state = AccountState::kNeedsSignIn;
  account.state_until = {};
  account.state_reason = Reason{std::string(code), {{"detail", std::string(detail)}}};
}

// The credential of `account`, whose public part was read, with its secrets.
absl::StatusOr<Credential> Unseal(const store::AccountRow& row, const auth::SecretBox& box, const Account& account) {
  AG_ASSIGN_OR_RETURN(const Secret secrets, box.Open(row.sealed_secret, BoundTo(account, account.credential)));
  return WithSecrets(account.credential, secrets);
}

void ReadCredential(const store::AccountRow& row, const auth::SecretBox& box, Account& account) {
  const auto kind = CredentialKindFromName(row.credential_kind);
  if (kind == Credential::Kind::kNone) return;
  if (!kind) {
    NeedSignIn(account, "credential_kind_unknown", row.credential_kind);
    return;
  }
  auto known = CredentialFromJson(*kind, row.credential_json);
  if (!known.ok()) {
    account.credential.kind = *kind;
    NeedSignIn(account, "credential_unreadable", ToStd(known.status().message()));
    return;
  }
  account.credential = *std::move(known);
  auto whole = Unseal(row, box, account);
  if (whole.ok()) {
    account.credential = *std::move(whole);
  } else {
    NeedSignIn(account, "secret_unreadable", ToStd(whole.status().message()));
  }
}

}  // namespace

void CopyToRow(const Account& account, store::AccountRow& row) {
  row.id = account.id.value();
  row.label = account.label;
  row.preset = account.preset;
  row.family = std::string(NameOf(account.family));
  row.quota_group = account.quota_group;
  row.project = account.project;
  row.location = account.location;
  row.enabled = account.enabled;
  row.priority = account.priority;
  row.weight = account.weight;
  row.created_ms = Millis(account.created);
  row.revision = static_cast<std::int64_t>(account.revision);
}

void StateToRow(const Account& account, store::AccountRow& row) {
  row.state = std::string(NameOf(account.state));
  row.state_reason_json = StateToJson({account.state_reason, account.state_until, account.refusals});
}

void CredentialToRow(const Account& account, const auth::SecretBox& box, store::AccountRow& row) {
  row.endpoints_json = EndpointsToJson(account.endpoints);
  const Credential& credential = account.credential;
  row.credential_kind = std::string(NameOf(credential.kind));
  row.credential_json = CredentialToJson(credential);
  const bool has_secrets = credential.kind != Credential::Kind::kNone;
  row.sealed_secret = has_secrets ? box.Seal(SecretsOf(credential), BoundTo(account, credential)) : std::string();
}

bool SecretsAreReadable(const store::AccountRow& row, const auth::SecretBox& box, const Account& account) {
  return row.sealed_secret.empty() || Unseal(row, box, account).ok();
}

void FactsToRow(const Account& account, store::AccountRow& row) { row.facts_json = FactsToJson(account.facts); }

void EgressToRow(const Account& account, const auth::SecretBox& box, store::AccountRow& row) {
  row.egress_json = WayOutToJson(account.way_out, account.id, box);
}

Account AccountFromRow(const store::AccountRow& row, const catalog::Catalog& catalog, const auth::SecretBox& box) {
  Account account;
  account.id = AccountId(row.id);
  account.label = row.label;
  account.preset = row.preset;
  const catalog::ProviderPreset* preset = catalog.FindProvider(row.preset);
  account.family = FamilyFromName(row.family).value_or(preset != nullptr ? preset->family : Family::kOpenAi);
  account.quota_group = row.quota_group;
  account.project = row.project;
  account.location = row.location;
  account.enabled = row.enabled;
  if (auto limits = LimitsFromJson(row.limits_json); limits.ok()) account.limits = *limits;
  if (auto facts = FactsFromJson(row.facts_json); facts.ok()) account.facts = *std::move(facts);
  account.priority = row.priority;
  account.weight = row.weight;
  account.created = FromMillis(row.created_ms);
  account.revision = static_cast<std::uint64_t>(row.revision);
  if (auto models = ModelsFromJson(row.models_json); models.ok()) account.models = *std::move(models);
  if (row.models_refreshed_ms != 0) account.models_refreshed = FromMillis(row.models_refreshed_ms);
  account.state = AccountStateFromName(row.state).value_or(AccountState::kReady);
  if (auto state = StateFromJson(row.state_reason_json); state.ok()) {
    account.state_reason = std::move(state->reason);
    account.state_until = state->until;
    account.refusals = state->refusals;
  }
  // The catalogue's word counts, so that a correction of it reaches the accounts; the row's is for presets that left
  // it.
  if (preset != nullptr) {
    account.quirks = preset->quirks;
  } else if (auto quirks = QuirksFromJson(row.quirks_json); quirks.ok()) {
    account.quirks = *quirks;
  }
  auto endpoints = EndpointsFromJson(row.endpoints_json);
  if (endpoints.ok()) {
    account.endpoints = *std::move(endpoints);
    ReadCredential(row, box, account);
  } else {
    NeedSignIn(account, "endpoints_unreadable", ToStd(endpoints.status().message()));
  }
  auto way_out = WayOutFromJson(row.egress_json, account.id, box);
  if (way_out.ok()) {
    account.way_out = *std::move(way_out);
  } else {
    NeedSignIn(account, "egress_unreadable", ToStd(way_out.status().message()));
  }
  return account;
}

}  // namespace ag::pool
