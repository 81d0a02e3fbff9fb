#include "gatewayd/pool/credential_codec.h"

#include <chrono>
#include <cstdint>
#include <utility>
#include <variant>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"

namespace ag::pool {
namespace {

absl::Status Unreadable() { return MakeError(ErrorKind::kInvalidRequest, "the stored credential cannot be read"); }

std::string TextOf(const json::Value& object, std::string_view key) {
  const json::Value* value = object.Find(key);
  return value == nullptr ? std::string() : std::string(value->str());
}

void WriteScopes(json::Writer& writer, const std::vector<std::string>& scopes) {
  writer.Key("scopes").BeginArray();
  for (const std::string& scope : scopes) writer.String(scope);
  writer.EndArray();
}

std::vector<std::string> ScopesOf(const json::Value& object) {
  std::vector<std::string> scopes;
  const json::Value* list = object.Find("scopes");
  if (list == nullptr) return scopes;
  for (const json::Value& item : list->items()) scopes.emplace_back(item.str());
  return scopes;
}

auth::TokenGrant PublicGrant(Credential::Kind kind, const json::Value& root) {
  if (kind == Credential::Kind::kServiceAccount) {
    auth::ServiceAccountGrant grant;
    grant.email = TextOf(root, "email");
    grant.key_id = TextOf(root, "key_id");
    grant.token_url = TextOf(root, "token_url");
    grant.scopes = ScopesOf(root);
    return grant;
  }
  auth::OAuthGrant grant;
  grant.client.id = TextOf(root, "client_id");
  grant.token_url = TextOf(root, "token_url");
  grant.scopes = ScopesOf(root);
  return grant;
}

}  // namespace

std::string CredentialToJson(const Credential& credential) {
  if (credential.grant == nullptr) return "{}";
  std::string out;
  json::Writer writer(out);
  writer.BeginObject();
  if (const auto* oauth = std::get_if<auth::OAuthGrant>(credential.grant.get())) {
    writer.Field("client_id", oauth->client.id).Field("token_url", oauth->token_url);
    WriteScopes(writer, oauth->scopes);
  } else {
    const auto& service = std::get<auth::ServiceAccountGrant>(*credential.grant);
    writer.Field("email", service.email).Field("key_id", service.key_id).Field("token_url", service.token_url);
    WriteScopes(writer, service.scopes);
  }
  writer.Field("subject", credential.subject);
  writer.Field("expires_ms", std::int64_t{credential.expires.time_since_epoch().count()}).EndObject();
  return out;
}

Secret SecretsOf(const Credential& credential) {
  if (credential.grant == nullptr) return credential.secret;
  std::string out;
  json::Writer writer(out);
  writer.BeginObject();
  if (const auto* oauth = std::get_if<auth::OAuthGrant>(credential.grant.get())) {
    writer.Field("client_secret", oauth->client.secret.Reveal());
    writer.Field("refresh_token", oauth->refresh_token.Reveal());
  } else {
    writer.Field("private_key", std::get<auth::ServiceAccountGrant>(*credential.grant).private_key.Reveal());
  }
  writer.Field("access_token", credential.secret.Reveal()).EndObject();
  return Secret(std::move(out));
}

absl::StatusOr<Credential> CredentialFromJson(Credential::Kind kind, std::string_view json) {
  Credential credential;
  credential.kind = kind;
  if (kind == Credential::Kind::kNone || kind == Credential::Kind::kApiKey) return credential;
  Arena arena;
  AG_ASSIGN_OR_RETURN(const json::Value* root, json::Parse(json, arena));
  if (!root->is_object()) return Unreadable();
  credential = GrantCredential(PublicGrant(kind, *root));
  if (auth::TokenUrlOf(*credential.grant).empty()) return Unreadable();
  credential.subject = TextOf(*root, "subject");
  const json::Value* expires = root->Find("expires_ms");
  const auto expires_ms = expires == nullptr ? std::nullopt : expires->AsInt();
  credential.expires = WallTime(std::chrono::milliseconds(expires_ms.value_or(0)));
  return credential;
}

absl::StatusOr<Credential> WithSecrets(const Credential& credential, const Secret& secrets) {
  Credential whole = credential;
  if (credential.grant == nullptr) {
    whole.secret = secrets;
    return whole;
  }
  Arena arena;
  const auto root = json::Parse(secrets.Reveal(), arena);
  if (!root.ok() || !(*root)->is_object()) return Unreadable();
  auth::TokenGrant grant = *credential.grant;
  if (auto* oauth = std::get_if<auth::OAuthGrant>(&grant)) {
    oauth->client.secret = Secret(TextOf(**root, "client_secret"));
    oauth->refresh_token = Secret(TextOf(**root, "refresh_token"));
  } else {
    std::get<auth::ServiceAccountGrant>(grant).private_key = Secret(TextOf(**root, "private_key"));
  }
  whole.grant = std::make_shared<const auth::TokenGrant>(std::move(grant));
  whole.secret = Secret(TextOf(**root, "access_token"));
  return whole;
}

}  // namespace ag::pool
