#include "gatewayd/pool/home_table.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/pool/hash.h"

namespace ag::pool {
namespace {

// More slots: a finer division, less disruption, more memory.
constexpr std::size_t kSlotsEach = 64;
constexpr std::size_t kFewestSlots = 4096;
constexpr std::uint32_t kFree = std::numeric_limits<std::uint32_t>::max();

// One member's way through the slots: a permutation of its own, since an odd step meets each of 2^n slots.
struct Turn {
  std::size_t cursor = 0;
  std::size_t step = 1;
  std::uint64_t credit = 0;
};

}  // namespace

HomeTable::HomeTable(std::vector<Member> members) : members_(std::move(members)) {
  AG_CHECK(!members_.empty());
  const std::size_t slots = std::bit_ceil(std::max(kFewestSlots, kSlotsEach * members_.size()));
  slots_.assign(members_.size() == 1 ? 1 : slots, kFree);
  Fill();
}

// In turn, each member takes the next free slot of its permutation: as many a round as is its share.
void HomeTable::Fill() {
  const std::size_t mask = slots_.size() - 1;
  std::uint64_t total = 0;
  std::vector<Turn> turns;
  turns.reserve(members_.size());
  for (const Member& member : members_) {
    total += member.weight;
    turns.push_back({Mix(member.id_hash) & mask, (Mix(member.id_hash + 1) & mask) | 1U, 0});
  }
  for (std::size_t free = slots_.size(); free > 0;) {
    for (std::uint32_t i = 0; i < members_.size(); ++i) {
      Turn& turn = turns[i];
      turn.credit += std::uint64_t{members_[i].weight} * members_.size();
      for (; turn.credit >= total && free > 0; --free) {
        turn.credit -= total;
        while (slots_[turn.cursor] != kFree) turn.cursor = (turn.cursor + turn.step) & mask;
        slots_[turn.cursor] = i;
      }
    }
  }
}

}  // namespace ag::pool
