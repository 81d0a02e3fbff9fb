#include "tests/proxy/simulated_providers.h"

#include <algorithm>
#include <utility>

namespace ag::test {

using std::chrono::days;
using std::chrono::milliseconds;

SimulatedProviders::SimulatedProviders(std::size_t accounts, std::vector<Fault> faults, RandomSource& random)
    : accounts_(accounts), random_(random) {
  std::sort(faults.begin(), faults.end(), [](const Fault& a, const Fault& b) { return a.from < b.from; });
  for (const Fault& fault : faults) accounts_[fault.account].faults.push_back(fault);
}

milliseconds SimulatedProviders::Between(int low_ms, int high_ms) {
  return milliseconds(low_ms + static_cast<int>(random_.Next() % static_cast<std::uint64_t>(high_ms - low_ms + 1)));
}

const Fault* SimulatedProviders::Current(Account& account, std::string_view model, WallTime now) {
  while (account.next < account.faults.size() && account.faults[account.next].to <= now) ++account.next;
  if (account.next == account.faults.size() || account.faults[account.next].from > now) return nullptr;
  const Fault& fault = account.faults[account.next];
  return fault.model.empty() || fault.model == model ? &fault : nullptr;
}

void SimulatedProviders::CountDay(Account& account, WallTime now) {
  const auto today = std::chrono::floor<days>(now);
  if (account.day == today) return;
  account.day = today;
  account.asked_today = 0;
}

bool SimulatedProviders::CouldServe(std::size_t account, std::string_view model, WallTime now) {
  Account& asked = accounts_[account];
  const Fault* const fault = Current(asked, model, now);
  if (fault != nullptr && fault->kind != FaultKind::kSlow) return false;
  CountDay(asked, now);
  return !asked.daily_limit || asked.asked_today < *asked.daily_limit;
}

SimulatedProviders::Answer SimulatedProviders::Refuse(ErrorKind kind, ErrorScope scope, std::optional<WallTime> until,
                                                      WallTime now) {
  Answer answer;
  answer.error.emplace();
  answer.error->kind = kind;
  answer.error->scope = scope;
  if (until) answer.error->retry_after = *until - now;
  answer.total = Between(50, 250);
  return answer;
}

SimulatedProviders::Answer SimulatedProviders::Ask(std::size_t account, std::string_view model, WallTime now) {
  Account& asked = accounts_[account];
  const Fault* const fault = Current(asked, model, now);
  CountDay(asked, now);
  if (fault != nullptr) {
    const ErrorScope scope = fault->model.empty() ? ErrorScope::kAccount : ErrorScope::kModel;
    switch (fault->kind) {
      case FaultKind::kRateHinted:
        return Refuse(ErrorKind::kRateMinute, scope, fault->to, now);
      case FaultKind::kRateBare:
        return Refuse(ErrorKind::kRateMinute, scope, std::nullopt, now);
      case FaultKind::kServer:
        return Refuse(ErrorKind::kUpstreamServer, scope, std::nullopt, now);
      case FaultKind::kOverloaded:
        return Refuse(ErrorKind::kOverloaded, scope, std::nullopt, now);
      case FaultKind::kConnect:
        return Refuse(ErrorKind::kConnect, scope, std::nullopt, now);
      case FaultKind::kRevoked:
        return Refuse(ErrorKind::kAccountAuth, scope, std::nullopt, now);
      case FaultKind::kSlow:
        break;
    }
  }
  if (asked.daily_limit && asked.asked_today >= *asked.daily_limit) {
    return Refuse(ErrorKind::kQuotaDay, ErrorScope::kAccount, WallTime(asked.day + days(1)), now);
  }
  ++asked.asked_today;
  Answer answer;
  answer.first_byte = fault != nullptr ? Between(8000, 20'000) : Between(300, 900);
  answer.total = answer.first_byte + Between(1000, 6000);
  return answer;
}

}  // namespace ag::test
