#include "gatewayd/config/config_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "gatewayd/base/error.h"
#include "tests/support/temp_dir.h"

namespace ag::config {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Texts = std::map<std::string, std::string>;

class Store : public testing::Test {
 protected:
  std::string File() const { return dir_.File("config.json"); }
  void Write(const std::string& text) { test::WriteFile(File(), text); }
  std::unique_ptr<ConfigStore> Open(const Texts& flags = {}, const Texts& environment = {}) {
    auto store = ConfigStore::Open(dir_.path(), flags, environment);
    EXPECT_TRUE(store.ok()) << store.status();
    return store.ok() ? *std::move(store) : nullptr;
  }
  absl::Status Failure(const Texts& flags = {}, const Texts& environment = {}) {
    const auto store = ConfigStore::Open(dir_.path(), flags, environment);
    EXPECT_FALSE(store.ok());
    EXPECT_EQ(KindOf(store.status()), ErrorKind::kInvalidRequest) << store.status();
    return store.status();
  }

  test::TempDir dir_;
};

std::string Message(const absl::Status& status) { return std::string(status.message()); }

TEST_F(Store, DefaultsNeedNoFileAndMakeNone) {
  const auto store = Open();
  EXPECT_EQ(store->config().proxy.port, 8045);
  EXPECT_EQ(store->config().proxy.auth_mode, "off");
  EXPECT_EQ(store->Get("proxy.port")->source, Source::kDefault);
  EXPECT_FALSE(std::filesystem::exists(File()));
}

TEST_F(Store, ReadsEveryKindOfSetting) {
  Write(R"({"proxy": {"port": 9001, "auth_mode": "strict", "allow_lan_access": true, "max_wait_ms": 5e3,
            "allowed_origins": ["https://app.example", "null"], "max_body_bytes": null},
           "upstream": {"connect_timeout_ms": 1500}, "log": {"max_age_days": 7, "max_bytes": 1048576}})");
  const auto store = Open();
  const Config& config = store->config();
  EXPECT_EQ(config.proxy.port, 9001);
  EXPECT_EQ(config.proxy.auth_mode, "strict");
  EXPECT_TRUE(config.proxy.allow_lan_access);
  EXPECT_EQ(config.proxy.max_wait, std::chrono::seconds(5));
  EXPECT_THAT(config.proxy.allowed_origins, ElementsAre("https://app.example", "null"));
  EXPECT_EQ(config.proxy.max_body_bytes, 100U << 20U);
  EXPECT_EQ(config.upstream.connect_timeout, std::chrono::milliseconds(1500));
  EXPECT_EQ(config.log.max_age_days, 7);
  EXPECT_EQ(config.log.max_bytes, 1 << 20);
  EXPECT_THAT(store->warnings(), IsEmpty());
}

TEST_F(Store, FlagWinsOverEnvironmentOverFileOverDefault) {
  Write(R"({"proxy": {"port": 9001, "max_attempts": 2, "shards": 3}})");
  const auto store = Open({{"proxy.port", "9003"}}, {{"proxy.port", "9002"}, {"proxy.max_attempts", "4"}});
  EXPECT_EQ(store->config().proxy.port, 9003);
  EXPECT_EQ(store->Get("proxy.port")->source, Source::kFlag);
  EXPECT_EQ(store->config().proxy.max_attempts, 4);
  EXPECT_EQ(store->Get("proxy.max_attempts")->source, Source::kEnvironment);
  EXPECT_EQ(store->Get("proxy.shards")->source, Source::kFile);
  EXPECT_EQ(store->Get("proxy.auth_mode")->source, Source::kDefault);
}

TEST_F(Store, TakesItsVariablesOutOfTheEnvironment) {
  const char* variables[] = {"AG_PROXY_PORT=9000", "AG_MASTER_KEY=aa", "PROXY_PORT=1", "AG_UPSTREAM_NO_PROXY=a=b,c",
                             "AG_PROXY_SHARDS=",   "AG_PROXY_PORTS=1", nullptr};
  EXPECT_EQ(ConfigStore::EnvironmentOverrides(variables),
            (Texts{{"proxy.port", "9000"}, {"upstream.no_proxy", "a=b,c"}}));
}

