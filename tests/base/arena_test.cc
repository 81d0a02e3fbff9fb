#include "gatewayd/base/arena.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace ag {
namespace {

TEST(Arena, JoinsPieces) {
  Arena arena;
  const std::string_view joined = arena.Join({"Bearer ", "", "sk-1"});
  EXPECT_EQ(joined, "Bearer sk-1");
  EXPECT_EQ(arena.Join({}), "");
  EXPECT_EQ(arena.Join({"", ""}), "");
}

TEST(Arena, TakesItsFirstBlockWithTheFirstAllocationOnly) {
  Arena arena(100);
  EXPECT_EQ(arena.allocated_bytes(), 0U);
  arena.Copy("a");
  EXPECT_EQ(arena.allocated_bytes(), 100U);
}

TEST(Arena, KeepsWhatItHoldsWhileItGrows) {
  Arena arena(64);
  const std::string_view first = arena.Copy("first");
  const std::string large(1000, 'x');
  EXPECT_EQ(arena.Copy(large), large);
  EXPECT_EQ(first, "first");
  arena.Reset();
  EXPECT_EQ(arena.allocated_bytes(), 64U);
}

}  // namespace
}  // namespace ag
