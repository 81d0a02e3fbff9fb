#include "tests/fakes/fake_oauth_server.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <openssl/evp.h>

#include <array>
#include <utility>

#include "gatewayd/base/strings.h"
#include "tests/support/rsa_key.h"

namespace ag::test {
namespace {

std::string Decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out += absl::HexStringToBytes(ToAbsl(text.substr(i + 1, 2)));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::string ValueOf(std::string_view form, std::string_view name) {
  while (!form.empty()) {
    const std::size_t end = form.find('&');
    const std::string_view pair = form.substr(0, end);
    if (pair.substr(0, pair.find('=')) == name && pair.size() > name.size())
      return Decoded(pair.substr(name.size() + 1));
    if (end == std::string_view::npos) break;
    form.remove_prefix(end + 1);
  }
  return {};
}

std::string Challenge(std::string_view verifier) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(verifier.data(), verifier.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return absl::WebSafeBase64Escape(absl::string_view(reinterpret_cast<const char*>(digest.data()), size));
}

bool IsSigned(std::string_view assertion) {
  const std::size_t dot = assertion.rfind('.');
  std::string signature;
  if (dot == std::string_view::npos) return false;
  if (!absl::WebSafeBase64Unescape(ToAbsl(assertion.substr(dot + 1)), &signature)) return false;
  return RsaKey::Shared().Verifies(assertion.substr(0, dot), signature);
}

Reply Refused(std::string_view code, std::string_view text) {
  return Reply(400).Json(
      absl::StrCat(R"({"error":")", ToAbsl(code), R"(","error_description":")", ToAbsl(text), "\"}"));
}

}  // namespace

FakeOAuthServer::FakeOAuthServer() {
  server_.Respond([this](const RecordedRequest& request) { return Answer(request); });
}

std::string FakeOAuthServer::CatalogOverride() const {
  return absl::StrCat(R"({"oauth_profiles":[{"name":"google","authorize_url":")", Origin(),
                      R"(/authorize","token_url":")", token_url(), R"("}]})");
}

std::string FakeOAuthServer::NewToken(std::string_view prefix) { return absl::StrCat(ToAbsl(prefix), ++issued_); }

std::string FakeOAuthServer::IssueRefreshToken() {
  const std::lock_guard lock(mutex_);
  return *refresh_tokens_.insert(NewToken("refresh-")).first;
}

bool FakeOAuthServer::Accepts(std::string_view access_token) const {
  const std::lock_guard lock(mutex_);
  return access_tokens_.contains(std::string(access_token));
}

void FakeOAuthServer::Expire() {
  const std::lock_guard lock(mutex_);
  access_tokens_.clear();
}

void FakeOAuthServer::Revoke() {
  const std::lock_guard lock(mutex_);
  refresh_tokens_.clear();
}

void FakeOAuthServer::SetLifetime(std::chrono::seconds lifetime) {
  const std::lock_guard lock(mutex_);
  lifetime_ = lifetime;
}

void FakeOAuthServer::SetRotation(Rotation rotation) {
  const std::lock_guard lock(mutex_);
  rotation_ = rotation;
}

void FakeOAuthServer::AnswerNext(Reply reply) {
  const std::lock_guard lock(mutex_);
  next_replies_.push_back(std::move(reply));
}

void FakeOAuthServer::SetDown(bool down) {
  const std::lock_guard lock(mutex_);
  down_ = down;
}

void FakeOAuthServer::Hold(std::shared_ptr<Gate> gate) {
  const std::lock_guard lock(mutex_);
  gate_ = std::move(gate);
}

void FakeOAuthServer::RedirectNext(std::string query) {
  const std::lock_guard lock(mutex_);
  next_redirects_.push_back(std::move(query));
}

std::size_t FakeOAuthServer::token_requests() const { return FieldOfRequests("grant_type").size(); }

std::vector<std::string> FakeOAuthServer::FieldOfRequests(std::string_view name) const {
  std::vector<std::string> values;
  for (const RecordedRequest& request : server_.requests()) {
    if (request.Path() == "/token") values.push_back(ValueOf(request.body, name));
  }
  return values;
}

std::string FakeOAuthServer::Authorize(std::string_view url) {
  const std::lock_guard lock(mutex_);
  return Redirect(url.substr(url.find('?') + 1));
}

