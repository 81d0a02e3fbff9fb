#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/auth/token_grant.h"
#include "gatewayd/base/clock.h"
#include "gatewayd/base/secret.h"
#include "gatewayd/catalog/catalog.h"
#include "gatewayd/pool/account_codec.h"
#include "gatewayd/pool/credential.h"

// What people enter, checked and brought into form. All errors are InvalidRequest, name the field and never quote a
// key.
namespace ag::pool {

// The preset of that name; suggests near names.
absl::StatusOr<const catalog::ProviderPreset*> FindPreset(const catalog::Catalog& catalog, std::string_view name);

// Where in a cloud an account is. Part of the addresses of some providers (catalog::NeedsPlace).
struct CloudPlace {
  std::string_view project;
  std::string_view location;
};
// The place that the preset needs, checked: a project, and the location "global" if none is given. For the others it
// is what it was; a project of Google's goes into a header, and is checked too.
absl::StatusOr<CloudPlace> CheckPlace(const catalog::ProviderPreset& preset, CloudPlace place);

// The preset's endpoints, at `base_url` if one is given. Refuses URLs that are not http(s).
absl::StatusOr<Endpoints> MakeEndpoints(const catalog::ProviderPreset& preset, std::string_view base_url,
                                        CloudPlace place);

// The key without the white space around it (files end with a newline). Refuses what could not stand in a header.
absl::StatusOr<Secret> CleanKey(const Secret& key);

// Refuses to send a key or an access token in clear text over a network that is not one's own.
absl::Status CheckSecretTransport(const Endpoints& endpoints, const Credential& credential);

// What a user signs in with in place of an API key, and the first tokens if a sign-in has just brought them.
struct SignIn {
  auth::TokenGrant grant;  // an empty token_url or list of scopes takes the provider's
  std::optional<auth::TokenReply> tokens;
};
// The credential of an account of `preset`, checked: the provider takes sign-ins of that kind, nothing is missing, and
// the secrets travel to the token URL encrypted or over one's own network.
absl::StatusOr<Credential> SignInCredential(const catalog::Catalog& catalog, const catalog::ProviderPreset& preset,
                                            SignIn sign_in, WallTime now);
// The present tokens and, if it was rotated, the new refresh token, in place of those of `credential`.
Credential WithTokens(Credential credential, auth::TokenReply tokens, WallTime now);
// Access tokens travel as bearer tokens, whatever the provider's keys do (RFC 6750 section 2.1).
void UseBearer(Endpoints& endpoints);

absl::Status CheckLabel(std::string_view label);
absl::Status CheckQuotaGroup(std::string_view group);  // empty = none
absl::Status CheckWeight(int weight);
absl::Status CheckPriority(int priority);

// The origins of the endpoints, sorted and unique, a line each: what a sealed credential is bound to.
std::string OriginLines(const Endpoints& endpoints);

}  // namespace ag::pool
