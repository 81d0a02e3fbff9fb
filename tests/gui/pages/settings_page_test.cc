#include <QCoreApplication>
#include <QFile>
#include <QQuickItem>
#include <QQuickWindow>
#include <QTemporaryDir>

#include "tests/gui/pages/page_test.h"

namespace ag::gui {
namespace {

class SettingsPage : public PageTest {
 protected:
  SettingsPage() : PageTest({.page = "settings"}) {
    EXPECT_TRUE(Await([&] { return app().settings()->loaded(); }));
  }
  const SettingModel& settings() { return *app().settings(); }
  // The control of the setting of that key.
  static QString Field(const QString& key) { return "setting-" + key; }
};

TEST_F(SettingsPage, LanguageChangesAtOnce) {
  Click("setting-app.language/segment-zh_CN");
  EXPECT_TRUE(Await([&] { return TextOf("nav-settings") == QStringLiteral("设置"); }));
  Click("setting-app.language/segment-en");
  EXPECT_TRUE(Await([&] { return TextOf("nav-settings") == "Settings"; }));
}

TEST_F(SettingsPage, ThemeChangesAtOnce) {
  const QVariant light = window().property("color");
  Click("setting-app.theme/segment-dark");
  EXPECT_TRUE(Await([&] { return window().property("color") != light; }));
  Click("setting-app.theme/segment-light");
  EXPECT_TRUE(Await([&] { return window().property("color") == light; }));
}

TEST_F(SettingsPage, FindsChangesAndResetsASetting) {
  Type("settingSearch", "max_age_days");
  EXPECT_TRUE(Await([&] { return settings().count() == 1; }));
  Type(Field("log.max_age_days"), "64");
  Press(Qt::Key_Return);
  EXPECT_TRUE(Await([&] { return SettingOf("log.max_age_days") == "64"; }));
  Click("reset-log.max_age_days");
  EXPECT_TRUE(Await([&] { return SettingOf("log.max_age_days") == "30" && !Sees("reset-log.max_age_days"); }));
}

TEST_F(SettingsPage, TellsNamesAndKeysAndHidesCardsWithoutAHit) {
  EXPECT_TRUE(Reads("API endpoint"));
  EXPECT_TRUE(Reads("This app"));
  Type("settingSearch", "cooling down");
  EXPECT_TRUE(Await([&] { return settings().count() == 1 && Reads("Longest wait"); }));
  EXPECT_TRUE(Reads("proxy.max_wait_ms"));
  EXPECT_TRUE(Await([&] { return !Reads("API endpoint") && !Reads("This app") && !Sees("changeConnection"); }));
}

TEST_F(SettingsPage, SearchesInTheLanguageOfThePersonAndByWordsInEnglish) {
  app().preferences()->setLanguage("zh_CN");
  Type("settingSearch", QStringLiteral("端口"));
  EXPECT_TRUE(Await([&] { return Sees(Field("proxy.port")) && settings().count() == 1; }));
  Type("settingSearch", QStringLiteral("主题"));
  EXPECT_TRUE(Await([&] { return Sees(Field("app.theme")) && settings().count() == 1; }));
  Type("settingSearch", "longest wait");
  EXPECT_TRUE(Await([&] { return Sees(Field("proxy.max_wait_ms")) && settings().count() == 1; }));
  EXPECT_TRUE(Reads(QStringLiteral("秒")));
  Type("settingSearch", "app.theme");
  EXPECT_TRUE(Await([&] { return Sees(Field("app.theme")) && settings().count() == 1; }));
}

TEST_F(SettingsPage, ShowsWhatTheEnvironmentDecides) {
  Type("settingSearch", "proxy_url");
  EXPECT_TRUE(Await([&] { return Reads("set by environment"); }));
  EXPECT_TRUE(Reads("AG_UPSTREAM_PROXY_URL"));
  EXPECT_FALSE(Of(Field("upstream.proxy_url"), "enabled").toBool());
}

TEST_F(SettingsPage, MarksWhereEachValueComesFrom) {
  const auto mark = [&](const QString& key) { return TextOf("source-" + key); };
  EXPECT_TRUE(Await([&] { return mark("proxy.auto_start") == "default"; }));
  Click(Field("proxy.auto_start"));
  EXPECT_TRUE(Await([&] { return mark("proxy.auto_start") == "from config.json"; }));
  QQuickItem* item = ui().AwaitItem("source-proxy.auto_start");
  ASSERT_NE(item, nullptr);
  ui().Hover(item);
  EXPECT_TRUE(Await([&] { return Reads(FilePath("config.json")); })) << "the pointer tells the file";
  Click("advancedSection");
  EXPECT_TRUE(Await([&] { return mark("proxy.shards") == "set by command line"; }));
  EXPECT_FALSE(Of(Field("proxy.shards"), "enabled").toBool());
  EXPECT_FALSE(Sees("source-app.theme"));
}

TEST_F(SettingsPage, TakesAChoiceByKeyboard) {
  Type("settingSearch", "pool.mode");
  QQuickItem* box = ui().AwaitItem(Field("pool.mode"));
  ASSERT_NE(box, nullptr);
  EXPECT_EQ(TextOf(Field("pool.mode")), "Cache first");
  box->forceActiveFocus(Qt::TabFocusReason);
  Press(Qt::Key_Space);
  EXPECT_TRUE(Await([&] { return box->property("popup").value<QObject*>()->property("opened").toBool(); }));
  Press(Qt::Key_Down);
  Press(Qt::Key_Return);
  EXPECT_TRUE(Await([&] { return SettingOf("pool.mode") == "\"balance\""; }));
  EXPECT_TRUE(Await([&] { return TextOf(Field("pool.mode")) == "Balanced" && Reads("the least load"); }));
  Click("reset-pool.mode");
  EXPECT_TRUE(Await([&] { return TextOf(Field("pool.mode")) == "Cache first"; }));
}

TEST_F(SettingsPage, AChoiceIsShownInTheLanguageOfNow) {
  Type("settingSearch", "pool.mode");
  Choose(Field("pool.mode"), "Balanced");
  EXPECT_TRUE(Await([&] { return SettingOf("pool.mode") == "\"balance\""; }));
  app().preferences()->setLanguage("zh_CN");
  EXPECT_TRUE(Await([&] { return TextOf(Field("pool.mode")) == QStringLiteral("均衡"); }));
  app().preferences()->setLanguage("en");
  EXPECT_TRUE(Await([&] { return TextOf(Field("pool.mode")) == "Balanced"; }));
  Choose(Field("pool.mode"), "Cache first");
  EXPECT_TRUE(Await([&] { return SettingOf("pool.mode") == "\"cache_first\""; }));
  EXPECT_TRUE(Await([&] { return TextOf(Field("pool.mode")) == "Cache first"; }));
}

TEST_F(SettingsPage, ASegmentKeepsTheKeyboardWhenItIsTaken) {
  QQuickItem* stop = ui().AwaitItem(Field("app.on_quit") + "/segment-stop");
  ASSERT_NE(stop, nullptr);
  stop->forceActiveFocus(Qt::TabFocusReason);
  Press(Qt::Key_Space);
  EXPECT_TRUE(Await([&] { return app().preferences()->onQuit() == "stop" && Sees("reset-app.on_quit"); }));
  EXPECT_EQ(window().activeFocusItem(), stop);
}

TEST_F(SettingsPage, SaysOfANumberThatItCannotBeBeforeItIsSent) {
  Type("settingSearch", "proxy.port");
  Type(Field("proxy.port"), "99999");
  EXPECT_TRUE(Await([&] { return TextOf("fault-proxy.port") == "A whole number from 1 to 65535."; }));
  Press(Qt::Key_Return);
  EXPECT_EQ(TextOf(Field("proxy.port")), "99999") << "what was typed can be mended";
  EXPECT_EQ(SettingOf("proxy.port"), "8045");
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Await([&] { return TextOf(Field("proxy.port")) == "8045" && !Sees("fault-proxy.port"); }));
  Type(Field("proxy.port"), "9000");
  Press(Qt::Key_Return);
  EXPECT_TRUE(Await([&] { return SettingOf("proxy.port") == "9000"; }));
}

TEST_F(SettingsPage, TakesSizesAndTimesAsPeopleWriteThem) {
  Type("settingSearch", "log.max_bytes");
  EXPECT_TRUE(Await([&] { return TextOf(Field("log.max_bytes")) == "512" && Reads("MB"); }));
  Type(Field("log.max_bytes"), "2 GB");
  Press(Qt::Key_Return);
  EXPECT_TRUE(Await([&] { return SettingOf("log.max_bytes") == "2147483648"; }));
  EXPECT_TRUE(Await([&] { return TextOf(Field("log.max_bytes")) == "2" && Reads("GB"); }));
  Type("settingSearch", "max_wait");
  Type(Field("proxy.max_wait_ms"), "1.5 min");
  Press(Qt::Key_Return);
  EXPECT_TRUE(Await([&] { return SettingOf("proxy.max_wait_ms") == "90000"; }));
  // The same value in other words is not another one, and is shown as ever.
  Type(Field("proxy.max_wait_ms"), "90 s");
  Press(Qt::Key_Return);
  EXPECT_TRUE(Await([&] { return TextOf(Field("proxy.max_wait_ms")) == "1.5"; }));
  Type(Field("proxy.max_wait_ms"), "2 h");
  EXPECT_TRUE(Await([&] { return TextOf("fault-proxy.max_wait_ms") == "From 0 s to 10 min."; }));
}

TEST_F(SettingsPage, OpensTheAdvancedSettingsWhenAskedOrFound) {
  EXPECT_FALSE(Sees(Field("proxy.shards")));
  Click("advancedSection");
  EXPECT_TRUE(Await([&] { return Sees(Field("proxy.shards")); }));
  Click("advancedSection");
  EXPECT_TRUE(Await([&] { return !Sees(Field("proxy.shards")); }));
  Type("settingSearch", "shards");
  EXPECT_TRUE(Await([&] { return Sees(Field("proxy.shards")); }));
  Type("settingSearch", "proxy.port");
  EXPECT_TRUE(Await([&] { return !Sees("advancedSection"); }));
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Await([&] { return Sees("advancedSection") && !Sees(Field("proxy.shards")); }));
}

