#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <variant>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/pool/account_input.h"
#include "gatewayd/pool/origin.h"

namespace ag::pool {
namespace {

constexpr std::size_t kMaxClientId = 512;
constexpr std::size_t kMaxToken = 8192;

absl::Status Bad(std::string_view field, std::string_view message) {
  return FieldError(ErrorKind::kInvalidRequest, field, message);
}

bool IsPrintable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

absl::Status CheckTokenUrl(const std::string& url) {
  const auto origin = OriginOf(url);
  if (!origin.ok()) return Bad("token_url", ToStd(origin.status().message()));
  if (origin->scheme == "https" || IsPrivateHost(origin->host)) return absl::OkStatus();
  return Bad("token_url", absl::StrCat("the sign-in's secrets would go to ", origin->host,
                                       " in clear text over the internet; use https:// there"));
}

absl::Status Complete(const catalog::OAuthProfile& profile, const catalog::ProviderPreset& preset,
                      auth::OAuthGrant& grant) {
  grant.client.id = std::string(TrimSpace(grant.client.id));
  grant.client.secret = Secret(std::string(TrimSpace(grant.client.secret.Reveal())));
  grant.refresh_token = Secret(std::string(TrimSpace(grant.refresh_token.Reveal())));
  if (grant.client.id.empty()) {
    return Bad("client_id", absl::StrCat("a refresh token works only with the OAuth client that it was issued to: give "
                                         "the client's id (how to make one: ",
                                         profile.docs_url, ")"));
  }
  if (grant.client.id.size() > kMaxClientId || !IsPrintable(grant.client.id)) {
    return Bad("client_id", "that is no id of an OAuth client");
  }
  if (!IsPrintable(grant.client.secret.Reveal())) return Bad("client_secret", "the client secret has a line break");
  const std::string_view token = grant.refresh_token.Reveal();
  if (token.empty()) return Bad("refresh_token", "the refresh token is missing");
  if (token.size() > kMaxToken || !IsPrintable(token)) {
    return Bad("refresh_token", "that is no refresh token; was the right file given?");
  }
  if (grant.token_url.empty()) grant.token_url = profile.token_url;
  if (grant.scopes.empty()) grant.scopes = preset.oauth_scopes;
  return CheckTokenUrl(grant.token_url);
}

absl::Status Complete(const catalog::OAuthProfile& profile, const catalog::ProviderPreset& preset,
                      auth::ServiceAccountGrant& grant) {
  if (!profile.service_accounts) {
    return Bad("credential_file", absl::StrCat(profile.display_name, " knows no service accounts"));
  }
  if (grant.scopes.empty()) grant.scopes = preset.oauth_scopes;
  if (grant.token_url.empty()) grant.token_url = profile.token_url;
  return CheckTokenUrl(grant.token_url);
}

}  // namespace

absl::StatusOr<Credential> SignInCredential(const catalog::Catalog& catalog, const catalog::ProviderPreset& preset,
                                            SignIn sign_in, WallTime now) {
  const catalog::OAuthProfile* profile = catalog.FindOAuthProfile(preset.oauth_profile);
  if (profile == nullptr) {
    return Bad("provider", absl::StrCat("accounts of ", preset.name, " have API keys; there is nothing to sign in to"));
  }
  AG_RETURN_IF_ERROR(std::visit([&](auto& grant) { return Complete(*profile, preset, grant); }, sign_in.grant));
  const auto* service = std::get_if<auth::ServiceAccountGrant>(&sign_in.grant);
  std::string subject = service != nullptr ? service->email : std::string();
  Credential credential = GrantCredential(std::move(sign_in.grant));
  credential.subject = std::move(subject);
  if (!sign_in.tokens) return credential;
  return WithTokens(std::move(credential), *std::move(sign_in.tokens), now);
}

Credential WithTokens(Credential credential, auth::TokenReply tokens, WallTime now) {
  credential.secret = std::move(tokens.access_token);
  credential.expires = now + tokens.lifetime;
  if (!tokens.subject.empty()) credential.subject = std::move(tokens.subject);
  const auto* oauth = std::get_if<auth::OAuthGrant>(credential.grant.get());
  const bool rotated = oauth != nullptr && !tokens.refresh_token.empty() &&
                       oauth->refresh_token.Reveal() != tokens.refresh_token.Reveal();
  if (!rotated) return credential;
  auth::OAuthGrant next = *oauth;
  next.refresh_token = std::move(tokens.refresh_token);
  credential.grant = std::make_shared<const auth::TokenGrant>(std::move(next));
  return credential;
}

void UseBearer(Endpoints& endpoints) {
  for (auto& [dialect, endpoint] : endpoints) endpoint.auth = catalog::AuthStyle::kBearer;
}

}  // namespace ag::pool
