#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

#include "gatewayd/base/secret.h"

namespace ag::auth {

// A compact JWS (RFC 7515) of these claims, signed with RS256 (RFC 7518 section 3.3). kAccountAuth when `private_key`
// is no RSA key in PEM. `key_id` may be empty.
absl::StatusOr<Secret> SignJwt(const Secret& private_key, std::string_view key_id, std::string_view claims_json);

// The claims of a compact JWS, without a look at its signature: for tokens that came straight from their issuer over
// TLS (OpenID Connect Core section 3.1.3.7, number 6). Empty when it is none.
std::string ClaimsOf(std::string_view jwt);

}  // namespace ag::auth
