#include "gatewayd/base/strings.h"

#include <gtest/gtest.h>

namespace ag {
namespace {

TEST(EqualsIgnoreCase, IgnoresTheCaseOfLettersOnly) {
  EXPECT_TRUE(EqualsIgnoreCase("Content-Type", "content-tYPE"));
  EXPECT_TRUE(EqualsIgnoreCase("", ""));
  EXPECT_FALSE(EqualsIgnoreCase("te", "trailer"));
  EXPECT_FALSE(EqualsIgnoreCase("date", "host"));
  EXPECT_FALSE(EqualsIgnoreCase("x", ""));
  // One bit apart, as the two cases of a letter are.
  EXPECT_FALSE(EqualsIgnoreCase("[a", "{a"));
  EXPECT_FALSE(EqualsIgnoreCase("a@", "a`"));
}

}  // namespace
}  // namespace ag
