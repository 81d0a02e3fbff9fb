#include "gatewayd/pool/judge.h"

#include <algorithm>
#include <chrono>

namespace ag::pool {

namespace {

bool Contains(const std::vector<Asked>& asked, const AccountId& id, const std::string& model) {
  return std::ranges::any_of(
      asked, [&](const Asked& one) { return one.account == id && (one.model.empty() || one.model == model); });
}

}  // namespace

bool Judge::Serves(PoolIndex::Position position, const Candidate& candidate) const {
  const Account& account = snapshot_.accounts[position].account;
  return candidate.preset.empty() ? account.family == candidate.family : account.preset == candidate.preset;
}

bool Judge::WasTried(PoolIndex::Position position, const Candidate& candidate) const {
  if (traits_.tried.empty()) return false;
  return Contains(traits_.tried, snapshot_.accounts[position].account.id, candidate.model);
}

// What speaks against the account before the request's dialect and model are looked at.
std::optional<RejectReason> Judge::OfAccount(PoolIndex::Position position, const Candidate& candidate) const {
  const Account& account = snapshot_.accounts[position].account;
  if (traits_.pinned) {
    if (account.id != *traits_.pinned) return RejectReason::kNotPinned;
  } else if (traits_.policy.fixed && !traits_.policy.failover && account.id != *traits_.policy.fixed) {
    return RejectReason::kNotFixed;
  }
  if (!traits_.excluded.empty() && Contains(traits_.excluded, account.id, candidate.model)) return RejectReason::kTried;
  if (snapshot_.index->row(position).ready) return std::nullopt;
  if (!account.enabled) return RejectReason::kDisabled;
  if (account.state == AccountState::kNeedsSignIn) return RejectReason::kNeedsSignIn;
  if (account.state == AccountState::kForbidden) return RejectReason::kForbidden;
  return RejectReason::kDisabled;
}

std::optional<Dialect> Judge::DialectOf(const PoolIndex::Row& row) const {
  for (const Dialect dialect : traits_.dialects) {
    if ((row.dialects & DialectBit(dialect)) != 0) return dialect;
  }
  return std::nullopt;
}

Judge::Asking& Judge::Wanted(const Candidate& candidate) {
  if (asking_.candidate != &candidate) {
    asking_ = {&candidate, ModelKey(candidate.model), AccountFacts::BitOf(candidate.model)};
  }
  return asking_;
}

bool Judge::ListsModel(const PoolIndex::Row& row, Asking& wanted) {
  if (row.models != wanted.list) {
    wanted.list = row.models;
    wanted.listed = row.models->Answers(wanted.key.name());
  }
  return wanted.listed;
}

Verdict Judge::Of(PoolIndex::Position position, const Candidate& candidate) {
  Verdict verdict;
  verdict.reason = OfAccount(position, candidate);
  if (verdict.reason) return verdict;
  const PoolIndex::Row& row = snapshot_.index->row(position);
  const auto dialect = DialectOf(row);
  if (!dialect) {
    verdict.reason = RejectReason::kNoDialect;
    return verdict;
  }
  verdict.dialect = *dialect;
  Asking& wanted = Wanted(candidate);
  if (!ListsModel(row, wanted)) {
    verdict.reason = RejectReason::kModelNotListed;
    return verdict;
  }
  if ((row.barred & wanted.bit) != 0) AskFacts(position, candidate, verdict);
  if (verdict.reason) return verdict;
  AskCooldowns(snapshot_.accounts[position], wanted.key, verdict);
  if (!verdict.reason) AskLimits(position, wanted.key, verdict);
  return verdict;
}

void Judge::AskFacts(PoolIndex::Position position, const Candidate& candidate, Verdict& verdict) const {
  const LearnedFact* const fact = snapshot_.accounts[position].account.facts.WhatBars(candidate.model, now_);
  if (fact == nullptr) return;
  const bool no_quota = fact->fact.kind == catalog::ModelFact::Kind::kNoQuota;
  verdict.reason = no_quota ? RejectReason::kNoQuota : RejectReason::kNotGranted;
  verdict.until = fact->expires;
}

void Judge::AskCooldowns(const PooledAccount& pooled, const ModelKey& model, Verdict& verdict) const {
  const CooldownStatus status = pooled.cooldowns->Check(model, now_);
  if (status.state == CooldownStatus::State::kReady) return;
  verdict.until = status.until;
  verdict.hinted = status.provider_hint;
  if (status.state == CooldownStatus::State::kCooling) verdict.reason = RejectReason::kCooling;
  if (status.state == CooldownStatus::State::kHalfOpenTaken) verdict.reason = RejectReason::kHalfOpenTaken;
}

void Judge::AskLimits(PoolIndex::Position position, const ModelKey& model, Verdict& verdict) const {
  const PooledAccount& pooled = snapshot_.accounts[position];
  const PoolIndex::Row& row = snapshot_.index->row(position);
  auto until = row.budgeted ? SpentUntil(pooled.account.limits, pooled.counters->used, now_) : std::nullopt;
  if (until) {
    verdict.reason = RejectReason::kBudgetSpent;
  } else {
    until = pooled.limits->ReachedUntil(model, row.reserve_percent, now_);
    if (!until) return;
    verdict.reason = RejectReason::kLimitReached;
  }
  verdict.until = *until;
  verdict.hinted = true;
}

std::int64_t ExpectedFirstByte(const AccountCounters& counters, WallTime now) {
  constexpr std::int64_t kNotMeasured = std::chrono::microseconds(std::chrono::hours(1)).count();
  if (const auto measured = counters.FirstByte(now)) return measured->count();
  return counters.in_flight.load(std::memory_order_relaxed) == 0 ? 0 : kNotMeasured;
}

bool IsPassing(RejectReason reason) {
  return reason == RejectReason::kCooling || reason == RejectReason::kHalfOpenTaken ||
         reason == RejectReason::kLimitReached || reason == RejectReason::kBudgetSpent;
}

int Nearness(RejectReason reason) {
  switch (reason) {
    case RejectReason::kOtherProvider:
      return 0;
    case RejectReason::kNotPinned:
    case RejectReason::kNotFixed:
      return 1;
    case RejectReason::kDisabled:
    case RejectReason::kNeedsSignIn:
    case RejectReason::kForbidden:
      return 2;
    case RejectReason::kNoDialect:
      return 3;
    case RejectReason::kModelNotListed:
    case RejectReason::kNoQuota:
    case RejectReason::kNotGranted:
      return 4;
    case RejectReason::kCooling:
    case RejectReason::kHalfOpenTaken:
    case RejectReason::kTried:
    case RejectReason::kLimitReached:
    case RejectReason::kBudgetSpent:
      return 5;
  }
  return 0;
}

}  // namespace ag::pool
