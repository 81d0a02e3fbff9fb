#include "gatewayd/pool/credential.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>
#include <variant>

namespace ag::pool {
namespace {

constexpr std::array<std::string_view, 4> kKinds{"none", "api_key", "oauth", "service_account"};

}  // namespace

std::string_view NameOf(Credential::Kind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

std::optional<Credential::Kind> CredentialKindFromName(std::string_view name) {
  const auto found = std::find(kKinds.begin(), kKinds.end(), name);
  if (found == kKinds.end()) return std::nullopt;
  return static_cast<Credential::Kind>(found - kKinds.begin());
}

Credential KeyCredential(Secret key) {
  Credential credential;
  credential.kind = key.empty() ? Credential::Kind::kNone : Credential::Kind::kApiKey;
  credential.secret = std::move(key);
  return credential;
}

Credential GrantCredential(auth::TokenGrant grant) {
  Credential credential;
  const bool oauth = std::holds_alternative<auth::OAuthGrant>(grant);
  credential.kind = oauth ? Credential::Kind::kOAuth : Credential::Kind::kServiceAccount;
  credential.grant = std::make_shared<const auth::TokenGrant>(std::move(grant));
  return credential;
}

const Secret* UsableSecret(const Credential& credential, WallTime now) {
  if (credential.grant == nullptr) return &credential.secret;
  const bool lives = !credential.secret.empty() && credential.expires > now + kTokenMargin;
  return lives ? &credential.secret : nullptr;
}

}  // namespace ag::pool
