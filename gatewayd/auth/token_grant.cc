#include "gatewayd/auth/token_grant.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "gatewayd/auth/form.h"
#include "gatewayd/auth/signed_jwt.h"
#include "gatewayd/base/arena.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag::auth {
namespace {

constexpr std::size_t kMaxQuoted = 300;
constexpr std::chrono::hours kAssertionLifetime{1};
constexpr std::int64_t kMaxLifetime = 365 * 24 * 3600;

void AppendClient(std::string& form, const OAuthClient& client) {
  AppendPair(form, "client_id", client.id);
  if (!client.secret.empty()) AppendPair(form, "client_secret", client.secret.Reveal());
}

Secret RefreshForm(const OAuthGrant& grant) {
  std::string form;
  AppendPair(form, "grant_type", "refresh_token");
  AppendPair(form, "refresh_token", grant.refresh_token.Reveal());
  AppendClient(form, grant.client);
  return Secret(std::move(form));
}

absl::StatusOr<Secret> AssertionForm(const ServiceAccountGrant& grant, WallTime now) {
  const std::int64_t issued = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  std::string claims;
  json::Writer writer(claims);
  writer.BeginObject().Field("iss", grant.email).Field("scope", absl::StrJoin(grant.scopes, " "));
  writer.Field("aud", grant.token_url).Field("iat", issued);
  writer.Field("exp", issued + std::chrono::seconds(kAssertionLifetime).count()).EndObject();
  AG_ASSIGN_OR_RETURN(const Secret assertion, SignJwt(grant.private_key, grant.key_id, claims));
  std::string form;
  AppendPair(form, "grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
  AppendPair(form, "assertion", assertion.Reveal());
  return Secret(std::move(form));
}

std::string_view TextOf(const json::Value& object, std::string_view key) {
  const json::Value* value = object.Find(key);
  return value == nullptr ? std::string_view() : value->str();
}

// What a code of RFC 6749 section 5.2 comes to, and of section 4.1.2.1 and OpenID Connect Core 1.0 section 3.1.2.6,
// whose codes some servers use here too; then Google's own
// (https://developers.google.com/identity/protocols/oauth2/web-server#authorization-errors).
struct Meaning {
  std::string_view code;
  ErrorKind kind;
  std::string_view sentence;
};
constexpr std::array<Meaning, 18> kMeanings{{
    {"invalid_grant", ErrorKind::kAccountAuth, "the sign-in is no longer accepted (it ended, or was revoked)"},
    {"invalid_client", ErrorKind::kAccountAuth, "the OAuth client's id or secret is not accepted"},
    {"unauthorized_client", ErrorKind::kAccountAuth, "the OAuth client may not sign in this way"},
    {"interaction_required", ErrorKind::kAccountAuth, "the sign-in wants its owner to do something"},
    {"login_required", ErrorKind::kAccountAuth, "the sign-in wants its owner to sign in again"},
    {"consent_required", ErrorKind::kAccountAuth, "the sign-in wants its owner's consent again"},
    {"access_denied", ErrorKind::kAccountForbidden, "access was denied"},
    {"slow_down", ErrorKind::kRateMinute, "the token server asks for a slower pace"},
    {"server_error", ErrorKind::kUpstreamServer, "the token server failed"},
    {"temporarily_unavailable", ErrorKind::kUpstreamServer, "the token server is not available"},
    {"invalid_scope", ErrorKind::kInvalidRequest, "a requested scope is not accepted"},
    {"invalid_request", ErrorKind::kInvalidRequest, "the token server refuses the request"},
    {"unsupported_grant_type", ErrorKind::kInvalidRequest, "the token server does not take this kind of sign-in"},
    {"admin_policy_enforced", ErrorKind::kAccountForbidden, "the organisation's administrator does not allow this app"},
    {"org_internal", ErrorKind::kAccountForbidden, "the OAuth client is for members of its organisation only"},
    {"deleted_client", ErrorKind::kAccountAuth, "the OAuth client was deleted"},
    {"disabled_client", ErrorKind::kAccountAuth, "the OAuth client is disabled"},
    {"redirect_uri_mismatch", ErrorKind::kInvalidRequest, "the OAuth client does not know this redirect address"},
}};

absl::Status TokenError(int status, std::string_view code, std::string_view text) {
  const auto known =
      std::find_if(kMeanings.begin(), kMeanings.end(), [code](const Meaning& one) { return one.code == code; });
  ErrorDetail detail;
  detail.scope = ErrorScope::kAccount;
  detail.http_status = status;
  detail.provider_code = std::string(code.substr(0, kMaxQuoted));
  detail.provider_text = std::string(text.substr(0, kMaxQuoted));
  // Without a code of the standard it need not be the token server that has answered (a captive portal, a proxy).
  detail.kind = ErrorKind::kProtocol;
  std::string_view sentence = "the token server's answer is none that is known";
  if (known != kMeanings.end()) {
    detail.kind = known->kind;
    sentence = known->sentence;
  } else if (status == 429) {
    detail.kind = ErrorKind::kRateMinute;
    sentence = "the token server asks for a slower pace";
  } else if (status >= 500) {
    detail.kind = ErrorKind::kUpstreamServer;
    sentence = "the token server failed";
  }
  std::string message = absl::StrCat(ToAbsl(sentence), " (", status);
  if (!code.empty()) absl::StrAppend(&message, " ", detail.provider_code);
  if (!text.empty()) absl::StrAppend(&message, ": ", detail.provider_text);
  return MakeError(std::move(detail), absl::StrCat(message, ")"));
}

absl::Status NoTokenReply(int status, std::string_view what) {
  ErrorDetail detail;
  detail.kind = ErrorKind::kProtocol;
  detail.scope = ErrorScope::kAccount;
  detail.http_status = status;
  return MakeError(std::move(detail), absl::StrCat("the token server's reply ", ToAbsl(what)));
}

// Google's API front ends wrap errors in an object; the token endpoint proper does not.
absl::Status ErrorOf(int status, const json::Value& root) {
  const json::Value* error = root.Find("error");
  if (error != nullptr && error->is_object())
    return TokenError(status, TextOf(*error, "status"), TextOf(*error, "message"));
  return TokenError(status, error == nullptr ? std::string_view() : error->str(), TextOf(root, "error_description"));
}

std::string SubjectOf(std::string_view id_token, Arena& arena) {
  const std::string claims = ClaimsOf(id_token);
  const auto root = json::Parse(claims, arena);
  return root.ok() ? std::string(TextOf(**root, "email")) : std::string();
}

bool FitsHeader(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

const std::string& TokenUrlOf(const TokenGrant& grant) {
  return std::visit([](const auto& one) -> const std::string& { return one.token_url; }, grant);
}

absl::StatusOr<Secret> TokenForm(const TokenGrant& grant, WallTime now) {
  if (const auto* oauth = std::get_if<OAuthGrant>(&grant)) return RefreshForm(*oauth);
  return AssertionForm(std::get<ServiceAccountGrant>(grant), now);
}

Secret CodeForm(const OAuthClient& client, std::string_view code, std::string_view redirect_uri,
                const Secret& code_verifier) {
  std::string form;
  AppendPair(form, "grant_type", "authorization_code");
  AppendPair(form, "code", code);
  AppendPair(form, "redirect_uri", redirect_uri);
  AppendPair(form, "code_verifier", code_verifier.Reveal());
  AppendClient(form, client);
  return Secret(std::move(form));
}

absl::StatusOr<TokenReply> ParseTokenReply(int status, std::string_view body) {
  Arena arena;
  const auto root = json::Parse(body, arena);
  const bool object = root.ok() && (*root)->is_object();
  if (status < 200 || status > 299) return object ? ErrorOf(status, **root) : TokenError(status, {}, {});
  if (!object) return NoTokenReply(status, "is no JSON object");
  if ((*root)->FindNonNull("error") != nullptr) return ErrorOf(status, **root);
  TokenReply reply;
  const std::string_view token = TextOf(**root, "access_token");
  if (token.empty() || !FitsHeader(token)) return NoTokenReply(status, "has no usable access_token");
  const std::string_view type = TextOf(**root, "token_type");
  if (!type.empty() && !EqualsIgnoreCase(type, "bearer")) {
    return NoTokenReply(status, "has a token of a type other than Bearer");
  }
  reply.access_token = Secret(std::string(token));
  if (const json::Value* lifetime = (*root)->FindNonNull("expires_in")) {
    const auto seconds = lifetime->AsInt();
    if (seconds) reply.lifetime = std::chrono::seconds(std::clamp<std::int64_t>(*seconds, 0, kMaxLifetime));
  }
  reply.refresh_token = Secret(std::string(TextOf(**root, "refresh_token")));
  reply.subject = SubjectOf(TextOf(**root, "id_token"), arena);
  return reply;
}

bool NeedsNewSignIn(const absl::Status& error) {
  switch (KindOf(error)) {
    case ErrorKind::kAccountAuth:
    case ErrorKind::kAccountForbidden:
    case ErrorKind::kInvalidRequest:
      return true;
    default:
      return false;
  }
}

}  // namespace ag::auth
