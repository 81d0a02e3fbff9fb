#include "gatewayd/pool/pool_index.h"

#include <algorithm>
#include <map>
#include <utility>

#include "gatewayd/base/strings.h"
#include "gatewayd/pool/hash.h"
#include "gatewayd/pool/pool_snapshot.h"

namespace ag::pool {
namespace {

std::uint32_t WeightOf(const Account& account) { return static_cast<std::uint32_t>(std::max(account.weight, 1)); }

std::uint8_t DialectsOf(const Account& account) {
  std::uint8_t bits = 0;
  for (const auto& [dialect, endpoint] : account.endpoints) bits |= DialectBit(dialect);
  return bits;
}

}  // namespace

struct PoolIndex::Builder {
  std::span<const PooledAccount> accounts;
  const PoolIndex* before;
  PoolIndex& index;
  std::vector<std::shared_ptr<const HomeTable>> tables;  // that a tier may share

  const Account& At(Position position) const { return accounts[position].account; }
  void AddRows();
  void CollectTables();
  std::vector<Tier> MakeTiers(std::vector<Position> positions);
  Tier MakeTier(std::vector<Position> members);
  std::shared_ptr<const HomeTable> TableOf(const std::vector<Position>& members);
};

void PoolIndex::Builder::AddRows() {
  std::map<std::vector<std::string>, const ModelList*> lists;
  index.rows_.reserve(accounts.size());
  index.by_id_.reserve(accounts.size());
  for (Position i = 0; i < accounts.size(); ++i) {
    const Account& account = At(i);
    const auto [list, added] = lists.try_emplace(account.models, nullptr);
    if (added) {
      index.models_.push_back(std::make_unique<const ModelList>(account.models));
      list->second = index.models_.back().get();
    }
    Row row;
    row.ready = account.enabled && account.state == AccountState::kReady;
    row.dialects = DialectsOf(account);
    row.budgeted = account.limits.HasBudget();
    row.barred = account.facts.barred();
    row.reserve_percent = static_cast<std::uint8_t>(account.limits.reserve_percent);
    row.weight = WeightOf(account);
    row.models = list->second;
    index.rows_.push_back(row);
    index.by_id_.emplace(account.id, i);
  }
}

void PoolIndex::Builder::CollectTables() {
  if (before == nullptr) return;
  for (const auto& [preset, tiers] : before->by_preset_) {
    for (const Tier& tier : tiers) tables.push_back(tier.homes);
  }
  for (const auto& tiers : before->by_family_) {
    for (const Tier& tier : tiers) tables.push_back(tier.homes);
  }
}

std::vector<PoolIndex::Tier> PoolIndex::Builder::MakeTiers(std::vector<Position> positions) {
  std::sort(positions.begin(), positions.end(), [this](Position a, Position b) {
    const Account& left = At(a);
    const Account& right = At(b);
    return left.priority != right.priority ? left.priority > right.priority : left.id < right.id;
  });
  std::vector<Tier> tiers;
  for (auto begin = positions.begin(); begin != positions.end();) {
    const auto end = std::find_if(begin, positions.end(),
                                  [&](Position position) { return At(position).priority != At(*begin).priority; });
    tiers.push_back(MakeTier({begin, end}));
    begin = end;
  }
  return tiers;
}

PoolIndex::Tier PoolIndex::Builder::MakeTier(std::vector<Position> members) {
  Tier tier;
  tier.homes = TableOf(members);
  std::uint64_t total = 0;
  for (const Position position : members) {
    if (!index.rows_[position].ready) continue;
    total += index.rows_[position].weight;
    tier.ready.push_back(position);
    tier.shares.push_back(total);
  }
  tier.members = std::move(members);
  return tier;
}

std::shared_ptr<const HomeTable> PoolIndex::Builder::TableOf(const std::vector<Position>& members) {
  std::vector<HomeTable::Member> wanted;
  wanted.reserve(members.size());
  for (const Position position : members) wanted.push_back({HashOf(At(position).id.value()), WeightOf(At(position))});
  const auto same =
      std::find_if(tables.begin(), tables.end(), [&wanted](const auto& table) { return table->members() == wanted; });
  if (same != tables.end()) return *same;
  tables.push_back(std::make_shared<const HomeTable>(std::move(wanted)));  // shared: filling it is the dear part
  return tables.back();
}

PoolIndex::PoolIndex(std::span<const PooledAccount> accounts, const PoolIndex* before) {
  Builder builder{accounts, before, *this, {}};
  builder.AddRows();
  builder.CollectTables();
  std::map<std::string_view, std::vector<Position>> presets;
  std::array<std::vector<Position>, kFamilyCount> families;
  for (Position i = 0; i < accounts.size(); ++i) {
    const Account& account = accounts[i].account;
    presets[account.preset].push_back(i);
    families[static_cast<std::size_t>(account.family)].push_back(i);
  }
  for (auto& [preset, positions] : presets) {
    by_preset_.emplace(std::string(preset), builder.MakeTiers(std::move(positions)));
  }
  for (std::size_t i = 0; i < families.size(); ++i) by_family_[i] = builder.MakeTiers(std::move(families[i]));
}

std::size_t PoolIndex::Tier::OwnerOf(std::uint64_t share) const {
  return static_cast<std::size_t>(std::upper_bound(shares.begin(), shares.end(), share) - shares.begin());
}

std::span<const PoolIndex::Tier> PoolIndex::Tiers(std::string_view preset, Family family) const {
  if (preset.empty()) return by_family_[static_cast<std::size_t>(family)];
  const auto found = by_preset_.find(ToAbsl(preset));
  if (found == by_preset_.end()) return {};
  return found->second;
}

std::optional<PoolIndex::Position> PoolIndex::Find(const AccountId& id) const {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return std::nullopt;
  return found->second;
}

}  // namespace ag::pool
