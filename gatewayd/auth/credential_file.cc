#include "gatewayd/auth/credential_file.h"

#include <absl/strings/str_cat.h>

#include <utility>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag::auth {
namespace {

absl::Status Bad(std::string_view what) {
  return FieldError(ErrorKind::kInvalidRequest, "credential_file", absl::StrCat("the credential file ", ToAbsl(what)));
}

std::string_view TextOf(const json::Value& root, std::string_view key) {
  const json::Value* value = root.Find(key);
  return value == nullptr ? std::string_view() : value->str();
}

absl::StatusOr<std::string> Required(const json::Value& root, std::string_view key) {
  const std::string_view text = TextOf(root, key);
  if (text.empty()) return Bad(absl::StrCat("has no \"", ToAbsl(key), "\""));
  return std::string(text);
}

absl::StatusOr<CredentialFile> ReadServiceAccount(const json::Value& root) {
  ServiceAccountGrant grant;
  AG_ASSIGN_OR_RETURN(grant.email, Required(root, "client_email"));
  AG_ASSIGN_OR_RETURN(std::string key, Required(root, "private_key"));
  AG_ASSIGN_OR_RETURN(grant.token_url, Required(root, "token_uri"));
  grant.private_key = Secret(std::move(key));
  grant.key_id = std::string(TextOf(root, "private_key_id"));
  // Whether the key signs is known now, not at the first request.
  const auto form = TokenForm(grant, WallTime());
  if (!form.ok()) return Bad("has a \"private_key\" that is no unencrypted RSA key in PEM");
  CredentialFile file;
  file.grant = std::move(grant);
  file.project = std::string(TextOf(root, "project_id"));
  return file;
}

absl::StatusOr<CredentialFile> ReadAuthorizedUser(const json::Value& root) {
  OAuthGrant grant;
  AG_ASSIGN_OR_RETURN(grant.client.id, Required(root, "client_id"));
  AG_ASSIGN_OR_RETURN(std::string token, Required(root, "refresh_token"));
  grant.refresh_token = Secret(std::move(token));
  grant.client.secret = Secret(std::string(TextOf(root, "client_secret")));
  grant.token_url = std::string(TextOf(root, "token_uri"));
  CredentialFile file;
  file.grant = std::move(grant);
  file.project = std::string(TextOf(root, "quota_project_id"));
  return file;
}

}  // namespace

absl::StatusOr<CredentialFile> ReadCredentialFile(const Secret& json) {
  Arena arena;
  const auto root = json::Parse(json.Reveal(), arena);
  if (!root.ok() || !(*root)->is_object()) return Bad("is no JSON object");
  const std::string_view type = TextOf(**root, "type");
  if (type == "service_account") return ReadServiceAccount(**root);
  if (type == "authorized_user") return ReadAuthorizedUser(**root);
  if ((*root)->Find("installed") != nullptr || (*root)->Find("web") != nullptr) {
    return Bad("is an OAuth client, not a credential: sign in with it (agctl accounts sign-in --client-id …)");
  }
  return Bad(
      "has no \"type\" that is known: \"service_account\" (a service account's key) and \"authorized_user\" "
      "(application default credentials) are");
}

}  // namespace ag::auth
