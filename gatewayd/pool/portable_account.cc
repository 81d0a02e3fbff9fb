#include "gatewayd/pool/portable_account.h"

#include <absl/strings/str_cat.h>

#include <optional>
#include <utility>
#include <variant>

#include "gatewayd/auth/secret_box.h"
#include "gatewayd/base/arena.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/pool/account_input.h"
#include "gatewayd/pool/credential_codec.h"

namespace ag::pool {
namespace {

constexpr std::int64_t kFormat = 1;

absl::Status Unreadable(std::string_view why) { return FieldError(ErrorKind::kInvalidRequest, "file", why); }

std::string TextOf(const json::Value& object, std::string_view key) {
  const json::Value* value = object.Find(key);
  return value == nullptr ? std::string() : std::string(value->str());
}

int IntOf(const json::Value& object, std::string_view key, int fallback) {
  const json::Value* value = object.Find(key);
  const auto number = value == nullptr ? std::nullopt : value->AsInt();
  return number && *number >= -1'000'000 && *number <= 1'000'000 ? static_cast<int>(*number) : fallback;
}

constexpr std::string_view ModeName(EgressInput::Mode mode) {
  switch (mode) {
    case EgressInput::Mode::kInherit:
      return "inherit";
    case EgressInput::Mode::kDirect:
      return "direct";
    case EgressInput::Mode::kProxy:
      return "proxy";
  }
  return "inherit";
}

void WriteEgress(json::Writer& writer, const EgressInput& egress) {
  writer.Key("egress").BeginObject().Field("mode", ModeName(egress.mode));
  writer.Field("proxy_url", egress.proxy_url.Reveal()).Field("ca_file", egress.ca_file).Key("no_proxy").BeginArray();
  for (const std::string& host : egress.no_proxy) writer.String(host);
  writer.EndArray().EndObject();
}

EgressInput ReadEgress(const json::Value& object) {
  EgressInput egress;
  const std::string mode = TextOf(object, "mode");
  if (mode == ModeName(EgressInput::Mode::kDirect)) egress.mode = EgressInput::Mode::kDirect;
  if (mode == ModeName(EgressInput::Mode::kProxy)) egress.mode = EgressInput::Mode::kProxy;
  egress.proxy_url = Secret(TextOf(object, "proxy_url"));
  egress.ca_file = TextOf(object, "ca_file");
  if (const json::Value* hosts = object.Find("no_proxy")) {
    for (const json::Value& host : hosts->items()) egress.no_proxy.emplace_back(host.str());
  }
  return egress;
}

void WriteAccount(json::Writer& writer, const PortableAccount& account) {
  writer.BeginObject().Field("label", account.label).Field("provider", account.preset);
  writer.Key("endpoints").Raw(EndpointsToJson(account.endpoints));
  writer.Field("project", account.project).Field("location", account.location);
  writer.Field("quota_group", account.quota_group);
  writer.Field("credential_kind", NameOf(account.credential.kind));
  writer.Key("credential").Raw(CredentialToJson(account.credential));
  writer.Field("secrets", SecretsOf(account.credential).Reveal());
  WriteEgress(writer, account.egress);
  writer.Field("enabled", account.enabled).Field("priority", account.priority).Field("weight", account.weight);
  writer.Key("limits").Raw(LimitsToJson(account.limits));
  writer.EndObject();
}

absl::StatusOr<Credential> ReadCredential(const json::Value& object) {
  const std::string name = TextOf(object, "credential_kind");
  const auto kind = CredentialKindFromName(name);
  if (!kind) return Unreadable(absl::StrCat("the file has a sign-in of a kind that is not known here: ", name));
  if (*kind == Credential::Kind::kNone) return Credential();
  const json::Value* known = object.Find("credential");
  AG_ASSIGN_OR_RETURN(const Credential credential,
                      CredentialFromJson(*kind, known == nullptr ? std::string_view("{}") : known->raw()));
  return WithSecrets(credential, Secret(TextOf(object, "secrets")));
}

absl::StatusOr<PortableAccount> ReadAccount(const json::Value& object) {
  PortableAccount account;
  account.label = TextOf(object, "label");
  account.preset = TextOf(object, "provider");
  const json::Value* endpoints = object.Find("endpoints");
  if (endpoints == nullptr) return Unreadable("the file has an account without an address");
  AG_ASSIGN_OR_RETURN(account.endpoints, EndpointsFromJson(endpoints->raw()));
  account.project = TextOf(object, "project");
  account.location = TextOf(object, "location");
  account.quota_group = TextOf(object, "quota_group");
  AG_ASSIGN_OR_RETURN(account.credential, ReadCredential(object));
  if (const json::Value* egress = object.Find("egress")) account.egress = ReadEgress(*egress);
  const json::Value* enabled = object.Find("enabled");
  account.enabled = enabled == nullptr || enabled->AsBool(true);
  account.priority = IntOf(object, "priority", 0);
  account.weight = IntOf(object, "weight", 1);
  if (const json::Value* limits = object.Find("limits")) {
    AG_ASSIGN_OR_RETURN(account.limits, LimitsFromJson(limits->raw()));
  }
  return account;
}

// The part of a credential that stays the same while tokens come and go.
std::string LastingPart(const Credential& credential) {
  if (credential.grant == nullptr) return std::string(credential.secret.Reveal());
  struct Visitor {
    std::string operator()(const auth::OAuthGrant& grant) const {
      return absl::StrCat(grant.client.id, "\n", ToAbsl(grant.refresh_token.Reveal()));
    }
    std::string operator()(const auth::ServiceAccountGrant& grant) const {
      return absl::StrCat(grant.email, "\n", ToAbsl(grant.private_key.Reveal()));
    }
  };
  return std::visit(Visitor(), *credential.grant);
}

}  // namespace

PortableAccount PortableOf(const Account& account) {
  PortableAccount portable;
  portable.label = account.label;
  portable.preset = account.preset;
  portable.endpoints = account.endpoints;
  portable.project = account.project;
  portable.location = account.location;
  portable.quota_group = account.quota_group;
  portable.credential = account.credential;
  portable.egress = InputOf(account.way_out);
  portable.enabled = account.enabled;
  portable.priority = account.priority;
  portable.weight = account.weight;
  portable.limits = account.limits;
  return portable;
}

bool CanTravel(const Account& account) {
  if (account.endpoints.empty() || account.state_reason.code == "egress_unreadable") return false;
  const Credential& credential = account.credential;
  if (credential.kind == Credential::Kind::kNone) return true;
  if (credential.grant == nullptr) return !credential.secret.empty();
  struct Visitor {
    bool operator()(const auth::OAuthGrant& grant) const { return !grant.refresh_token.empty(); }
    bool operator()(const auth::ServiceAccountGrant& grant) const { return !grant.private_key.empty(); }
  };
  return std::visit(Visitor(), *credential.grant);
}

Secret PortableToJson(const std::vector<PortableAccount>& accounts) {
  std::string out;
  json::Writer writer(out);
  writer.BeginObject().Field("format", kFormat).Key("accounts").BeginArray();
  for (const PortableAccount& account : accounts) WriteAccount(writer, account);
  writer.EndArray().EndObject();
  return Secret(std::move(out));
}

absl::StatusOr<std::vector<PortableAccount>> PortableFromJson(const Secret& json) {
  Arena arena;
  const auto root = json::Parse(json.Reveal(), arena);
  const json::Value* format = root.ok() ? (*root)->Find("format") : nullptr;
  if (format == nullptr || !format->AsInt()) return Unreadable("the file opens, but holds no accounts");
  if (*format->AsInt() != kFormat) return Unreadable("the file is of a newer version of AG Gateway");
  std::vector<PortableAccount> accounts;
  const json::Value* list = (*root)->Find("accounts");
  if (list == nullptr) return accounts;
  for (const json::Value& item : list->items()) {
    AG_ASSIGN_OR_RETURN(PortableAccount account, ReadAccount(item));
    accounts.push_back(std::move(account));
  }
  return accounts;
}

std::string FingerprintOf(std::string_view preset, const Endpoints& endpoints, const Credential& credential) {
  return auth::KeyHash(absl::StrCat(ToAbsl(preset), "\n", OriginLines(endpoints), "\n", ToAbsl(NameOf(credential.kind)),
                                    "\n", LastingPart(credential)));
}

}  // namespace ag::pool