TEST_F(SettingsPage, TakesAListByLines) {
  Type("settingSearch", "allowed_hosts");
  Type(Field("proxy.allowed_hosts"), "gateway.home\ngateway.office");
  Press(Qt::Key_Return, Qt::ControlModifier);
  EXPECT_TRUE(Await([&] { return SettingOf("proxy.allowed_hosts") == R"(["gateway.home","gateway.office"])"; }));
  EXPECT_EQ(TextOf(Field("proxy.allowed_hosts")), "gateway.home\ngateway.office");
  Type(Field("proxy.allowed_hosts"), "gateway.home");
  Press(Qt::Key_Tab);
  EXPECT_TRUE(Await([&] { return SettingOf("proxy.allowed_hosts") == R"(["gateway.home"])"; }));
  EXPECT_FALSE(Of(Field("proxy.allowed_hosts"), "activeFocus").toBool());
}

TEST_F(SettingsPage, ShowsASecretWhenAskedAndReplacesItWhole) {
  Type("settingSearch", "api_key");
  EXPECT_TRUE(Await([&] { return Of(Field("proxy.api_key"), "placeholderText").toString().contains(QChar(0x2026)); }));
  EXPECT_EQ(Of(Field("proxy.api_key"), "text").toString(), "");
  const std::string key = daemon().GetPrimaryKey()->key();
  Click("reveal-proxy.api_key");
  EXPECT_TRUE(Await([&] { return TextOf(Field("proxy.api_key")).toStdString() == key; }));
  Click("reveal-proxy.api_key");
  EXPECT_TRUE(Await([&] { return Of(Field("proxy.api_key"), "text").toString() == ""; }));
  Type(Field("proxy.api_key"), "sk-another-one");
  EXPECT_EQ(Of(Field("proxy.api_key"), "echoMode").toInt(), 2) << "hidden while it is typed";
  Press(Qt::Key_Return);
  EXPECT_TRUE(Await([&] { return Reads("Replace the gateway key?"); })) << "as on the page of the proxy";
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Await([&] { return Of(Field("proxy.api_key"), "text").toString() == ""; }));
  EXPECT_EQ(daemon().GetPrimaryKey()->key(), key);
  Type(Field("proxy.api_key"), "sk-another-one");
  Press(Qt::Key_Return);
  Click("confirm");
  EXPECT_TRUE(Await([&] { return daemon().GetPrimaryKey()->key() == "sk-another-one"; }));
  EXPECT_TRUE(Await([&] { return Of(Field("proxy.api_key"), "text").toString() == ""; }));
}

