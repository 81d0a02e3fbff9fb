#include "gatewayd/telemetry/usage_rollup.h"

#include <chrono>
#include <string>
#include <utility>

namespace ag::telemetry {
namespace {

void Add(store::RollupSums& to, const store::RollupSums& more) {
  to.requests += more.requests;
  to.errors += more.errors;
  to.input += more.input;
  to.cache_read += more.cache_read;
  to.cache_write += more.cache_write;
  to.output += more.output;
  to.reasoning += more.reasoning;
  to.cost += more.cost;
  to.unpriced += more.unpriced;
  to.attempts += more.attempts;
}

}  // namespace

UsageRollup::KeyView UsageRollup::KeyOf(const RequestRecord& record, const AttemptRecord* attempt) {
  const auto hour = std::chrono::floor<std::chrono::hours>(record.started);
  const std::int64_t hour_ms = std::chrono::milliseconds(hour.time_since_epoch()).count();
  const std::string_view dialect = NameOf(record.dialect);
  if (attempt == nullptr) return {hour_ms, {}, {}, {}, dialect, record.client_key};
  const auto* const error = attempt == &record.attempts.back() ? record.error : attempt->error;
  const bool unknown_model = error != nullptr && error->kind == ErrorKind::kModelNotFound;
  const std::string_view model = unknown_model ? std::string_view() : attempt->model;
  return {hour_ms, model, attempt->account, attempt->account_label, dialect, record.client_key};
}

store::RollupSums& UsageRollup::At(const KeyView& key) {
  const auto found = sums_.find(key);
  if (found != sums_.end()) return found->second;
  const auto& [hour_ms, model, account, label, dialect, client_key] = key;
  store::RollupKey owned{hour_ms,
                         std::string(model),
                         std::string(account),
                         std::string(label),
                         std::string(dialect),
                         std::string(client_key)};
  return sums_.emplace(std::move(owned), store::RollupSums()).first->second;
}

void UsageRollup::Add(const RequestRecord& record) {
  store::RollupSums one;
  one.requests = 1;
  // A client that leaves is nobody's failure.
  one.errors = record.error != nullptr && record.error->kind != ErrorKind::kClientLeft ? 1 : 0;
  one.input = record.usage.input.value_or(0);
  one.cache_read = record.usage.cache_read.value_or(0);
  one.cache_write = record.usage.cache_write.value_or(0);
  one.output = record.usage.output.value_or(0);
  one.reasoning = record.usage.reasoning.value_or(0);
  one.cost = record.cost.value_or(0);
  one.unpriced = record.usage.known() && !record.cost ? 1 : 0;
  telemetry::Add(At(KeyOf(record, record.attempts.empty() ? nullptr : &record.attempts.back())), one);
  for (const AttemptRecord& attempt : record.attempts) ++At(KeyOf(record, &attempt)).attempts;
}

void UsageRollup::Merge(const Rows& rows) {
  for (const auto& [key, sums] : rows) telemetry::Add(sums_[key], sums);
}

UsageRollup::Rows UsageRollup::Take() {
  Rows rows(sums_.begin(), sums_.end());
  sums_.clear();
  return rows;
}

}  // namespace ag::telemetry
