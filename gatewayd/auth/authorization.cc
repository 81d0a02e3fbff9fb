#include "gatewayd/auth/authorization.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "gatewayd/auth/digest.h"
#include "gatewayd/auth/form.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/http/message.h"

namespace ag::auth {
namespace {

constexpr std::size_t kMaxCode = 4096;
constexpr std::size_t kMaxQuoted = 200;

template <std::size_t kBytes>
std::string RandomText() {
  std::array<unsigned char, kBytes> bytes{};
  AG_CHECK(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
  return absl::WebSafeBase64Escape(absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

// What came from a browser is shown again: printable, and not at any length.
std::string Quoted(std::string_view text) {
  std::string out(text.substr(0, kMaxQuoted));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return out;
}

absl::StatusOr<Secret> CheckedCode(std::string code) {
  const bool fits = !code.empty() && code.size() <= kMaxCode &&
                    std::all_of(code.begin(), code.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (fits) return Secret(std::move(code));
  return FieldError(ErrorKind::kInvalidRequest, "code",
                    "that is neither an authorization code nor the URL that the browser was sent to");
}

absl::Status Refusal(std::string_view code, std::string_view text) {
  ErrorDetail detail;
  detail.kind = code == "access_denied" ? ErrorKind::kAccountForbidden : ErrorKind::kAccountAuth;
  detail.scope = ErrorScope::kAccount;
  detail.provider_code = Quoted(code);
  detail.provider_text = Quoted(text);
  const std::string said = absl::StrCat(detail.provider_code, text.empty() ? "" : ": ", detail.provider_text);
  return MakeError(std::move(detail), absl::StrCat("the sign-in was refused (", said, "); begin again"));
}

}  // namespace

std::string PkceChallenge(std::string_view verifier) {
  const auto digest = Sha256({reinterpret_cast<const std::uint8_t*>(verifier.data()), verifier.size()});
  return absl::WebSafeBase64Escape(absl::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

Pkce NewPkce() {
  constexpr std::size_t kVerifierBytes = 32;
  std::string verifier = RandomText<kVerifierBytes>();
  std::string challenge = PkceChallenge(verifier);
  return Pkce{Secret(std::move(verifier)), std::move(challenge)};
}

std::string NewState() {
  constexpr std::size_t kStateBytes = 16;
  return RandomText<kStateBytes>();
}

std::string RedirectUri(const catalog::OAuthProfile& profile, std::uint16_t port) {
  return absl::StrCat("http://", profile.redirect_host, ":", port, profile.redirect_path);
}

std::string AuthorizationUrl(const catalog::OAuthProfile& profile, const AuthorizationRequest& request) {
  std::vector<std::string> scopes = profile.scopes;
  scopes.insert(scopes.end(), request.scopes.begin(), request.scopes.end());
  std::string url = profile.authorize_url;
  if (url.find('?') == std::string::npos) url += '?';
  AppendPair(url, "response_type", "code");
  AppendPair(url, "client_id", request.client_id);
  AppendPair(url, "redirect_uri", request.redirect_uri);
  if (!scopes.empty()) AppendPair(url, "scope", absl::StrJoin(scopes, " "));
  AppendPair(url, "state", request.state);
  AppendPair(url, "code_challenge", request.challenge);
  AppendPair(url, "code_challenge_method", "S256");
  for (const auto& [name, value] : profile.authorize_parameters) AppendPair(url, name, value);
  if (!request.login_hint.empty()) AppendPair(url, "login_hint", request.login_hint);
  return url;
}

absl::StatusOr<Secret> CodeFromQuery(std::string_view query, std::string_view state) {
  const auto theirs = http::QueryValue(query, "state");
  if (!theirs || !EqualsConstantTime(*theirs, state)) {
    return FieldError(ErrorKind::kClientAuth, "state",
                      "this answer belongs to another sign-in (its state is not the one that this sign-in sent out)");
  }
  if (const auto error = http::QueryValue(query, "error")) {
    return Refusal(*error, http::QueryValue(query, "error_description").value_or(""));
  }
  return CheckedCode(http::QueryValue(query, "code").value_or(""));
}

absl::StatusOr<Secret> CodeFromPaste(std::string_view text, std::string_view state) {
  text = TrimSpace(text);
  text = text.substr(0, text.find('#'));
  const std::size_t mark = text.find('?');
  const bool url = text.starts_with("http://") || text.starts_with("https://");
  if (url && mark == std::string_view::npos) return CheckedCode("");
  if (url) return CodeFromQuery(text.substr(mark + 1), state);
  // Codes have "/" and "=" in them, but a query has both of its names.
  if (text.find("code=") != std::string_view::npos && text.find("state=") != std::string_view::npos) {
    return CodeFromQuery(text.starts_with('?') ? text.substr(1) : text, state);
  }
  // Google shows codes percent-encoded in the address bar.
  return CheckedCode(http::PercentDecode(text));
}

}  // namespace ag::auth