TEST_F(Store, AFileThatDoesNotParseIsNamedByLineAndLeftAlone) {
  const std::string text = "{\n  \"proxy\": {\n    \"port\": 80 45\n  }\n}\n";
  Write(text);
  EXPECT_THAT(Message(Failure()), AllOf(HasSubstr(File()), HasSubstr("line 3, column 16"), HasSubstr("left as it is")));
  EXPECT_EQ(test::ReadFile(File()), text);
  for (const char* broken : {"", " \n", "[]", "7", "{\"proxy\": {", "{\"proxy\": 5}", "{} x"}) {
    Write(broken);
    EXPECT_THAT(Message(Failure()), HasSubstr(File())) << broken;
    EXPECT_EQ(test::ReadFile(File()), broken);
  }
}

struct BadValue {
  const char* json;
  const char* key;
  const char* said;
};
class BadValues : public Store, public testing::WithParamInterface<BadValue> {};

TEST_P(BadValues, AreNamedWithWhatIsAllowed) {
  Write(GetParam().json);
  const absl::Status status = Failure();
  EXPECT_EQ(DetailOf(status).param, GetParam().key);
  EXPECT_THAT(Message(status), AllOf(HasSubstr(GetParam().key), HasSubstr(GetParam().said)));
  EXPECT_EQ(test::ReadFile(File()), GetParam().json);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, BadValues,
    testing::Values(
        BadValue{R"({"proxy":{"port":"8045"}})", "proxy.port", "cannot be \"8045\""},
        BadValue{R"({"proxy":{"port":0}})", "proxy.port", "whole number from 1 to 65535"},
        BadValue{R"({"proxy":{"port":65536}})", "proxy.port", "whole number from 1 to 65535"},
        BadValue{R"({"proxy":{"port":80.5}})", "proxy.port", "line 1, column 18"},
        BadValue{R"({"proxy":{"auth_mode":"on"}})", "proxy.auth_mode", "one of off, strict, all_except_health, auto"},
        BadValue{R"({"proxy":{"auto_start":1}})", "proxy.auto_start", "true or false"},
        BadValue{R"({"proxy":{"allowed_origins":"https://a.example"}})", "proxy.allowed_origins", "a list of texts"},
        BadValue{R"({"proxy":{"allowed_origins":["*"]}})", "proxy.allowed_origins", "no wildcard"},
        BadValue{R"({"proxy":{"allowed_origins":["app.example"]}})", "proxy.allowed_origins", "in full"},
        BadValue{R"({"proxy":{"allowed_hosts":["http://a"]}})", "proxy.allowed_hosts", "without scheme"},
        BadValue{R"({"proxy":{"listen_addresses":["localhost"]}})", "proxy.listen_addresses", "only IP addresses"},
        BadValue{R"({"proxy":{"listen_addresses":["0.0.0.0"]}})", "proxy.listen_addresses", "proxy.auth_mode"},
        BadValue{R"({"proxy":{"allow_lan_access":true}})", "proxy.allow_lan_access",
                 "agctl config set proxy.auth_mode all_except_health && agctl config set proxy.allow_lan_access true"},
        BadValue{R"({"proxy":{"memory_budget_bytes":1048576}})", "proxy.max_body_bytes", "memory_budget_bytes"},
        BadValue{R"({"upstream":{"connect_timeout_ms":-1}})", "upstream.connect_timeout_ms", "from 100"},
        BadValue{R"({"upstream":{"proxy_url":"http://x/proxy.pac"}})", "upstream.proxy_url", "PAC"}));

TEST_F(Store, LanAccessIsFineWithAuthentication) {
  for (const char* mode : {"strict", "all_except_health", "auto"}) {
    Config config;
    config.proxy.allow_lan_access = true;
    config.proxy.listen_addresses = {"0.0.0.0", "::", "127.0.0.1"};
    config.proxy.auth_mode = mode;
    EXPECT_TRUE(Validate(config).ok()) << mode;
  }
  Config loopback;
  loopback.proxy.listen_addresses = {"127.0.0.2", "::1"};
  EXPECT_TRUE(Validate(loopback).ok());
}

TEST_F(Store, BadFlagsAndVariablesNameTheirSource) {
  EXPECT_THAT(Message(Failure({}, {{"proxy.port", "many"}})),
              AllOf(HasSubstr("AG_PROXY_PORT"), HasSubstr("\"many\""), HasSubstr("from 1 to 65535")));
  EXPECT_THAT(Message(Failure({{"proxy.port", "70000"}})), AllOf(HasSubstr("flag"), HasSubstr("70000")));
  EXPECT_THAT(Message(Failure({}, {{"proxy.port", "0"}})), HasSubstr("from 1"));
}

TEST_F(Store, PortZeroIsForFlagsOnly) {
  const auto store = Open({{"proxy.port", "0"}});
  EXPECT_EQ(store->config().proxy.port, 0);
  EXPECT_FALSE(store->Set("proxy.port", "0").ok());
  EXPECT_TRUE(store->Set("proxy.max_attempts", "3").ok());  // the flag stays valid
}

TEST_F(Store, UnknownKeysAreReportedWithASuggestion) {
  Write("{\n\"proxy\": {\"prot\": 1, \"max_wait\": 3},\n\"server\": {\"port\": 1}, \"remark\": \"mine\"}");
  const auto store = Open();
  ASSERT_EQ(store->warnings().size(), 4U);
  EXPECT_THAT(store->warnings()[0], AllOf(HasSubstr(File()), HasSubstr("line 2"), HasSubstr("proxy.prot"),
                                          HasSubstr("did you mean proxy.port?")));
  EXPECT_THAT(store->warnings()[1], HasSubstr("did you mean proxy.max_wait_ms?"));
  EXPECT_THAT(store->warnings()[2], AllOf(HasSubstr("server.port"), HasSubstr("did you mean proxy.port?")));
  EXPECT_THAT(store->warnings()[3], AllOf(HasSubstr("remark"), Not(HasSubstr("did you mean"))));
}

TEST_F(Store, TheSealedKeyIsNotReadFromTheFile) {
  Write(R"({"proxy": {"api_key": "sk-in-the-open"}})");
  const auto store = Open();
  ASSERT_EQ(store->warnings().size(), 1U);
  EXPECT_THAT(store->warnings()[0], AllOf(HasSubstr("agctl config set proxy.api_key"), Not(HasSubstr("in-the-open"))));
  EXPECT_FALSE(store->Get("proxy.api_key").ok());
}

TEST_F(Store, SetWritesOnlyWhatWasSetAndPrivately) {
  const auto store = Open();
  const auto setting = store->Set("proxy.port", "9000");
  ASSERT_TRUE(setting.ok()) << setting.status();
  EXPECT_EQ(setting->value, "9000");
  EXPECT_EQ(setting->fallback, "8045");
  EXPECT_EQ(setting->source, Source::kFile);
  EXPECT_EQ(store->config().proxy.port, 9000);
  EXPECT_EQ(test::ReadFile(File()), "{\n  \"proxy\": {\n    \"port\": 9000\n  }\n}\n");
  struct stat facts{};
  ASSERT_EQ(stat(File().c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
  EXPECT_EQ(Open()->config().proxy.port, 9000);
}

TEST_F(Store, SetKeepsWhatItDoesNotKnow) {
  Write(
      R"({"future": {"a": [1.50, {"b": "\u00e9"}]}, "x": null,
            "proxy": {"port": 1234, "from_2027": 1e400, "shards": 2}})");
  const auto store = Open();
  ASSERT_TRUE(store->Set("proxy.port", "9000").ok());
  ASSERT_TRUE(store->Set("upstream.ca_file", "/etc/ca.pem").ok());
  const std::string text = test::ReadFile(File());
  for (const char* kept : {R"("future": {"a": [1.50, {"b": "\u00e9"}]})", R"("from_2027": 1e400)", R"("shards": 2)",
                           R"("x": null)", R"("port": 9000)", R"("ca_file": "/etc/ca.pem")"}) {
    EXPECT_THAT(text, HasSubstr(kept));
  }
  EXPECT_THAT(text, Not(HasSubstr("1234")));
  EXPECT_EQ(Open()->config().proxy.shards, 2);
}

TEST_F(Store, SetKeepsWhatSomebodyEditedMeanwhile) {
  const auto store = Open();
  Write(R"({"log": {"max_age_days": 3}})");
  ASSERT_TRUE(store->Set("proxy.port", "9000").ok());
  EXPECT_THAT(test::ReadFile(File()), AllOf(HasSubstr("\"max_age_days\": 3"), HasSubstr("\"port\": 9000")));
  EXPECT_EQ(store->config().log.max_age_days, 3);
  Write("{ broken");
  EXPECT_THAT(Message(store->Set("proxy.port", "9001").status()), HasSubstr("line 1"));
  EXPECT_EQ(test::ReadFile(File()), "{ broken");
  EXPECT_EQ(store->config().proxy.port, 9000);
}

TEST_F(Store, ARepeatedKeyIsSetWhereItIsRead) {
  Write(R"({"proxy": {"port": 1000, "port": 2000}})");
  const auto store = Open();
  EXPECT_EQ(store->config().proxy.port, 2000);
  ASSERT_TRUE(store->Set("proxy.port", "3000").ok());
  EXPECT_EQ(Open()->config().proxy.port, 3000);
}

TEST_F(Store, UnsetGoesBackToTheDefaultAndKeepsTheRest) {
  Write(R"({"proxy": {"port": 9000, "later": 1}})");
  const auto store = Open();
  const auto setting = store->Unset("port");
  ASSERT_TRUE(setting.ok()) << setting.status();
  EXPECT_EQ(setting->value, "8045");
  EXPECT_EQ(setting->source, Source::kDefault);
  EXPECT_THAT(test::ReadFile(File()), AllOf(HasSubstr("\"later\": 1"), Not(HasSubstr("port"))));
  EXPECT_TRUE(store->Unset("log.max_age_days").ok());
}

TEST_F(Store, ARefusedValueChangesNothing) {
  const auto store = Open();
  ASSERT_TRUE(store->Set("proxy.port", "9000").ok());
  const std::string before = test::ReadFile(File());
  for (const auto& [key, value] : {std::pair{"proxy.port", "http"}, std::pair{"proxy.port", "70000"},
                                   std::pair{"proxy.allow_lan_access", "true"}, std::pair{"proxy.allowed_origins", "*"},
                                   std::pair{"proxy.auth_mode", "open"}, std::pair{"proxy.allowed_origins", "[1]"}}) {
    const auto refused = store->Set(key, value);
    ASSERT_FALSE(refused.ok()) << key;
    EXPECT_EQ(KindOf(refused.status()), ErrorKind::kInvalidRequest);
    EXPECT_EQ(DetailOf(refused.status()).param, key);
  }
  EXPECT_EQ(test::ReadFile(File()), before);
  EXPECT_EQ(store->config().proxy.port, 9000);
  EXPECT_FALSE(store->config().proxy.allow_lan_access);
}

TEST_F(Store, ValuesAreTakenAsTyped) {
  const auto store = Open();
  EXPECT_EQ(store->Set("auto_start", "off")->value, "false");
  EXPECT_EQ(store->Set("auto_start", "Yes")->value, "true");
  EXPECT_EQ(store->Set("allowed_origins", "https://a.example, https://b.example")->value,
            R"(["https://a.example","https://b.example"])");
  EXPECT_EQ(store->Set("allowed_origins", R"(["null"])")->value, R"(["null"])");
  EXPECT_EQ(store->Set("allowed_origins", "")->value, "[]");
  EXPECT_EQ(store->Set("auth_mode", "\"auto\"")->value, "\"auto\"");
  EXPECT_EQ(store->Set("ca_file", "/tmp/a \"b\".pem")->value, R"("/tmp/a \"b\".pem")");
}

TEST_F(Store, TheGuardsOwnSettingLineWorks) {
  const auto store = Open();
  for (const char* origin : {"https://app.example", "null", "chrome-extension://abcdef", "moz-extension://0-1"}) {
    EXPECT_TRUE(store->Set("proxy.allowed_origins", origin).ok()) << origin;
  }
  EXPECT_TRUE(store->Set("proxy.allowed_hosts", "gateway.home").ok());
  EXPECT_TRUE(store->Set("proxy.allowed_hosts", "fd00::7").ok());
}

TEST_F(Store, AnOverriddenSettingIsStoredAndSaysSo) {
  const auto store = Open({{"proxy.port", "9003"}});
  const auto setting = store->Set("proxy.port", "9000");
  ASSERT_TRUE(setting.ok());
  EXPECT_EQ(setting->source, Source::kFlag);
  EXPECT_EQ(setting->value, "9003");
  EXPECT_EQ(Open()->config().proxy.port, 9000);
}

TEST_F(Store, BareAndUnknownKeys) {
  const auto store = Open();
  EXPECT_EQ(store->Get("auth_mode")->key, "proxy.auth_mode");
  const auto unknown = store->Get("proxy.auth_mod");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(KindOf(unknown.status()), ErrorKind::kInvalidRequest);
  EXPECT_THAT(Message(unknown.status()), HasSubstr("did you mean proxy.auth_mode?"));
  EXPECT_THAT(Message(store->Set("prot", "1").status()), HasSubstr("did you mean proxy.port?"));
  EXPECT_THAT(Message(store->Unset("").status()), HasSubstr("There is no setting"));
}

TEST_F(Store, ListsEverySettingByKeyWithTheDefaultsOfConfig) {
  const auto settings = Open()->List();
  EXPECT_GT(settings.size(), 20U);
  EXPECT_TRUE(std::is_sorted(settings.begin(), settings.end(),
                             [](const Setting& a, const Setting& b) { return a.key < b.key; }));
  for (const Setting& setting : settings) {
    EXPECT_EQ(setting.value, setting.fallback) << setting.key;
    EXPECT_FALSE(setting.description.empty()) << setting.key;
  }
}

TEST_F(Store, SaysWhatEverySettingCanBe) {
  for (const Setting& setting : Open()->List()) {
    EXPECT_EQ(setting.unit == SettingUnit::kMilliseconds, setting.key.ends_with("_ms")) << setting.key;
    EXPECT_EQ(setting.unit == SettingUnit::kBytes, setting.key.ends_with("_bytes")) << setting.key;
    EXPECT_EQ(setting.unit == SettingUnit::kDays, setting.key.ends_with("_days")) << setting.key;
    EXPECT_EQ(setting.kind == SettingKind::kNumber, setting.min < setting.max) << setting.key;
    if (!setting.choices.empty()) EXPECT_EQ(setting.kind, SettingKind::kText) << setting.key;
    EXPECT_TRUE(setting.environment.starts_with("AG_")) << setting.key;
  }
}

TEST_F(Store, APasswordInTheProxyUrlIsSensitive) {
  const auto store = Open();
  EXPECT_FALSE(store->Set("upstream.proxy_url", "http://proxy.example:3128")->sensitive);
  const auto with_password = store->Set("upstream.proxy_url", "http://me:hunter2@proxy.example:3128");
  EXPECT_TRUE(with_password->sensitive);
  EXPECT_EQ(with_password->masked, R"("http://me@proxy.example:3128")");
  EXPECT_THAT(Message(store->Set("upstream.proxy_url", "ftp://me:hunter2@proxy.example").status()),
              Not(HasSubstr("hunter2")));
}

TEST(Validate, RefusesWhatOnlyCodeCouldSet) {
  Config config;
  config.proxy.auth_mode = "nobody";
  EXPECT_EQ(DetailOf(Validate(config)).param, "proxy.auth_mode");
  config = Config();
  config.proxy.max_attempts = 0;
  EXPECT_EQ(DetailOf(Validate(config)).param, "proxy.max_attempts");
  config = Config();
  config.proxy.port = 0;  // tests listen on any free port
  EXPECT_TRUE(Validate(config).ok());
}

}  // namespace
}  // namespace ag::config
