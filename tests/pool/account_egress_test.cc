#include "gatewayd/pool/account_egress.h"

#include <gtest/gtest.h>

#include <string>

#include "gatewayd/base/error.h"

namespace ag::pool {
namespace {

auth::SecretBox::Key KeyOf(std::uint8_t byte) {
  auth::SecretBox::Key key;
  key.fill(byte);
  return key;
}

SharedWayOut SomeWay() {
  EgressInput input;
  input.mode = EgressInput::Mode::kProxy;
  input.proxy_url = Secret("http://me:p%40ss@proxy.example:3128");
  input.no_proxy = {"a.example"};
  input.ca_file = "/etc/ca.pem";
  return *MakeWayOut(input);
}

TEST(AccountEgress, ComesBackAsItWasStored) {
  const auth::SecretBox box(KeyOf(7));
  const AccountId id("acc_1");
  const SharedWayOut way = SomeWay();
  const std::string json = WayOutToJson(way, id, box);
  EXPECT_EQ(json.find("p@ss"), std::string::npos);
  const auto read = WayOutFromJson(json, id, box);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(**read, *way);
  EXPECT_EQ(InputOf(*read).proxy_url.Reveal(), "http://me:p%40ss@proxy.example:3128");
  EXPECT_EQ(*MakeWayOut(EgressInput()), nullptr);
  EXPECT_EQ(WayOutToJson(nullptr, id, box), "{}");
  EXPECT_EQ(*WayOutFromJson("", id, box), nullptr);
}

TEST(AccountEgress, ASealedPasswordOpensForItsAccountAndProxyOnly) {
  const auth::SecretBox box(KeyOf(7));
  std::string json = WayOutToJson(SomeWay(), AccountId("acc_1"), box);
  EXPECT_EQ(KindOf(WayOutFromJson(json, AccountId("acc_2"), box).status()), ErrorKind::kAccountAuth);
  EXPECT_FALSE(WayOutFromJson(json, AccountId("acc_1"), auth::SecretBox(KeyOf(8))).ok());
  json.replace(json.find("proxy.example"), 13, "other.example");
  EXPECT_FALSE(WayOutFromJson(json, AccountId("acc_1"), box).ok());
  EXPECT_EQ(KindOf(WayOutFromJson("[", AccountId("acc_1"), box).status()), ErrorKind::kInvalidRequest);
}

TEST(AccountEgress, DirectIsNotInherited) {
  const auth::SecretBox box(KeyOf(7));
  EgressInput input;
  input.mode = EgressInput::Mode::kDirect;
  const auto read = WayOutFromJson(WayOutToJson(*MakeWayOut(input), AccountId("a"), box), AccountId("a"), box);
  ASSERT_TRUE(read.ok() && *read != nullptr);
  EXPECT_EQ(InputOf(*read).mode, EgressInput::Mode::kDirect);
  EXPECT_FALSE(http::UsesProxy(*(*read)->egress, "api.openai.com"));
}

}  // namespace
}  // namespace ag::pool
