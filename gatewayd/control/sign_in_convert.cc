#include "gatewayd/control/sign_in_convert.h"

#include <utility>

#include "gatewayd/auth/credential_file.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/secret.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/control/proto_convert.h"

namespace ag::control {

absl::StatusOr<GivenSignIn> ReadSignIn(const v1::Account& account) {
  GivenSignIn given;
  if (account.has_oauth() && !account.credential_file().empty()) {
    return FieldError(ErrorKind::kInvalidRequest, "credential_file",
                      "give a refresh token or a credential file, not both");
  }
  if (account.has_oauth()) {
    auth::OAuthGrant grant;
    grant.client.id = account.oauth().client_id();
    grant.client.secret = Secret(account.oauth().client_secret());
    grant.refresh_token = Secret(account.oauth().refresh_token());
    grant.token_url = account.oauth().token_url();
    given.sign_in = pool::SignIn{std::move(grant), std::nullopt};
  } else if (!account.credential_file().empty()) {
    AG_ASSIGN_OR_RETURN(auth::CredentialFile file, auth::ReadCredentialFile(Secret(account.credential_file())));
    given.sign_in = pool::SignIn{std::move(file.grant), std::nullopt};
    given.project = std::move(file.project);
  }
  return given;
}

v1::SignIn ToProto(const SignInStatus& status) {
  v1::SignIn out;
  out.set_id(status.id);
  out.set_url(status.url);
  // Ours begin at 0, the proto's at 1, in the same order.
  out.set_state(static_cast<v1::SignInState>(static_cast<int>(status.state) + 1));
  *out.mutable_expire_time() = ToProto(status.expires);
  out.set_account_id(status.account.value());
  if (!status.error.ok()) {
    out.set_error(std::string(ToStd(status.error.message())));
    out.set_error_kind(ToProto(KindOf(status.error)));
  }
  return out;
}

}  // namespace ag::control
