#include "gatewayd/proxy/account_report.h"

#include <optional>
#include <utility>
#include <vector>

#include "gatewayd/upstream/daily_quota.h"
#include "gatewayd/upstream/provider.h"

namespace ag::proxy {

bool ReportServed(const pool::PooledAccount& account, std::string_view model, WallTime started,
                  pool::CooldownBoard::Served served, PoolFeedback& feedback) {
  const AccountId& id = account.account.id;
  std::vector<pool::StatusChange> ended = account.cooldowns->OnSuccess(model, started, served);
  for (pool::StatusChange& change : ended) feedback.OnCooldownChanged(id, std::move(change));
  if (account.account.refusals > 0) feedback.OnAccountServed(id);
  return !ended.empty();
}

bool IsOfResourcesAlone(std::string_view model, const ErrorDetail& error) {
  if (!model.empty() || upstream::ClosesAccount(error)) return false;
  return error.kind == ErrorKind::kAccountForbidden || error.kind == ErrorKind::kRateMinute ||
         error.kind == ErrorKind::kQuotaDay;
}

void ReportFailed(const pool::PooledAccount& account, std::string_view model, const pool::HalfOpenTicket& place,
                  const ErrorDetail& error, WallTime now, RandomSource& random, PoolFeedback& feedback) {
  if (IsOfResourcesAlone(model, error)) return account.cooldowns->Leave(model, place, now);
  const AccountId& id = account.account.id;
  const std::optional<pool::Signal> signal = pool::SignalOf(error);
  if (signal == pool::Signal::kSignInRefused || signal == pool::Signal::kForbidden) {
    account.cooldowns->Leave(model, place, now);
    const pool::Signal word = upstream::ClosesAccount(error) ? pool::Signal::kClosed : *signal;
    return feedback.OnAccountRefused(account.account, word, error);
  }
  const WallTime renewed = upstream::QuotaRenewal(account.account.family, error, now).value_or(WallTime::max());
  auto change = account.cooldowns->OnFailure(model, error, now, random, place, renewed);
  if (change) feedback.OnCooldownChanged(id, *std::move(change));
}

}  // namespace ag::proxy
