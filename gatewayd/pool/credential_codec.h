#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

#include "gatewayd/base/secret.h"
#include "gatewayd/pool/credential.h"

// A credential as the database has it: what is no secret as JSON, what is one in a text to be sealed.
namespace ag::pool {

// {} for keys; {"client_id", "token_url", "scopes", "subject", "expires_ms"} for OAuth; service accounts have
// "email" and "key_id" in place of the client.
std::string CredentialToJson(const Credential& credential);
// The API key itself; {"client_secret", "refresh_token", "access_token"}; {"private_key", "access_token"}.
Secret SecretsOf(const Credential& credential);

// What `json` says, without the secrets. InvalidRequest when it cannot be read.
absl::StatusOr<Credential> CredentialFromJson(Credential::Kind kind, std::string_view json);
// The same with its secrets put in.
absl::StatusOr<Credential> WithSecrets(const Credential& credential, const Secret& secrets);

}  // namespace ag::pool
