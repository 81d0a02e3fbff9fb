#pragma once

#include <map>
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
  std::map<store::RollupKey, store::RollupSums> sums_;
};

}  // namespace ag::telemetry