TEST_F(SettingsPage, ResetsTheAppsOwnSettings) {
  EXPECT_FALSE(Sees("reset-app.notifications"));
  Click(Field("app.notifications"));
  EXPECT_TRUE(Await([&] { return !app().preferences()->notifications() && Sees("reset-app.notifications"); }));
  Click("reset-app.notifications");
  EXPECT_TRUE(Await([&] { return app().preferences()->notifications() && !Sees("reset-app.notifications"); }));
  EXPECT_TRUE(Of(Field("app.notifications"), "checked").toBool());
  Click(Field("app.on_quit") + "/segment-stop");
  EXPECT_TRUE(Await([&] { return app().preferences()->onQuit() == "stop"; }));
  Click("reset-app.on_quit");
  EXPECT_TRUE(Await([&] { return app().preferences()->onQuit() == "ask"; }));
}

TEST_F(SettingsPage, SaysWhatTheDaemonRefusesUntilAChangeIsTaken) {
  Type("settingSearch", "proxy.a");
  Click(Field("proxy.allow_lan_access"));
  EXPECT_TRUE(Await([&] { return Reads("Open to the network?"); })) << "as on the page of the proxy";
  EXPECT_EQ(SettingOf("proxy.allow_lan_access"), "false");
  EXPECT_FALSE(Of(Field("proxy.allow_lan_access"), "checked").toBool());
  Click("confirm");
  EXPECT_TRUE(Await([&] { return SettingOf("proxy.allow_lan_access") == "true"; }));
  EXPECT_TRUE(Await([&] { return Of(Field("proxy.allow_lan_access"), "checked").toBool(); }));
  Choose(Field("proxy.auth_mode"), "Off");
  EXPECT_TRUE(Await([&] { return Reads("would open your accounts to the network"); }));
  EXPECT_EQ(SettingOf("proxy.auth_mode"), "\"auto\"");
  Choose(Field("proxy.auth_mode"), "Strict");
  EXPECT_TRUE(Await([&] { return SettingOf("proxy.auth_mode") == "\"strict\""; }));
  EXPECT_TRUE(Await([&] { return !Reads("would open your accounts to the network"); }));
}

