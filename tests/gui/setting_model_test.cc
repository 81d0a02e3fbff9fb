#include "gui/models/setting_model.h"

#include <gtest/gtest.h>

#include <QTemporaryDir>
#include <QTest>
#include <functional>
#include <string>

#include "ag/gateway/v1/config.pb.h"
#include "gui/app/backend.h"
#include "gui/app/language.h"
#include "gui/app/preferences.h"
#include "gui/demo/demo_server.h"
#include "gui/models/setting_value.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

class SettingModelTest : public testing::Test {
 protected:
  SettingModelTest() {
    language_.Use("en");
    client::ControlClientOptions options;
    options.target = server_.target().toStdString();
    daemon_ = std::make_unique<client::ControlClient>(options);
    backend_.Connect(options);
    EXPECT_TRUE(Await([this] { return settings_.loaded(); }));
  }
  ~SettingModelTest() override { language_.Use("en"); }

  static bool Await(const std::function<bool()>& is_so) { return QTest::qWaitFor(is_so, 10'000); }
  // One without a key when there is none.
  SettingRow Row(const QString& key) const {
    for (int i = 0; i < kSettingCards; ++i) {
      for (const SettingRow& row : settings_.group(static_cast<SettingCard>(i)).rows()) {
        if (row.key == key) return row;
      }
    }
    return {};
  }
  // In the daemon, as JSON.
  std::string Stored(const std::string& key) {
    client::v1::GetSettingRequest request;
    request.set_key(key);
    const auto reply = daemon_->GetSetting(request);
    EXPECT_TRUE(reply.ok()) << reply.status();
    return reply.ok() ? reply->setting().value() : "";
  }

  DemoServer server_{{.past_requests = 1, .requests_per_second = 0, .folder = "/home/ag"}};
  QTemporaryDir folder_;
  Language language_;
  Preferences preferences_{folder_.filePath("desktop.ini")};
  Backend backend_;
  SettingModel settings_{backend_, preferences_};
  std::unique_ptr<client::ControlClient> daemon_;
};

TEST_F(SettingModelTest, SaysEverySettingInBothLanguages) {
  for (const char* language : {"en", "zh_CN"}) {
    language_.Use(language);
    settings_.Retranslate();
    for (const SettingWords& words : AllSettingWords()) {
      const SettingRow row = Row(QString::fromUtf8(words.key));
      ASSERT_FALSE(row.key.isEmpty()) << words.key;
      EXPECT_EQ(row.name == QString::fromUtf8(words.name), language_.IsEnglish()) << words.key;
      EXPECT_EQ(row.description == QString::fromUtf8(words.text), language_.IsEnglish()) << words.key;
      EXPECT_EQ(row.kind == "choice", !words.choices.empty()) << words.key;
      for (const QVariant& choice : row.choices) {
        const QString value = choice.toMap().value("value").toString();
        EXPECT_NE(ChoiceOf(words, value), nullptr) << words.key << " " << value.toStdString();
      }
    }
  }
  EXPECT_EQ(settings_.group(SettingCard::kOther).count(), 0);
}

TEST_F(SettingModelTest, KnowsEachKind) {
  EXPECT_EQ(Row("proxy.auto_start").kind, "bool");
  EXPECT_EQ(Row("proxy.auth_mode").kind, "choice");
  EXPECT_EQ(Row("proxy.port").kind, "number");
  EXPECT_EQ(Row("proxy.allowed_hosts").kind, "list");
  EXPECT_EQ(Row("upstream.ca_file").kind, "text");
  EXPECT_EQ(Row("proxy.api_key").kind, "secret");
  EXPECT_EQ(Row("proxy.max_wait_ms").value + Row("proxy.max_wait_ms").unit, "20s");
  EXPECT_EQ(Row("log.max_bytes").fallback, "512 MB");
}

TEST_F(SettingModelTest, FindsByNameKeyDescriptionCardAndChoice) {
  const auto found = [this](const QString& search) {
    settings_.setSearch(search);
    return settings_.count();
  };
  const int all = settings_.count();
  EXPECT_EQ(found("fixed account"), 2);
  EXPECT_EQ(found("MAX_WAIT_MS"), 1);
  EXPECT_EQ(found("cooling down"), 1);
  EXPECT_EQ(found("request log"), 3) << "a card's title finds all of it";
  EXPECT_EQ(found("fastest"), 1);
  EXPECT_EQ(found("tray close"), 1) << "in any order";
  EXPECT_EQ(settings_.advancedCount(), 0);
  EXPECT_EQ(found("threads"), 1);
  EXPECT_EQ(settings_.advancedCount(), 1);
  EXPECT_EQ(found("zzz"), 0);
  EXPECT_EQ(found(""), all);
  EXPECT_TRUE(settings_.matches("Version"));
}

TEST_F(SettingModelTest, SendsNumbersInTheDaemonsUnit) {
  settings_.Enter("proxy.max_wait_ms", "2 min");
  EXPECT_TRUE(Await([this] { return Row("proxy.max_wait_ms").unit == "min"; }));
  EXPECT_EQ(Stored("proxy.max_wait_ms"), "120000");
  EXPECT_TRUE(Row("proxy.max_wait_ms").customized);
  settings_.Enter("proxy.max_wait_ms", "3");  // of what stands beside it
  EXPECT_TRUE(Await([this] { return Row("proxy.max_wait_ms").value == "3"; }));
  EXPECT_EQ(Stored("proxy.max_wait_ms"), "180000");
  settings_.Reset("proxy.max_wait_ms");
  EXPECT_TRUE(Await([this] { return !Row("proxy.max_wait_ms").customized; }));
  EXPECT_EQ(Stored("proxy.max_wait_ms"), "20000");
}

TEST_F(SettingModelTest, RefusesNumbersOutOfRangeItself) {
  EXPECT_EQ(settings_.ProblemOf("proxy.port", "65535"), "");
  EXPECT_EQ(settings_.ProblemOf("proxy.port", "0"), "A whole number from 1 to 65535.");
  EXPECT_EQ(settings_.ProblemOf("proxy.port", "many"), "A whole number from 1 to 65535.");
  EXPECT_EQ(settings_.ProblemOf("proxy.max_body_bytes", "1 KB"), "");
  EXPECT_EQ(settings_.ProblemOf("proxy.max_body_bytes", "8 GB"), "From 1 KB to 4 GB.");
  EXPECT_EQ(settings_.ProblemOf("upstream.ca_file", "anything"), "");
  settings_.Enter("proxy.port", "70000");
  settings_.Enter("proxy.port", "9000");
  EXPECT_TRUE(Await([this] { return settings_.port() == 9000; }));
  EXPECT_EQ(Row("proxy.port").error, "");
}

TEST_F(SettingModelTest, KeepsWhatTheDaemonRefusedWithItsSetting) {
  settings_.set("proxy.allow_lan_access", "true");
  EXPECT_TRUE(Await([this] { return Row("proxy.allow_lan_access").error.contains("open your accounts"); }));
  EXPECT_EQ(Row("proxy.allow_lan_access").value, "false");
  settings_.setLan(true);
  EXPECT_TRUE(Await([this] { return Row("proxy.allow_lan_access").value == "true"; }));
  EXPECT_EQ(Row("proxy.allow_lan_access").error, "");
  EXPECT_TRUE(Await([this] { return Row("proxy.auth_mode").value == "auto"; }));
}

TEST_F(SettingModelTest, TellsWhereEachValueComesFrom) {
  const auto source = [this](const QString& key) { return Row(key).source.toStdString(); };
  EXPECT_EQ(source("proxy.max_attempts"), "default");
  EXPECT_EQ(Row("proxy.max_attempts").origin, "A change is kept in /home/ag/config.json");
  EXPECT_EQ(source("upstream.proxy_url"), "set by environment");
  EXPECT_EQ(source("proxy.shards"), "set by command line");
  EXPECT_EQ(source("proxy.api_key"), "sealed");
  EXPECT_EQ(source("app.theme"), "") << "the app's own";
  settings_.Enter("proxy.max_attempts", "7");
  EXPECT_TRUE(Await([&] { return source("proxy.max_attempts") == "from config.json"; }));
  EXPECT_EQ(Row("proxy.max_attempts").origin, "/home/ag/config.json");
  settings_.Reset("proxy.max_attempts");
  EXPECT_TRUE(Await([&] { return source("proxy.max_attempts") == "default"; }));
}

TEST_F(SettingModelTest, TellsWhatTheEnvironmentDecides) {
  const SettingRow row = Row("upstream.proxy_url");
  EXPECT_TRUE(row.decided.contains("AG_UPSTREAM_PROXY_URL")) << row.decided.toStdString();
  EXPECT_FALSE(row.customized);
  EXPECT_EQ(Row("proxy.port").decided, "");
}

TEST_F(SettingModelTest, ShowsASecretOnlyWhenAsked) {
  const std::string key = daemon_->GetPrimaryKey()->key();
  EXPECT_EQ(Row("proxy.api_key").value, "");
  EXPECT_FALSE(Row("proxy.api_key").placeholder.toStdString().find(key) != std::string::npos);
  settings_.Reveal("proxy.api_key", true);
  EXPECT_TRUE(Await([&] { return Row("proxy.api_key").value.toStdString() == key; }));
  settings_.Reveal("proxy.api_key", false);
  EXPECT_EQ(Row("proxy.api_key").value, "");
}

TEST_F(SettingModelTest, ReadsAndResetsTheAppsOwn) {
  EXPECT_EQ(Row("app.theme").value, "system");
  EXPECT_FALSE(Row("app.theme").customized);
  preferences_.setTheme("dark");
  EXPECT_TRUE(Row("app.theme").customized);
  EXPECT_EQ(Row("app.theme").fallback, "System");
  auto* own = settings_.groups().front().value<SettingGroup*>();
  ASSERT_NE(own, nullptr);
  own->reset("app.theme");
  EXPECT_EQ(preferences_.theme(), "system");
  own->set("app.close_to_tray", "true");
  EXPECT_TRUE(preferences_.closeToTray());
  EXPECT_EQ(Row("app.close_to_tray").value, "true");
}

TEST(SettingValue, IsWrittenInTheLargestUnitThatFits) {
  using enum SettingUnit;
  EXPECT_EQ(Spoken(8045, kNone), "8045");
  EXPECT_EQ(Spoken(0, kMilliseconds), "0 s");
  EXPECT_EQ(Spoken(100, kMilliseconds), "100 ms");
  EXPECT_EQ(Spoken(1'500, kMilliseconds), "1.5 s");
  EXPECT_EQ(Spoken(1'501, kMilliseconds), "1501 ms");
  EXPECT_EQ(Spoken(86'400'000, kMilliseconds), "24 h");
  EXPECT_EQ(Spoken(1'000, kBytes), "1000 bytes");
  EXPECT_EQ(Spoken(104'857'600, kBytes), "100 MB");
  EXPECT_EQ(Spoken(1'610'612'736, kBytes), "1.5 GB");
  EXPECT_EQ(Spoken(30, kDays), "30 days");
}

TEST(SettingValue, IsReadAsPeopleWriteIt) {
  using enum SettingUnit;
  EXPECT_EQ(ReadAmount(" 90 ", kMilliseconds, "s"), 90'000);
  EXPECT_EQ(ReadAmount("1,5min", kMilliseconds, "s"), 90'000);
  EXPECT_EQ(ReadAmount("250 MS", kMilliseconds, "s"), 250);
  EXPECT_EQ(ReadAmount("2 g", kBytes, "MB"), 2'147'483'648);
  EXPECT_EQ(ReadAmount("2GiB", kBytes, "MB"), 2'147'483'648);
  EXPECT_EQ(ReadAmount("7", kNone, ""), 7);
  EXPECT_EQ(ReadAmount("7.5", kNone, ""), std::nullopt);
  EXPECT_EQ(ReadAmount("-7", kNone, ""), std::nullopt);
  EXPECT_EQ(ReadAmount("7 s", kNone, ""), std::nullopt);
  EXPECT_EQ(ReadAmount("7 weeks", kDays, "days"), std::nullopt);
  EXPECT_EQ(ReadAmount("", kDays, "days"), std::nullopt);
  EXPECT_EQ(ReadAmount("999999999999999 TB", kBytes, "MB"), std::nullopt);
}

}  // namespace
}  // namespace ag::gui
