#include "gatewayd/auth/sign_in_flow.h"

#include <absl/strings/str_cat.h>

#include <utility>

#include "gatewayd/auth/token_client.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag::auth {

absl::StatusOr<std::unique_ptr<SignInFlow>> SignInFlow::Begin(runtime::Shard& shard, http::Client& client,
                                                              SignInRequest request) {
  std::unique_ptr<SignInFlow> flow(new SignInFlow(shard, client, std::move(request)));
  AG_RETURN_IF_ERROR(flow->listener_.Listen());
  flow->redirect_uri_ = RedirectUri(flow->request_.profile, flow->listener_.port());
  AuthorizationRequest authorization;
  authorization.client_id = flow->request_.client.id;
  authorization.redirect_uri = flow->redirect_uri_;
  authorization.scopes = flow->request_.scopes;
  authorization.challenge = flow->pkce_.challenge;
  authorization.state = flow->state_;
  authorization.login_hint = flow->request_.login_hint;
  flow->url_ = AuthorizationUrl(flow->request_.profile, authorization);
  flow->expires_ = shard.clock().Now() + kPatience;
  flow->patience_.Arm(kPatience);
  return flow;
}

SignInFlow::SignInFlow(runtime::Shard& shard, http::Client& client, SignInRequest request)
    : client_(client),
      request_(std::move(request)),
      pkce_(NewPkce()),
      state_(NewState()),
      listener_(shard, request_.profile.redirect_path, [this](std::string_view query) { return OnRedirect(query); }),
      settled_(shard.executor()),
      patience_(shard.wheel(), [this] {
        Settle(MakeError(ErrorKind::kHeadTimeout, "nobody signed in within five minutes; begin again"));
      }) {}

SignInFlow::~SignInFlow() = default;

void SignInFlow::Settle(absl::StatusOr<Secret> code) {
  if (code_) return;
  code_ = std::move(code);
  patience_.Disarm();
  listener_.Close();
  settled_.Set();
}

BrowserPage SignInFlow::OnRedirect(std::string_view query) {
  auto code = CodeFromQuery(query, state_);
  if (code.ok()) {
    Settle(*std::move(code));
    return {200, "Almost there", "AG Gateway has your answer. Close this page and go back to where you began."};
  }
  const std::string why(ToStd(code.status().message()));
  const ErrorKind kind = KindOf(code.status());
  // These say nothing of this sign-in, which goes on.
  if (kind == ErrorKind::kClientAuth || kind == ErrorKind::kInvalidRequest) {
    return {400, "This is not the sign-in that is under way", why};
  }
  Settle(code.status());
  return {200, "Not signed in", why};
}

absl::Status SignInFlow::Paste(std::string_view text) {
  if (code_) return MakeError(ErrorKind::kInvalidRequest, "this sign-in has its answer already");
  auto code = CodeFromPaste(text, state_);
  if (!code.ok()) return code.status();
  Settle(*std::move(code));
  return absl::OkStatus();
}

void SignInFlow::Cancel() {
  Settle(MakeError(ErrorKind::kClientLeft, "the sign-in was cancelled"));
  cancel_.Cancel();
}

runtime::Task<absl::StatusOr<SignedIn>> SignInFlow::Run() {
  co_await settled_.Wait();
  if (!code_) co_return MakeError(ErrorKind::kShuttingDown, "the gateway is shutting down");
  if (!code_->ok()) co_return code_->status();
  auto signed_in = co_await Exchange(**code_);
  co_return signed_in;
}

runtime::Task<absl::StatusOr<SignedIn>> SignInFlow::Exchange(Secret code) {
  Secret form = CodeForm(request_.client, code.Reveal(), redirect_uri_, pkce_.verifier);
  auto tokens = co_await RequestToken(client_, request_.profile.token_url, std::move(form), &cancel_, request_.way_out);
  if (!tokens.ok()) co_return tokens.status();
  if (tokens->refresh_token.empty()) {
    co_return MakeError(ErrorKind::kInvalidRequest,
                        absl::StrCat(request_.profile.display_name,
                                     " gave no refresh token: take the gateway's access back in the organisation's "
                                     "account settings, then sign in again"));
  }
  SignedIn signed_in;
  signed_in.grant.client = request_.client;
  signed_in.grant.token_url = request_.profile.token_url;
  signed_in.grant.scopes = request_.scopes;
  signed_in.grant.refresh_token = tokens->refresh_token;
  signed_in.tokens = *std::move(tokens);
  co_return signed_in;
}

}  // namespace ag::auth