// How all accounts are reached that have no way out of their own.
TEST_F(SettingsPage, ChangesTheCertificatesOfAllAccounts) {
  Type("settingSearch", "ca_file");
  Type(Field("upstream.ca_file"), "/etc/ssl/company.pem");
  Press(Qt::Key_Return);
  EXPECT_TRUE(Await([&] { return SettingOf("upstream.ca_file") == "\"/etc/ssl/company.pem\""; }));
  Click("reset-upstream.ca_file");
  EXPECT_TRUE(Await([&] { return SettingOf("upstream.ca_file") == "\"\""; }));
}

TEST_F(SettingsPage, SaysWhenNothingIsFoundAndClearsTheSearch) {
  Type("settingSearch", "zzz");
  EXPECT_TRUE(Await([&] { return Reads("No setting matches “zzz”"); }));
  ClickText("Clear search");
  EXPECT_TRUE(Await([&] { return !Sees("noSetting") && Reads("API endpoint"); }));
}

// A folder of the person's settings that is the test's.
class ConfigHome {
 protected:
  ConfigHome() { qputenv("XDG_CONFIG_HOME", folder_.path().toUtf8()); }
  ~ConfigHome() { before_.isNull() ? qunsetenv("XDG_CONFIG_HOME") : qputenv("XDG_CONFIG_HOME", before_); }

  QString PathOf(const QString& name) const { return folder_.filePath(name); }

 private:
  const QByteArray before_ = qgetenv("XDG_CONFIG_HOME");
  const QTemporaryDir folder_;
};

class Login : protected ConfigHome, public SettingsPage {};

// https://specifications.freedesktop.org/autostart-spec/latest/
TEST_F(Login, StartsTheAppHiddenWhenChosen) {
  Click("setting-app.start_at_login");
  EXPECT_TRUE(Await([&] { return Of("setting-app.start_at_login", "checked").toBool(); }));
  QFile file(PathOf("autostart/ag-gateway.desktop"));
  ASSERT_TRUE(file.open(QIODevice::ReadOnly));
  const QByteArray entry = file.readAll();
  EXPECT_TRUE(entry.startsWith("[Desktop Entry]\n"));
  const QByteArray program = QCoreApplication::applicationFilePath().toUtf8();
  EXPECT_TRUE(entry.contains("\nExec=\"" + program + "\" --hidden\n")) << entry.toStdString();
  Click("setting-app.start_at_login");
  EXPECT_TRUE(Await([&] { return !file.exists(); }));
  EXPECT_FALSE(Of("setting-app.start_at_login", "checked").toBool());
}

TEST_F(Login, SaysWhenItCannotBeChosen) {
  QFile in_the_way(PathOf("autostart"));  // where the folder should be
  ASSERT_TRUE(in_the_way.open(QIODevice::WriteOnly));
  Click("setting-app.start_at_login");
  EXPECT_TRUE(Await([&] { return Toast().contains(PathOf("autostart")); })) << Toast().toStdString();
  EXPECT_FALSE(Of("setting-app.start_at_login", "checked").toBool());
}

}  // namespace
}  // namespace ag::gui
