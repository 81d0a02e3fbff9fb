#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/ids.h"
#include "gatewayd/base/random.h"
#include "gatewayd/pool/pool_snapshot.h"
#include "gatewayd/store/account_table.h"

namespace ag::pool {

// An account with the row that stores it. Changes are made to single columns, so that what could not be read (a secret
// whose master key is away, JSON of a newer version) is still there when it is written again.
struct AccountEntry {
  store::AccountRow row;
  PooledAccount pooled;
  bool cooldowns_changed = false;
};

// Whether what is known of one's limits is known of the other's.
inline bool SharesPauses(const PooledAccount& one, const PooledAccount& other) {
  return one.cooldowns == other.cooldowns;
}

// The accounts and their rows in the user's order, and what makes one of them known among the others. The pool's owner
// changes it.
class AccountBook {
 public:
  std::vector<AccountEntry>& entries() { return entries_; }
  const std::vector<AccountEntry>& entries() const { return entries_; }

  AccountEntry* Find(const AccountId& id);
  // InvalidRequest ("id") when there is none.
  absl::StatusOr<AccountEntry*> Require(const AccountId& id);
  // The account with that id, or with that label; suggests near ones.
  absl::StatusOr<AccountId> Resolve(std::string_view id_or_label) const;

  // Labels are unique without regard to ASCII case, and none is another account's id.
  bool LabelIsFree(std::string_view label, const AccountId& except) const;
  // `wanted`, checked; for an empty one "<preset>-<n>".
  absl::StatusOr<std::string> NewLabel(std::string_view wanted, const std::string& preset) const;
  // `wanted`, or `wanted` with a number behind it if somebody has that label.
  std::string FreeLabel(std::string_view wanted) const;
  AccountId NewId(RandomSource& random) const;
  std::int64_t NextPosition() const;
  // Accounts that share a limit at the provider share what is known of it: cool-downs, and what is left. True if there
  // is another one of that limit.
  bool JoinGroup(PooledAccount& pooled) const;

 private:
  std::vector<AccountEntry> entries_;
};

}  // namespace ag::pool
