#pragma once

#include <absl/status/statusor.h>

#include <chrono>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gatewayd/base/clock.h"
#include "gatewayd/base/secret.h"

// What access tokens are got with, and what getting them says. Pure: bytes in, bytes out.
namespace ag::auth {

// The user's own registration with the organisation that signs in. Public clients have no secret.
struct OAuthClient {
  std::string id;
  Secret secret;
};

// A refresh token with the client that it was issued to (RFC 6749 section 6).
struct OAuthGrant {
  OAuthClient client;
  std::string token_url;
  std::vector<std::string> scopes;  // as they were asked for; for people
  Secret refresh_token;
};

// A service account that signs its own grants (RFC 7523,
// https://developers.google.com/identity/protocols/oauth2/service-account).
struct ServiceAccountGrant {
  std::string email;
  std::string key_id;
  std::string token_url;
  std::vector<std::string> scopes;
  Secret private_key;  // PEM, PKCS #8
};

using TokenGrant = std::variant<OAuthGrant, ServiceAccountGrant>;

const std::string& TokenUrlOf(const TokenGrant& grant);

// The form that asks the token URL for a new access token. kAccountAuth when the private key does not sign.
absl::StatusOr<Secret> TokenForm(const TokenGrant& grant, WallTime now);
// The form that turns an authorization code into the first tokens (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
Secret CodeForm(const OAuthClient& client, std::string_view code, std::string_view redirect_uri,
                const Secret& code_verifier);

// What the token URL gave.
struct TokenReply {
  Secret access_token;
  std::chrono::seconds lifetime{3600};  // as stated; an hour where nothing is
  Secret refresh_token;                 // empty: the one that was used stays
  std::string subject;                  // the e-mail address in the ID token; empty = not told
};

// A reply of the token URL. Errors (RFC 6749 section 5.2) carry the `error` code as provider_code and tell of the whole
// account: kAccountAuth when the sign-in or the client is no longer accepted (only a new sign-in helps),
// kAccountForbidden, kInvalidRequest (the request is wrong and will stay so), kRateMinute, kUpstreamServer, kProtocol.
absl::StatusOr<TokenReply> ParseTokenReply(int status, std::string_view body);

// True for failures that trying again cannot mend.
bool NeedsNewSignIn(const absl::Status& error);

}  // namespace ag::auth
