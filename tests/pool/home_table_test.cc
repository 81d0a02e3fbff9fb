#include "gatewayd/pool/home_table.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "gatewayd/pool/hash.h"

namespace ag::pool {
namespace {

constexpr std::uint64_t kConversations = 200'000;

std::vector<HomeTable::Member> Members(int count, std::uint32_t weight = 1) {
  std::vector<HomeTable::Member> members;
  for (int i = 0; i < count; ++i) members.push_back({HashOf("acc_" + std::to_string(i)), weight});
  return members;
}

// How many conversations each member has.
std::vector<int> Counts(const HomeTable& table) {
  std::vector<int> counts(table.members().size());
  for (std::uint64_t i = 0; i < kConversations; ++i) ++counts[table.HomeOf(Mix(i))];
  return counts;
}

TEST(HomeTable, FollowsTheWeights) {
  std::vector<HomeTable::Member> members = Members(20);
  std::uint32_t total = 0;
  for (std::uint32_t i = 0; i < members.size(); ++i) total += members[i].weight = 1 + i % 4;
  const std::vector<int> counts = Counts(HomeTable(members));
  for (std::size_t i = 0; i < members.size(); ++i) {
    const double expected = static_cast<double>(kConversations) * members[i].weight / total;
    EXPECT_NEAR(counts[i], expected, expected * 0.05) << i;
  }
}

TEST(HomeTable, GivesALightMemberItsShareBesideAHeavyOne) {
  std::vector<HomeTable::Member> members = Members(2);
  members[1].weight = 99;
  const std::vector<int> counts = Counts(HomeTable(members));
  EXPECT_NEAR(counts[0], kConversations / 100, kConversations / 1000);
}

TEST(HomeTable, KeepsNearlyAllHomesWhenAMemberLeaves) {
  for (const int count : {3, 10, 100, 1000}) {
    const HomeTable before(Members(count));
    std::vector<HomeTable::Member> fewer = Members(count);
    fewer.erase(fewer.begin() + 1);
    const HomeTable after(fewer);
    int stayed = 0;
    int moved = 0;
    for (std::uint64_t i = 0; i < kConversations; ++i) {
      const std::uint32_t home = before.HomeOf(Mix(i));
      if (home == 1) continue;
      ++(before.members()[home] == after.members()[after.HomeOf(Mix(i))] ? stayed : moved);
    }
    // What one member had is spread anew; of the rest no more than that moves.
    EXPECT_LT(static_cast<double>(moved) / kConversations, 0.02) << count;
    EXPECT_GT(stayed, moved);
  }
}

TEST(HomeTable, OneMemberHasAllConversations) {
  const HomeTable table(Members(1));
  for (std::uint64_t i = 0; i < 1000; ++i) EXPECT_EQ(table.HomeOf(Mix(i)), 0U);
}

}  // namespace
}  // namespace ag::pool
