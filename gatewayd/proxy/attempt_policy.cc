#include "gatewayd/proxy/attempt_policy.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "gatewayd/base/status_macros.h"

namespace ag::proxy {
namespace {

using Action = RetryDecision::Action;
using Group = FailureGroup;
using Kind = ErrorKind;
using std::chrono::milliseconds;

constexpr milliseconds kAtOnce{0};
constexpr std::nullopt_t kAnyScope = std::nullopt;

constexpr std::array<std::string_view, 4> kActions{"give_up", "other_account", "any_account", "without_state"};

// docs/life-of-a-request.md shows this table to people.
constexpr std::array kRules{
    // The account's own failure: another account may do. A token that was just too old has been renewed before.
    AttemptRule{Kind::kAccountAuth, kAnyScope, Action::kOtherAccount},
    AttemptRule{Kind::kAccountForbidden, kAnyScope, Action::kOtherAccount},
    AttemptRule{Kind::kBilling, kAnyScope, Action::kOtherAccount},
    AttemptRule{Kind::kQuotaDay, kAnyScope, Action::kOtherAccount},
    // The cool-down decides when the same account may try again.
    AttemptRule{Kind::kRateMinute, kAnyScope, Action::kAnyAccount},
    // Mostly of one server, one region or one account: with one that is well among three, the one after the third
    // failure does.
    AttemptRule{Kind::kOverloaded, kAnyScope, Action::kAnyAccount, milliseconds(500), Group::kCapacity, 3},
    AttemptRule{Kind::kUpstreamServer, kAnyScope, Action::kAnyAccount, milliseconds(250), Group::kServer, 3},
    // A redirect: the account's base URL is not the API's.
    AttemptRule{Kind::kProtocol, ErrorScope::kAccount, Action::kOtherAccount},
    AttemptRule{Kind::kProtocol, kAnyScope, Action::kAnyAccount, milliseconds(250), Group::kServer, 3},
    AttemptRule{Kind::kStreamCut, kAnyScope, Action::kAnyAccount, milliseconds(250), Group::kServer, 3},
    AttemptRule{Kind::kDns, kAnyScope, Action::kAnyAccount, milliseconds(200), Group::kTransport, 2},
    AttemptRule{Kind::kConnect, kAnyScope, Action::kAnyAccount, milliseconds(200), Group::kTransport, 2},
    AttemptRule{Kind::kTls, kAnyScope, Action::kOtherAccount},
    AttemptRule{Kind::kEgress, kAnyScope, Action::kOtherAccount},
    // Encrypted reasoning of another account, or a signature that was altered on the way.
    AttemptRule{Kind::kStateRejected, kAnyScope, Action::kWithoutState, kAtOnce, Group::kState, 1},
    // Another account may have been granted the model.
    AttemptRule{Kind::kModelNotFound, ErrorScope::kModel, Action::kOtherAccount},
    AttemptRule{Kind::kModelNotFound, ErrorScope::kAccount, Action::kOtherAccount},
    AttemptRule{Kind::kModelNotFound, kAnyScope, Action::kGiveUp},
    // A request at fault is at fault everywhere.
    AttemptRule{Kind::kInternal, kAnyScope, Action::kGiveUp},
    AttemptRule{Kind::kInvalidRequest, kAnyScope, Action::kGiveUp},
    AttemptRule{Kind::kContextTooLong, kAnyScope, Action::kGiveUp},
    AttemptRule{Kind::kUnsupported, kAnyScope, Action::kGiveUp},
    AttemptRule{Kind::kBodyTooLarge, kAnyScope, Action::kGiveUp},
    AttemptRule{Kind::kContentFilter, kAnyScope, Action::kGiveUp},
    AttemptRule{Kind::kClientAuth, kAnyScope, Action::kGiveUp},
    AttemptRule{Kind::kOriginRefused, kAnyScope, Action::kGiveUp},
    AttemptRule{Kind::kClientBudget, kAnyScope, Action::kGiveUp},
    AttemptRule{Kind::kNoAccount, kAnyScope, Action::kGiveUp},
    // A reply that timed out may have been billed.
    AttemptRule{Kind::kHeadTimeout, kAnyScope, Action::kGiveUp},
    AttemptRule{Kind::kIdleTimeout, kAnyScope, Action::kGiveUp},
    AttemptRule{Kind::kClientLeft, kAnyScope, Action::kGiveUp},
    AttemptRule{Kind::kShuttingDown, kAnyScope, Action::kGiveUp},
};

const AttemptRule& RuleFor(const ErrorDetail& error) {
  const auto* rule = std::find_if(kRules.begin(), kRules.end(), [&error](const AttemptRule& row) {
    return row.kind == error.kind && (!row.scope || *row.scope == error.scope);
  });
  AG_CHECK(rule != kRules.end());
  return *rule;
}

}  // namespace

std::string_view NameOf(RetryDecision::Action action) { return kActions[static_cast<std::size_t>(action)]; }

std::span<const AttemptRule> AttemptRules() { return kRules; }

milliseconds AttemptPolicy::Jittered(milliseconds ceiling) {
  if (ceiling.count() == 0) return ceiling;
  const auto half = static_cast<std::uint64_t>(ceiling.count()) / 2;
  return milliseconds(static_cast<std::int64_t>(half + random_.Next() % (half + 1)));
}

RetryDecision AttemptPolicy::Next(const ErrorDetail& error, SteadyTime now, Asked asked) {
  ++attempts_;
  if (attempts_ >= limits_.max_attempts || now >= limits_.deadline) return {};
  const AttemptRule& rule = RuleFor(error);
  const bool counts = rule.group != FailureGroup::kNone && asked == Asked::kForItself;
  if (counts && ++failures_[static_cast<std::size_t>(rule.group)] > rule.times) return {};
  if (rule.action == Action::kGiveUp) return {};
  return {rule.action, Jittered(rule.pause)};
}

void RetryBudget::Roll() {
  const SteadyTime now = clock_.Steady();
  if (now - window_start_ < kWindow) return;
  window_start_ = now;
  requests_ = 0;
  retries_ = 0;
}

void RetryBudget::OnRequest() {
  Roll();
  ++requests_;
}

bool RetryBudget::TryRetry() {
  Roll();
  if (retries_ >= 10 + requests_ / 5) return false;
  ++retries_;
  return true;
}

std::chrono::milliseconds RetryBudget::UntilRenewed() const {
  const auto left = window_start_ + kWindow - clock_.Steady();
  return std::max(std::chrono::ceil<milliseconds>(left), milliseconds(1));
}

}  // namespace ag::proxy
