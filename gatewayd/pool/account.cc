#include "gatewayd/pool/account.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace ag::pool {
namespace {

constexpr std::array<std::string_view, 4> kStates{"ready", "needs_sign_in", "forbidden", "disabled"};

}  // namespace

std::string_view NameOf(AccountState state) { return kStates[static_cast<std::size_t>(state)]; }

std::optional<AccountState> AccountStateFromName(std::string_view name) {
  const auto found = std::find(kStates.begin(), kStates.end(), name);
  if (found == kStates.end()) return std::nullopt;
  return static_cast<AccountState>(found - kStates.begin());
}

std::string SharedQuota(const Account& account) {
  if (!account.quota_group.empty()) return account.quota_group;
  if (account.project.empty()) return {};
  return absl::StrCat("projects/", account.project, "/locations/", account.location);
}

AccountStatus OwnStatus(const Account& account) {
  AccountStatus status;
  status.until = account.state_until;
  status.failures = account.refusals;
  status.ladder = account.refusals > 0 ? Ladder::kRefusal : Ladder::kNone;
  switch (account.state) {
    case AccountState::kReady:
      break;
    case AccountState::kNeedsSignIn:
      status.condition = Condition::kNeedsSignIn;
      status.cause = ErrorKind::kAccountAuth;
      break;
    case AccountState::kForbidden:
      status.condition = Condition::kForbidden;
      status.cause = ErrorKind::kAccountForbidden;
      break;
    case AccountState::kDisabled:
      status.condition = Condition::kDisabled;
      break;
  }
  return status;
}

void SetOwnStatus(Account& account, const AccountStatus& status) {
  account.refusals = status.failures;
  account.state_until = status.until;
  switch (status.condition) {
    case Condition::kNeedsSignIn:
      account.state = AccountState::kNeedsSignIn;
      return;
    case Condition::kForbidden:
      account.state = AccountState::kForbidden;
      return;
    case Condition::kDisabled:
      account.state = AccountState::kDisabled;
      return;
    default:
      account.state = AccountState::kReady;
      account.state_until = {};
      account.state_reason = {};
  }
}

}  // namespace ag::pool
