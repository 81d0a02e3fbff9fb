#include "gatewayd/control/limit_convert.h"

#include <optional>

#include "gatewayd/control/proto_convert.h"

namespace ag::control {
namespace {

using pool::Measure;
using pool::Period;

v1::LimitKind KindOf(pool::LimitKind kind) { return static_cast<v1::LimitKind>(static_cast<int>(kind) + 1); }

v1::LimitKind KindOf(Measure measure) {
  switch (measure) {
    case Measure::kRequests:
      return v1::LIMIT_KIND_REQUESTS;
    case Measure::kTokens:
      return v1::LIMIT_KIND_TOKENS;
    case Measure::kCost:
      return v1::LIMIT_KIND_COST;
  }
  return v1::LIMIT_KIND_UNSPECIFIED;
}

v1::BudgetPeriod PeriodOf(Period period) { return static_cast<v1::BudgetPeriod>(static_cast<int>(period) + 1); }

// Accounts and client keys have messages of their own with the same fields.
template <typename Message>
void SetBudgets(const pool::AccountLimits& limits, Message& out) {
  const auto set = [&](Measure measure, Period period, void (Message::*setter)(std::int64_t)) {
    if (const auto& budget = limits.Of(measure, period)) (out.*setter)(*budget);
  };
  set(Measure::kRequests, Period::kMinute, &Message::set_requests_per_minute);
  set(Measure::kRequests, Period::kDay, &Message::set_requests_per_day);
  set(Measure::kRequests, Period::kMonth, &Message::set_requests_per_month);
  set(Measure::kTokens, Period::kMinute, &Message::set_tokens_per_minute);
  set(Measure::kTokens, Period::kDay, &Message::set_tokens_per_day);
  set(Measure::kTokens, Period::kMonth, &Message::set_tokens_per_month);
  set(Measure::kCost, Period::kMinute, &Message::set_micro_usd_per_minute);
  set(Measure::kCost, Period::kDay, &Message::set_micro_usd_per_day);
  set(Measure::kCost, Period::kMonth, &Message::set_micro_usd_per_month);
}

template <typename Message>
pool::AccountLimits BudgetsOf(const Message& limits) {
  pool::AccountLimits out;
  if (limits.has_requests_per_minute()) out.Of(Measure::kRequests, Period::kMinute) = limits.requests_per_minute();
  if (limits.has_requests_per_day()) out.Of(Measure::kRequests, Period::kDay) = limits.requests_per_day();
  if (limits.has_requests_per_month()) out.Of(Measure::kRequests, Period::kMonth) = limits.requests_per_month();
  if (limits.has_tokens_per_minute()) out.Of(Measure::kTokens, Period::kMinute) = limits.tokens_per_minute();
  if (limits.has_tokens_per_day()) out.Of(Measure::kTokens, Period::kDay) = limits.tokens_per_day();
  if (limits.has_tokens_per_month()) out.Of(Measure::kTokens, Period::kMonth) = limits.tokens_per_month();
  if (limits.has_micro_usd_per_minute()) out.Of(Measure::kCost, Period::kMinute) = limits.micro_usd_per_minute();
  if (limits.has_micro_usd_per_day()) out.Of(Measure::kCost, Period::kDay) = limits.micro_usd_per_day();
  if (limits.has_micro_usd_per_month()) out.Of(Measure::kCost, Period::kMonth) = limits.micro_usd_per_month();
  return out;
}

v1::AccountLimits LimitsOf(const pool::AccountLimits& limits) {
  v1::AccountLimits out;
  SetBudgets(limits, out);
  out.set_reserve_percent(limits.reserve_percent);
  return out;
}

}  // namespace

v1::Budget ToProto(const pool::SpentBudget& budget) {
  v1::Budget out;
  out.set_kind(KindOf(budget.measure));
  out.set_period(PeriodOf(budget.period));
  out.set_limit(budget.limit);
  if (budget.until != WallTime{}) *out.mutable_reset_time() = ToProto(budget.until);
  return out;
}

pool::AccountLimits FromProto(const v1::AccountLimits& limits) {
  pool::AccountLimits out = BudgetsOf(limits);
  out.reserve_percent = limits.reserve_percent();
  return out;
}

pool::AccountLimits FromProto(const v1::ClientKeyLimits& limits) { return BudgetsOf(limits); }

v1::ClientKeyLimits ToClientKeyLimits(const pool::AccountLimits& limits) {
  v1::ClientKeyLimits out;
  SetBudgets(limits, out);
  return out;
}

void AddBudgets(const pool::AccountLimits& limits, const pool::BudgetMeter& used, WallTime now,
                google::protobuf::RepeatedPtrField<v1::Budget>& out) {
  for (const Measure measure : pool::kMeasures) {
    for (const Period period : pool::kPeriods) {
      const auto& budget = limits.Of(measure, period);
      if (!budget) continue;
      v1::Budget& added = *out.Add();
      added.set_kind(KindOf(measure));
      added.set_period(PeriodOf(period));
      added.set_limit(*budget);
      added.set_used(used.Used(measure, period, now));
      *added.mutable_reset_time() = ToProto(pool::EndOf(period, now));
    }
  }
}

void AddLimits(const pool::PooledAccount& pooled, WallTime now, v1::Account& out) {
  *out.mutable_limits() = LimitsOf(pooled.account.limits);
  if (pooled.counters != nullptr) {
    AddBudgets(pooled.account.limits, pooled.counters->used, now, *out.mutable_budgets());
  }
  if (pooled.limits == nullptr) return;
  for (const pool::LimitLeft& left : pooled.limits->List(now)) {
    v1::RemainingLimit& added = *out.add_remaining_limits();
    added.set_model(left.model);
    added.set_kind(KindOf(left.kind));
    if (left.limit) added.set_limit(*left.limit);
    added.set_remaining(left.remaining);
    *added.mutable_reset_time() = ToProto(left.reset);
  }
}

}  // namespace ag::control
