#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/control/control_harness.h"

namespace ag::test {
namespace {

namespace v1 = client::v1;

class Settings : public testing::Test {
 protected:
  client::ControlClient& client() { return harness_.client(); }

  absl::StatusOr<v1::SetSettingResponse> Set(const std::string& key, const std::string& value) {
    v1::SetSettingRequest request;
    request.set_key(key);
    request.set_value(value);
    return client().SetSetting(request);
  }

  ControlHarness harness_;
};

TEST_F(Settings, ReadsAndChangesSettings) {
  const auto set = Set("auth_mode", "strict");
  ASSERT_TRUE(set.ok()) << set.status().message();
  EXPECT_EQ(set->setting().key(), "proxy.auth_mode");
  EXPECT_EQ(set->setting().value(), "\"strict\"");
  EXPECT_EQ(set->setting().source(), v1::SETTING_SOURCE_FILE);
  EXPECT_EQ(Set("proxy.port", "99999").status().code(), absl::StatusCode::kInvalidArgument);
  v1::UnsetSettingRequest unset;
  unset.set_key("proxy.auth_mode");
  EXPECT_EQ(client().UnsetSetting(unset)->setting().value(), "\"off\"");
}

TEST_F(Settings, SaysWhatASettingCanBe) {
  v1::GetSettingRequest get;
  get.set_key("proxy.auth_mode");
  const auto choice = client().GetSetting(get);
  ASSERT_TRUE(choice.ok());
  EXPECT_EQ(choice->setting().kind(), v1::SETTING_KIND_TEXT);
  EXPECT_EQ(choice->setting().choices_size(), 4);
  EXPECT_EQ(choice->setting().choices(0), "off");
  EXPECT_EQ(choice->setting().effect(), v1::SETTING_EFFECT_AT_ONCE);
  EXPECT_EQ(choice->setting().environment_variable(), "AG_PROXY_AUTH_MODE");
  get.set_key("log.max_age_days");
  const auto days = client().GetSetting(get);
  ASSERT_TRUE(days.ok());
  EXPECT_EQ(days->setting().kind(), v1::SETTING_KIND_NUMBER);
  EXPECT_EQ(days->setting().unit(), v1::SETTING_UNIT_DAYS);
  EXPECT_EQ(days->setting().min(), 1);
  EXPECT_EQ(days->setting().max(), 3650);
  EXPECT_EQ(days->setting().effect(), v1::SETTING_EFFECT_NEXT_START);
}

TEST_F(Settings, ListsTheOutgoingProxyWithoutItsPassword) {
  ASSERT_TRUE(Set("upstream.proxy_url", "http://me:hunter2@proxy.example:3128").ok());
  const auto listed = client().ListSettings();
  ASSERT_TRUE(listed.ok());
  EXPECT_EQ(listed->SerializeAsString().find("hunter2"), std::string::npos);
  const auto found = std::ranges::find(listed->settings(), "upstream.proxy_url", &v1::Setting::key);
  ASSERT_NE(found, listed->settings().end());
  EXPECT_EQ(found->value(), "\"http://me@proxy.example:3128\"");
  EXPECT_TRUE(found->sensitive());
  v1::GetSettingRequest get;
  get.set_key("upstream.proxy_url");
  EXPECT_EQ(client().GetSetting(get)->setting().value(), "\"http://me:hunter2@proxy.example:3128\"");
}

TEST_F(Settings, SaysWhenASettingCannotBeApplied) {
  harness_.OnControl([this] { harness_.proxy().apply_result = absl::UnavailableError("port 9000 is in use"); });
  const auto set = Set("proxy.port", "9000");
  ASSERT_TRUE(set.ok());
  EXPECT_EQ(set->apply_error(), "port 9000 is in use");
}

TEST_F(Settings, KeepsTheGatewayKeyAmongTheSettings) {
  EXPECT_EQ(Set("proxy.api_key", "short").status().code(), absl::StatusCode::kInvalidArgument);
  ASSERT_TRUE(Set("api_key", "sk-0123456789abcdefXYZ").ok());
  EXPECT_EQ(client().GetPrimaryKey()->key(), "sk-0123456789abcdefXYZ");
  v1::GetSettingRequest get;
  get.set_key("proxy.api_key");
  EXPECT_EQ(client().GetSetting(get)->setting().value(), "\"sk-0123456789abcdefXYZ\"");
  const auto listed = client().ListSettings();
  ASSERT_TRUE(listed.ok());
  EXPECT_EQ(listed->SerializeAsString().find("0123456789abcdef"), std::string::npos);
}

}  // namespace
}  // namespace ag::test