std::optional<Reply> FakeOAuthServer::Answer(const RecordedRequest& request) {
  const std::string_view target = request.target;
  if (request.method == "GET" && request.Path() == "/authorize") {
    return AnswerAuthorize(target.substr(target.find('?') + 1));
  }
  if (request.method == "POST" && request.Path() == "/token") return AnswerToken(request.body);
  return std::nullopt;
}

Reply FakeOAuthServer::AnswerAuthorize(std::string_view query) {
  const std::lock_guard lock(mutex_);
  const std::string location = Redirect(query);
  if (location.empty()) return Reply(400).Body("the authorization request is wrong");
  return Reply(302).Header("Location", location).Body("");
}

std::string FakeOAuthServer::Redirect(std::string_view query) {
  const std::string redirect_uri = ValueOf(query, "redirect_uri");
  const bool good = ValueOf(query, "response_type") == "code" && ValueOf(query, "client_id") == kClientId &&
                    ValueOf(query, "code_challenge_method") == "S256" &&
                    ValueOf(query, "code_challenge").size() == 43 && redirect_uri.starts_with("http://127.0.0.1:");
  if (!good) return {};
  if (!next_redirects_.empty()) {
    std::string next = redirect_uri + "?" + next_redirects_.front();
    next_redirects_.pop_front();
    return next;
  }
  const std::string code = NewToken("4/code-");
  challenges_[code] = ValueOf(query, "code_challenge");
  return absl::StrCat(redirect_uri, "?state=", ValueOf(query, "state"), "&code=", code, "&scope=openid");
}

Reply FakeOAuthServer::AnswerToken(std::string_view form) {
  const std::lock_guard lock(mutex_);
  Reply reply;
  if (down_) {
    reply = Reply(503).Body("the server is down");
  } else if (next_replies_.empty()) {
    reply = Grant(form);
  } else {
    reply = std::move(next_replies_.front());
    next_replies_.pop_front();
  }
  if (gate_ != nullptr) reply.StallHead(gate_);
  return reply;
}

Reply FakeOAuthServer::Grant(std::string_view form) {
  const std::string type = ValueOf(form, "grant_type");
  if (type == "urn:ietf:params:oauth:grant-type:jwt-bearer") {
    if (!IsSigned(ValueOf(form, "assertion"))) return Refused("invalid_grant", "Invalid JWT Signature.");
    return Tokens({});
  }
  if (ValueOf(form, "client_id") != kClientId || ValueOf(form, "client_secret") != kClientSecret) {
    return Refused("invalid_client", "The OAuth client was not found.");
  }
  if (type == "authorization_code") {
    const auto issued = challenges_.extract(ValueOf(form, "code"));
    if (!issued || issued.mapped() != Challenge(ValueOf(form, "code_verifier"))) {
      return Refused("invalid_grant", "Malformed auth code.");
    }
    return Tokens(*refresh_tokens_.insert(NewToken("refresh-")).first);
  }
  const std::string refresh_token = ValueOf(form, "refresh_token");
  if (type != "refresh_token") return Refused("unsupported_grant_type", "");
  if (!refresh_tokens_.contains(refresh_token)) {
    return Refused("invalid_grant", "Token has been expired or revoked.");
  }
  switch (rotation_) {
    case Rotation::kKeep:
      return Tokens(refresh_token);
    case Rotation::kOmit:
      return Tokens({});
    case Rotation::kRotate:
      break;
  }
  refresh_tokens_.erase(refresh_token);
  return Tokens(*refresh_tokens_.insert(NewToken("refresh-")).first);
}

Reply FakeOAuthServer::Tokens(std::string refresh_token) {
  const std::string access_token = *access_tokens_.insert(NewToken("ya29.access-")).first;
  const std::string claims = absl::WebSafeBase64Escape(R"({"email":"me@example.org"})");
  std::string json = absl::StrCat(R"({"access_token":")", access_token, R"(","expires_in":)", lifetime_.count(),
                                  R"(,"token_type":"Bearer","id_token":"e30.)", claims, R"(.c2ln")");
  if (!refresh_token.empty()) absl::StrAppend(&json, R"(,"refresh_token":")", refresh_token, "\"");
  return Reply().Json(json + "}");
}

}  // namespace ag::test
