#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>

#include "ag/gateway/v1/account.pb.h"
#include "ag/gateway/v1/sign_in.pb.h"
#include "gatewayd/control/ports.h"
#include "gatewayd/pool/account_pool.h"

// Messages about accounts that sign in, as our values and back. Pure.
namespace ag::control {

namespace v1 = ::ag::gateway::v1;

struct GivenSignIn {
  std::optional<pool::SignIn> sign_in;  // none: the message has neither oauth nor credential_file
  std::string project;                  // that a credential file names
};
// InvalidRequest when both are given, or the file cannot be read.
absl::StatusOr<GivenSignIn> ReadSignIn(const v1::Account& account);

v1::SignIn ToProto(const SignInStatus& status);

}  // namespace ag::control
