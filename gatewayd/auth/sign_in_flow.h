#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/auth/authorization.h"
#include "gatewayd/auth/loopback_listener.h"
#include "gatewayd/auth/token_grant.h"
#include "gatewayd/catalog/oauth_profile.h"
#include "gatewayd/http/client.h"
#include "gatewayd/runtime/cancel.h"
#include "gatewayd/runtime/event.h"
#include "gatewayd/runtime/shard.h"
#include "gatewayd/runtime/task.h"
#include "gatewayd/runtime/timing_wheel.h"

namespace ag::auth {

struct SignInRequest {
  catalog::OAuthProfile profile;
  OAuthClient client;
  std::vector<std::string> scopes;              // besides the profile's own
  std::string login_hint;                       // who signs in again; may be empty
  std::shared_ptr<const http::WayOut> way_out;  // shared with the account: its own way out; null = the client's
};

struct SignedIn {
  OAuthGrant grant;
  TokenReply tokens;
};

// One sign-in from URL to tokens: an authorization code with PKCE, brought back by the browser to a loopback listener
// (RFC 8252) or by a person who pastes it. Starts no browser. Lives on one shard, the client's; all calls there.
//
//   waiting ──code──▶ exchanging ──▶ ended        waiting ──refusal, Cancel, time-out──▶ ended
class SignInFlow {
 public:
  static constexpr std::chrono::minutes kPatience{5};  // for the person, from the URL to the code

  // Listens, and has the URL. `shard` and `client` outlive the flow. Fails when nothing can listen on loopback.
  static absl::StatusOr<std::unique_ptr<SignInFlow>> Begin(runtime::Shard& shard, http::Client& client,
                                                           SignInRequest request);
  ~SignInFlow();
  SignInFlow(const SignInFlow&) = delete;
  SignInFlow& operator=(const SignInFlow&) = delete;

  // What the person opens in a browser.
  const std::string& url() const { return url_; }
  WallTime expires() const { return expires_; }
  bool exchanging() const { return code_.has_value(); }

  // Waits for the code and exchanges it. Once; the flow outlives it. Errors: kHeadTimeout (nobody came in time),
  // kClientLeft (cancelled), CodeFromQuery's refusals, RequestToken's, and kInvalidRequest when the reply has no
  // refresh token.
  runtime::Task<absl::StatusOr<SignedIn>> Run();
  // A code, or the address that the browser ended at. A wrong paste is an error and changes nothing.
  absl::Status Paste(std::string_view text);
  void Cancel();

 private:
  SignInFlow(runtime::Shard& shard, http::Client& client, SignInRequest request);
  BrowserPage OnRedirect(std::string_view query);
  // What ends the waiting: a code, or why there will be none. Only the first counts.
  void Settle(absl::StatusOr<Secret> code);
  runtime::Task<absl::StatusOr<SignedIn>> Exchange(Secret code);

  http::Client& client_;
  const SignInRequest request_;
  const Pkce pkce_;
  const std::string state_;
  LoopbackListener listener_;
  std::string redirect_uri_;
  std::string url_;
  WallTime expires_{};
  runtime::Event settled_;
  runtime::Deadline patience_;
  runtime::CancelSource cancel_;
  std::optional<absl::StatusOr<Secret>> code_;
};

}  // namespace ag::auth
