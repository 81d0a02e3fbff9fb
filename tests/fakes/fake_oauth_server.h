#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fakes/fake_upstream.h"
#include "tests/support/gate.h"

namespace ag::test {

// An authorization server on loopback that keeps its word as strictly as a real one: codes are used once and only with
// the verifier of their challenge, a rotated refresh token ends the one before it, an assertion must be signed by
// RsaKey::Shared(). What it is told to do wrong, it does. Thread-safe.
//
//   GET /authorize   sends the browser back at once, as after a consent: 302 to redirect_uri with code and state
//   POST /token      authorization_code, refresh_token, jwt-bearer
class FakeOAuthServer {
 public:
  static constexpr std::string_view kClientId = "client-1.apps.example";
  static constexpr std::string_view kClientSecret = "client-secret-1";

  FakeOAuthServer();

  std::string Origin() const { return server_.Origin(); }
  std::string token_url() const { return Origin() + "/token"; }
  // A catalogue override that sends the "google" profile here.
  std::string CatalogOverride() const;

  // A refresh token as from an earlier sign-in.
  std::string IssueRefreshToken();
  // Whether an access token would be taken by the provider now. Tokens do not expire by time: Expire() ends them.
  bool Accepts(std::string_view access_token) const;
  // Ends every access token.
  void Expire();
  // Ends every refresh token: invalid_grant from now on.
  void Revoke();

  void SetLifetime(std::chrono::seconds lifetime);
  enum class Rotation { kKeep, kRotate, kOmit };  // the same again, a new one, none in the reply (default)
  void SetRotation(Rotation rotation);
  // The next token requests get these in place of an answer.
  void AnswerNext(Reply reply);
  // While it is down, every token request gets 503.
  void SetDown(bool down);
  // Token replies wait for the gate; null: no longer.
  void Hold(std::shared_ptr<Gate> gate);
  // The next browser is sent back with this query in place of code and state.
  void RedirectNext(std::string query);

  std::size_t token_requests() const;
  bool WaitForTokenRequests(std::size_t count) const { return server_.WaitForRequests(count); }
  // Of the token requests, in order: the decoded value of a form field.
  std::vector<std::string> FieldOfRequests(std::string_view name) const;
  // Where the browser would be sent for this authorization URL.
  std::string Authorize(std::string_view url);

 private:
  std::optional<Reply> Answer(const RecordedRequest& request);
  Reply AnswerAuthorize(std::string_view query);
  Reply AnswerToken(std::string_view form);
  // Under the lock.
  std::string Redirect(std::string_view query);
  Reply Grant(std::string_view form);
  Reply Tokens(std::string refresh_token);
  std::string NewToken(std::string_view prefix);

  mutable std::mutex mutex_;
  std::map<std::string, std::string> challenges_;  // of codes that are not used yet
  std::set<std::string> refresh_tokens_;
  std::set<std::string> access_tokens_;
  std::deque<Reply> next_replies_;
  std::deque<std::string> next_redirects_;
  std::shared_ptr<Gate> gate_;  // shared with the test that opens it
  bool down_ = false;
  std::chrono::seconds lifetime_{3600};
  Rotation rotation_ = Rotation::kOmit;
  int issued_ = 0;
  FakeUpstream server_;  // last: its threads call the others
};

}  // namespace ag::test
