#include "gatewayd/pool/resource_owner.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace ag::pool {
namespace {

const AccountId kOne("one");
const AccountId kTwo("two");

TEST(ResourceOwner, RemembersWhoIssuedAResource) {
  ResourceOwner owners;
  owners.Remember("resp_1", kOne);
  owners.Remember("file_1", kTwo);
  EXPECT_EQ(owners.Find("resp_1"), kOne);
  EXPECT_EQ(owners.Find("file_1"), kTwo);
  EXPECT_EQ(owners.Find("resp_2"), std::nullopt);
}

TEST(ResourceOwner, TheLastIssuerCounts) {
  ResourceOwner owners;
  owners.Remember("resp_1", kOne);
  owners.Remember("resp_1", kTwo);
  EXPECT_EQ(owners.Find("resp_1"), kTwo);
  owners.Forget(kOne);
  EXPECT_EQ(owners.Find("resp_1"), kTwo);
}

TEST(ResourceOwner, DropsTheOldestBeyondItsBound) {
  ResourceOwner owners(3);
  for (int i = 0; i < 10; ++i) owners.Remember("resp_" + std::to_string(i), kOne);
  EXPECT_EQ(owners.Find("resp_0"), std::nullopt);
  EXPECT_EQ(owners.Find("resp_6"), std::nullopt);
  EXPECT_EQ(owners.Find("resp_7"), kOne);
  EXPECT_EQ(owners.Find("resp_9"), kOne);
}

TEST(ResourceOwner, RememberingAgainMakesYoung) {
  ResourceOwner owners(2);
  owners.Remember("old", kOne);
  owners.Remember("young", kOne);
  owners.Remember("old", kOne);
  owners.Remember("new", kOne);
  EXPECT_EQ(owners.Find("old"), kOne);
  EXPECT_EQ(owners.Find("young"), std::nullopt);
  EXPECT_EQ(owners.Find("new"), kOne);
}

TEST(ResourceOwner, ForgetsEverythingOfAnAccount) {
  ResourceOwner owners(3);
  owners.Remember("a", kOne);
  owners.Remember("b", kTwo);
  owners.Remember("c", kOne);
  owners.Forget(kOne);
  EXPECT_EQ(owners.Find("a"), std::nullopt);
  EXPECT_EQ(owners.Find("b"), kTwo);
  EXPECT_EQ(owners.Find("c"), std::nullopt);
  // What was forgotten frees its place.
  owners.Remember("d", kTwo);
  owners.Remember("e", kTwo);
  EXPECT_EQ(owners.Find("b"), kTwo);
  owners.Forget(AccountId("stranger"));
  EXPECT_EQ(owners.Find("e"), kTwo);
}

TEST(ResourceOwner, AnEmptyIdIsNobodys) {
  ResourceOwner owners;
  owners.Remember("", kOne);
  EXPECT_EQ(owners.Find(""), std::nullopt);
}

}  // namespace
}  // namespace ag::pool
