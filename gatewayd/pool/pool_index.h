#pragma once

#include <absl/container/flat_hash_map.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/dialect.h"
#include "gatewayd/base/ids.h"
#include "gatewayd/pool/home_table.h"
#include "gatewayd/pool/model_list.h"

namespace ag::pool {

struct PooledAccount;

inline constexpr std::size_t kFamilyCount = 3;

constexpr std::uint8_t DialectBit(Dialect dialect) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(dialect));
}

// What the scheduler looks up in place of going through all accounts: those of each preset and of each family, in tiers
// of one priority, best first. Immutable, and shared by all snapshots between two changes of an account; live values
// (cool-downs, requests in flight) are not in it. Names accounts by their position in PoolSnapshot::accounts.
class PoolIndex {
 public:
  using Position = std::uint32_t;

  // What the scheduler asks of an account, in a few bytes.
  struct Row {
    bool ready = false;         // enabled, and its credential is in order
    std::uint8_t dialects = 0;  // DialectBit
    bool budgeted = false;      // its owner limits what it may do
    std::uint8_t reserve_percent = 0;
    std::uint32_t weight = 1;
    std::uint64_t barred = 0;  // from these models, by what was learned (AccountFacts::BitOf)
    const ModelList* models = nullptr;
  };

  struct Tier {
    // By id, whatever their state: one that is disabled for a while gets its own conversations back, and no other
    // account's move meanwhile.
    std::vector<Position> members;
    std::shared_ptr<const HomeTable> homes;  // of `members`; shared with other indexes and tiers that have the same
    std::vector<Position> ready;
    std::vector<std::uint64_t> shares;  // of `ready`: the sum of the weights up to and including each

    std::uint64_t TotalShares() const { return shares.empty() ? 0 : shares.back(); }
    // The index in `ready` of the account that has that share; `share` is less than TotalShares().
    std::size_t OwnerOf(std::uint64_t share) const;
  };

  // `before` is the index that this one takes over from, or null: its tables are shared where the members are the same.
  PoolIndex(std::span<const PooledAccount> accounts, const PoolIndex* before);

  const Row& row(Position position) const { return rows_[position]; }
  std::size_t size() const { return rows_.size(); }
  // The accounts of `preset`, or of `family` when it is empty.
  std::span<const Tier> Tiers(std::string_view preset, Family family) const;
  std::optional<Position> Find(const AccountId& id) const;

 private:
  struct Builder;

  std::vector<Row> rows_;
  std::vector<std::unique_ptr<const ModelList>> models_;  // each list that differs from the others, once
  absl::flat_hash_map<AccountId, Position> by_id_;
  absl::flat_hash_map<std::string, std::vector<Tier>> by_preset_;
  std::array<std::vector<Tier>, kFamilyCount> by_family_;
};

}  // namespace ag::pool
