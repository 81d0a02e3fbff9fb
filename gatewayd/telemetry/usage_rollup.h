#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "gatewayd/store/tables.h"
#include "gatewayd/telemetry/request_record.h"

namespace ag::telemetry {

// The sums of requests that are not in the database yet, by hour, model, account, dialect and key. Not thread-safe.
//
// The model is the upstream's: that is what was paid for. It is empty where no provider was asked or none knew the
// name, so that names invented by clients do not mint rows without end.
class UsageRollup {
 public:
  using Rows = std::vector<std::pair<store::RollupKey, store::RollupSums>>;

  void Add(const RequestRecord& record);
  // Sums that could not be written.
  void Merge(const Rows& rows);
  Rows Take();
  bool empty() const { return sums_.empty(); }

 private:
  // Finds by a record's views, so that only a new key is copied.
  using KeyView = std::tuple<std::int64_t, std::string_view, std::string_view, std::string_view, std::string_view,
                             std::string_view>;
  struct Less {
    using is_transparent = void;
    static KeyView ViewOf(const store::RollupKey& key) {
      return {key.hour_ms, key.model, key.account_id, key.account_label, key.dialect, key.client_key_id};
    }
    static KeyView ViewOf(const KeyView& key) { return key; }
    bool operator()(const auto& a, const auto& b) const { return ViewOf(a) < ViewOf(b); }
  };
  // Of one of the record's attempts; of a request for which no account was asked: null.
  static KeyView KeyOf(const RequestRecord& record, const AttemptRecord* attempt);
  store::RollupSums& At(const KeyView& key);

  std::map<store::RollupKey, store::RollupSums, Less> sums_;
};

}  // namespace ag::telemetry
