#include "gatewayd/telemetry/usage_rollup.h"

#include <chrono>
#include <string>

namespace ag::telemetry {
namespace {

store::RollupKey KeyOf(const RequestRecord& record) {
  store::RollupKey key;
  const auto hour = std::chrono::floor<std::chrono::hours>(record.started);
  key.hour_ms = std::chrono::milliseconds(hour.time_since_epoch()).count();
  key.dialect = std::string(NameOf(record.dialect));
  key.client_key_id = record.client_key.value();
  if (record.attempts.empty()) return key;
  const AttemptRecord& last = record.attempts.back();
  key.account_id = last.account.value();
  key.account_label = last.account_label;
  const bool unknown_model = record.error && record.error->kind == ErrorKind::kModelNotFound;
  if (!unknown_model) key.model = last.model;
  return key;
}

void Add(store::RollupSums& to, const store::RollupSums& more) {
  to.requests += more.requests;
  to.errors += more.errors;
  to.input += more.input;
  to.cache_read += more.cache_read;
  to.cache_write += more.cache_write;
  to.output += more.output;
  to.reasoning += more.reasoning;
}

}  // namespace

void UsageRollup::Add(const RequestRecord& record) {
  store::RollupSums one;
  one.requests = 1;
  // A client that leaves is nobody's failure.
  one.errors = record.error && record.error->kind != ErrorKind::kClientLeft ? 1 : 0;
  one.input = record.usage.input.value_or(0);
  one.cache_read = record.usage.cache_read.value_or(0);
  one.cache_write = record.usage.cache_write.value_or(0);
  one.output = record.usage.output.value_or(0);
  one.reasoning = record.usage.reasoning.value_or(0);
  telemetry::Add(sums_[KeyOf(record)], one);
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
