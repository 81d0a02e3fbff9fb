#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/secret.h"
#include "gatewayd/catalog/oauth_profile.h"

// The first half of a sign-in: the URL that a person opens in a browser, and what the browser brings back. Pure but for
// the operating system's randomness.
namespace ag::auth {

// A verifier of 43 characters and its S256 challenge (RFC 7636 section 4).
struct Pkce {
  Secret verifier;
  std::string challenge;
};
Pkce NewPkce();
std::string PkceChallenge(std::string_view verifier);
// 128 random bits: ties the redirect to this sign-in (RFC 6749 section 10.12).
std::string NewState();

// Where the browser is sent back to (RFC 8252 section 7.3).
std::string RedirectUri(const catalog::OAuthProfile& profile, std::uint16_t port);

struct AuthorizationRequest {
  std::string client_id;
  std::string redirect_uri;
  std::vector<std::string> scopes;  // besides the profile's own
  std::string challenge;
  std::string state;
  std::string login_hint;  // the e-mail address of an account that signs in again; may be empty
};
std::string AuthorizationUrl(const catalog::OAuthProfile& profile, const AuthorizationRequest& request);

// The code in the query of a redirect (RFC 6749 section 4.1.2). kClientAuth when `state` is missing or another
// sign-in's (the redirect says nothing of this one then), kAccountForbidden or kAccountAuth when the person or the
// server said no, kInvalidRequest when there is no code.
absl::StatusOr<Secret> CodeFromQuery(std::string_view query, std::string_view state);
// The same from what a person copied: the redirect's whole URL, its query, or the code alone.
absl::StatusOr<Secret> CodeFromPaste(std::string_view text, std::string_view state);

}  // namespace ag::auth
