#include "gatewayd/proxy/attempt_policy.h"

#include <utility>

namespace ag::proxy {
namespace {

using Action = RetryDecision::Action;
using std::chrono::milliseconds;

// Overload is the provider's state, not the account's: more tries would only burn through healthy accounts.
constexpr int kMaxCapacityFailures = 3;
constexpr int kMaxServerFailures = 2;
constexpr int kMaxTransportFailures = 3;

}  // namespace

milliseconds AttemptPolicy::Jittered(milliseconds ceiling) {
  const auto half = static_cast<std::uint64_t>(ceiling.count()) / 2;
  return milliseconds(static_cast<std::int64_t>(half + random_.Next() % (half + 1)));
}

RetryDecision AttemptPolicy::Next(const ErrorDetail& error) {
  ++attempts_;
  if (attempts_ >= max_attempts_) return {};
  switch (error.kind) {
    case ErrorKind::kAccountAuth:
    case ErrorKind::kAccountForbidden:
    case ErrorKind::kBilling:
    case ErrorKind::kQuotaDay:
      return {Action::kOtherAccount, milliseconds(0)};
    case ErrorKind::kRateMinute:
      return {Action::kAnyAccount, milliseconds(0)};  // the cool-down decides when the same account may try again
    case ErrorKind::kOverloaded:
      if (++capacity_failures_ >= kMaxCapacityFailures) return {};
      return {Action::kAnyAccount, Jittered(milliseconds(500))};
    case ErrorKind::kUpstreamServer:
    case ErrorKind::kProtocol:
    case ErrorKind::kStreamCut:
      if (++server_failures_ >= kMaxServerFailures) return {};
      return {Action::kAnyAccount, Jittered(milliseconds(250))};
    case ErrorKind::kDns:
    case ErrorKind::kConnect:
      if (++transport_failures_ >= kMaxTransportFailures) return {};
      return {Action::kAnyAccount, Jittered(milliseconds(200))};
    case ErrorKind::kTls:
    case ErrorKind::kEgress:
      return {Action::kOtherAccount, milliseconds(0)};
    case ErrorKind::kStateRejected:
      if (std::exchange(state_removed_, true)) return {};
      return {Action::kWithoutState, milliseconds(0)};
    case ErrorKind::kModelNotFound:
      // Another account may have been granted the model.
      if (error.scope == ErrorScope::kModel || error.scope == ErrorScope::kAccount) {
        return {Action::kOtherAccount, milliseconds(0)};
      }
      return {};
    // A request at fault is at fault everywhere; a reply that timed out may have been billed.
    case ErrorKind::kInternal:
    case ErrorKind::kInvalidRequest:
    case ErrorKind::kContextTooLong:
    case ErrorKind::kUnsupported:
    case ErrorKind::kBodyTooLarge:
    case ErrorKind::kClientAuth:
    case ErrorKind::kOriginRefused:
    case ErrorKind::kClientBudget:
    case ErrorKind::kNoAccount:
    case ErrorKind::kHeadTimeout:
    case ErrorKind::kIdleTimeout:
    case ErrorKind::kContentFilter:
    case ErrorKind::kClientLeft:
    case ErrorKind::kShuttingDown:
      return {};
  }
  return {};
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

}  // namespace ag::proxy
