#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gatewayd/auth/token_grant.h"
#include "gatewayd/base/clock.h"
#include "gatewayd/base/secret.h"

namespace ag::pool {

// What an account signs in with, and what its requests carry. A value; copies share the grant.
struct Credential {
  enum class Kind : std::uint8_t { kNone, kApiKey, kOAuth, kServiceAccount };
  Kind kind = Kind::kNone;
  Secret secret;        // what requests carry: the API key, or the present access token (empty: none yet)
  WallTime expires{};   // of an access token
  std::string subject;  // who signed in; empty = not known
  // What access tokens are got with; null for the other kinds. Immutable, shared by all snapshots: a rotated refresh
  // token and a new sign-in are new objects.
  std::shared_ptr<const auth::TokenGrant> grant;
};
std::string_view NameOf(Credential::Kind kind);  // "none", "api_key", "oauth", "service_account": stable
std::optional<Credential::Kind> CredentialKindFromName(std::string_view name);

Credential KeyCredential(Secret key);  // kNone for an empty one
Credential GrantCredential(auth::TokenGrant grant);

// An access token is not used any more when it has less than this to live: the request must still arrive.
inline constexpr std::chrono::seconds kTokenMargin{30};

// What a request may carry now, without asking anybody: null when an access token has to be got first. Compares with
// the wall clock at each use, so that neither sleep nor a clock that was set outwits it.
const Secret* UsableSecret(const Credential& credential, WallTime now);

}  // namespace ag::pool
