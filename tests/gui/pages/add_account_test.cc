#include <QClipboard>
#include <QGuiApplication>

#include "ag/gateway/v1/account.pb.h"
#include "tests/gui/pages/page_test.h"

namespace ag::gui {
namespace {

class AddAccount : public PageTest {
 protected:
  AddAccount() : PageTest({.page = "accounts"}) {}
  void OpenTab(const QString& tab) {
    Click("addAccount");
    Click("addTabs/segment-" + tab);
  }
};

TEST_F(AddAccount, PastedKeyFindsItsProviderIsTestedAndSaved) {
  Click("addAccount");
  QGuiApplication::clipboard()->setText("sk-ant-new-key");
  Click("keyField");
  Press(Qt::Key_V, Qt::ControlModifier);
  EXPECT_TRUE(Await([&] { return Of("providerBox", "value").toString() == "anthropic"; }));
  Type("labelField", "second-anthropic");
  Click("submitAccount");
  EXPECT_TRUE(Await([&] { return AccountLabels().contains("second-anthropic"); }));
  EXPECT_TRUE(Await([&] { return !Sees("keyField"); }));
}

// Many providers hand out such keys: none is sent to one of them by a guess.
TEST_F(AddAccount, AsksWhoseAPlainKeyIs) {
  Click("addAccount");
  EXPECT_EQ(TextOf("providerBox"), "Choose a provider");
  Type("keyField", "sk-0123456789");
  EXPECT_TRUE(Await([&] { return Reads("several providers: OpenAI, DeepSeek."); }));
  EXPECT_EQ(Of("providerBox", "value").toString(), "");
  EXPECT_FALSE(Of("submitAccount", "enabled").toBool());
  Choose("providerBox", "DeepSeek");
  EXPECT_TRUE(Await([&] { return Of("submitAccount", "enabled").toBool(); }));
  Type("keyField", "sk-9876543210");
  EXPECT_EQ(Of("providerBox", "value").toString(), "deepseek") << "the person has said so";
  Type("keyField", "sk-ant-0123456789");
  EXPECT_TRUE(Await([&] { return Of("providerBox", "value").toString() == "anthropic"; }));
  EXPECT_FALSE(Reads("several providers"));
  Click("cancelAdd");
  EXPECT_TRUE(Await([&] { return !Sees("keyField"); }));
  Click("addAccount");
  EXPECT_TRUE(Await([&] { return TextOf("providerBox") == "Choose a provider"; }));
}

TEST_F(AddAccount, OffersThePresetsOfOtherFamilies) {
  Click("addAccount");
  Type("keyField", "sk-ant-new-key");
  Click("submitAccount");
  ui().AwaitItem("acceptPresets");
  EXPECT_TRUE(Reads("that Anthropic does not serve"));
  EXPECT_TRUE(Of("preset-codex", "checked").toBool()) << "it replaces nothing";
  Click("preset-codex");
  Click("preset-gemini-cli");
  EXPECT_TRUE(Await([&] { return !Of("acceptPresets", "enabled").toBool(); })) << "nothing is chosen";
  Click("preset-codex");
  Click("acceptPresets");
  EXPECT_TRUE(Await([&] { return Routes().contains("claude-opus-*"); }));
  EXPECT_TRUE(Await([&] { return !Sees("acceptPresets"); }));
}

TEST_F(AddAccount, RefusedKeyIsCorrectedOrKept) {
  const qsizetype before = AccountLabels().size();
  Click("addAccount");
  Type("keyField", "sk-bad-key");
  Choose("providerBox", "OpenAI");
  Click("submitAccount");
  EXPECT_TRUE(Await([&] { return TextOf("refusedText").contains("Incorrect API key"); }));
  Click("discardRefused");
  EXPECT_TRUE(Await([&] { return AccountLabels().size() == before && Sees("keyField"); }));
  Click("submitAccount");
  Click("keepRefused");
  EXPECT_TRUE(Await([&] { return AccountLabels().size() == before + 1; }));
  EXPECT_TRUE(Await([&] { return !Sees("keepRefused"); }));
}

TEST_F(AddAccount, ARefusedKeyIsNotLeftBehind) {
  const qsizetype before = AccountLabels().size();
  Click("addAccount");
  Type("keyField", "sk-bad-key");
  Choose("providerBox", "OpenAI");
  Click("submitAccount");
  EXPECT_TRUE(Await([&] { return Sees("discardRefused"); }));
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Await([&] { return !Sees("discardRefused") && AccountLabels().size() == before; }));
}

TEST_F(AddAccount, NameInUseIsToldAtItsField) {
  Click("addAccount");
  Type("keyField", "sk-ant-new-key");
  Type("labelField", "deepseek");
  Click("submitAccount");
  EXPECT_TRUE(Await([&] { return Reads("an account is called \"deepseek\" already"); }));
  Click("cancelAdd");
  EXPECT_TRUE(Await([&] { return !Sees("keyField"); }));
}

TEST_F(AddAccount, SignsInByManualCode) {
  OpenTab("sign-in");
  Type("signInLabel", "browser-gemini");
  Type("signInClient", "123.apps.googleusercontent.com");
  Click("submitAccount");
  ui().AwaitItem("signInCode");
  ASSERT_EQ(OpenedUrls().size(), 1) << "by itself";
  EXPECT_TRUE(OpenedUrls()[0].startsWith("https://accounts.example/authorize"));
  EXPECT_FALSE(Sees("browserMissing"));
  Click("openBrowser");
  EXPECT_EQ(OpenedUrls().size(), 2);
  Click("copySignInUrl");
  EXPECT_TRUE(QGuiApplication::clipboard()->text().startsWith("https://accounts.example/authorize"));
  Type("signInCode", "no");
  Click("completeSignIn");
  EXPECT_TRUE(Await([&] { return Reads("that is no authorization code"); }));
  Type("signInCode", "4/a-real-code");
  Click("completeSignIn");
  EXPECT_TRUE(Await([&] { return AccountLabels().contains("browser-gemini"); }));
}

TEST_F(AddAccount, SaysThatThisDesktopHasNoBrowser) {
  SetOpens(false);
  OpenTab("sign-in");
  Type("signInClient", "123.apps.googleusercontent.com");
  Click("submitAccount");
  EXPECT_NE(ui().AwaitItem("browserMissing"), nullptr);
  SetOpens(true);
  Click("openBrowser");
  EXPECT_TRUE(Await([&] { return !Sees("browserMissing"); }));
  Click("cancelAdd");
}

TEST_F(AddAccount, SignInIsCancelled) {
  const qsizetype before = AccountLabels().size();
  OpenTab("sign-in");
  Type("signInClient", "123.apps.googleusercontent.com");
  Click("submitAccount");
  Click("cancelAdd");
  EXPECT_TRUE(Await([&] { return !Sees("signInCode") && Sees("signInClient"); }));
  EXPECT_EQ(TextOf("signInClient"), "123.apps.googleusercontent.com");
  EXPECT_FALSE(Sees("signInText")) << "what the person has stopped is no failure";
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Await([&] { return !Sees("signInClient"); }));
  EXPECT_EQ(AccountLabels().size(), before);
}

TEST_F(AddAccount, OneWayOutOfASignIn) {
  OpenTab("sign-in");
  Type("signInClient", "123.apps.googleusercontent.com");
  EXPECT_TRUE(Sees("submitAccount"));
  Click("submitAccount");
  ASSERT_NE(ui().AwaitItem("signInCode"), nullptr);
  EXPECT_FALSE(Sees("submitAccount")) << "it goes on in the browser";
  EXPECT_FALSE(Reads("Stop"));
  Click("cancelAdd");
  EXPECT_TRUE(Await([&] { return Sees("submitAccount"); }));
}

TEST_F(AddAccount, BeginsAtItsFirstFieldAndEntersByTheKeyboard) {
  Click("addAccount");
  EXPECT_TRUE(Await([&] { return Of("keyField", "activeFocus").toBool(); }));
  ui().TypeOn("sk-ant-new-key");
  Click("labelField");
  ui().TypeOn("typed");
  Press(Qt::Key_Return);
  EXPECT_TRUE(Await([&] { return AccountLabels().contains("typed"); }));
}

TEST_F(AddAccount, EnterInAFieldBeginsTheSignIn) {
  OpenTab("sign-in");
  Type("signInLabel", "by enter");
  Press(Qt::Key_Return);
  EXPECT_FALSE(Sees("signInCode")) << "the client is missing";
  Type("signInClient", "123.apps.googleusercontent.com");
  Press(Qt::Key_Return);
  EXPECT_NE(ui().AwaitItem("signInCode"), nullptr);
  Click("cancelAdd");
}

TEST_F(AddAccount, EnterInAFieldAddsRefreshTokens) {
  OpenTab("tokens");
  Type("tokenLines", "1//0one");
  Type("tokenLabel", "by enter");
  Type("tokenClient", "123.apps.googleusercontent.com");
  Press(Qt::Key_Return);
  EXPECT_TRUE(Await([&] { return AccountLabels().contains("by enter"); }));
}

TEST_F(AddAccount, SaysHowToMakeAnOAuthClient) {
  OpenTab("sign-in");
  Click("oauthHelp");
  EXPECT_EQ(OpenedUrls().size(), 1);
}

TEST_F(AddAccount, EachRefreshTokenBecomesAnAccount) {
  OpenTab("tokens");
  Type("tokenLabel", "many");
  Type("tokenClient", "123.apps.googleusercontent.com");
  Type("tokenProject", "my-project");
  Type("tokenLines", "1//0one\n1//0two");
  Click("submitAccount");
  EXPECT_TRUE(Await([&] { return AccountLabels().filter("many").size() == 2; }));
  EXPECT_EQ(AccountOf("many-2").project(), "my-project");
}

TEST_F(AddAccount, TakesAServiceAccountFile) {
  OpenTab("file");
  Click("chooseFile");
  PickFile("keyFileChooser", WriteFile("key.json", R"({"type":"service_account","project_id":"p-1",)"
                                                   R"("client_email":"robot@p-1.example","private_key":"x"})"));
  EXPECT_TRUE(Await([&] { return TextOf("fileName") == "key.json"; }));
  Type("fileLabel", "robot");
  Click("submitAccount");
  EXPECT_TRUE(Await([&] { return AccountLabels().contains("robot"); }));
  EXPECT_EQ(AccountOf("robot").credential_kind(), gateway::v1::CREDENTIAL_KIND_SERVICE_ACCOUNT);
}

TEST_F(AddAccount, AServiceAccountGetsANewKeyFile) {
  const QString file = WriteFile("key.json", R"({"type":"service_account","project_id":"p-1",)"
                                             R"("client_email":"robot@p-1.example","private_key":"x"})");
  OpenTab("file");
  Click("chooseFile");
  PickFile("keyFileChooser", file);
  Type("fileLabel", "robot");
  Click("submitAccount");
  EXPECT_TRUE(Await([&] { return Sees("acceptPresets"); }));
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Await([&] { return Sees("menu-robot") && !Sees("acceptPresets"); }));
  Click("toast/dismiss");  // it lies over the last row
  const std::string before = AccountOf("robot").etag();
  Click("menu-robot");
  Click("menuEdit");
  EXPECT_TRUE(Await([&] { return TextOf("editLabel") == "robot"; }));
  EXPECT_FALSE(Sees("editKey"));
  Click("editChooseFile");
  PickFile("editKeyFileChooser", WriteFile("no.json", "{}"));
  EXPECT_TRUE(Await([&] { return Reads("neither a service account's key"); }));
  Click("editChooseFile");
  PickFile("editKeyFileChooser", file);
  EXPECT_TRUE(Await([&] { return TextOf("editFileName") == "key.json" && Reads("robot@p-1.example"); }));
  Click("saveAccount");
  EXPECT_TRUE(Await([&] { return !Sees("editLabel"); }));
  EXPECT_NE(AccountOf("robot").etag(), before);
}

TEST_F(AddAccount, ImportsAfterShowingWhatIsInTheFile) {
  gateway::v1::ExportAccountsRequest request;
  request.set_passphrase("correct horse");
  const auto exported = daemon().ExportAccounts(request);
  ASSERT_TRUE(exported.ok());
  const QString file = WriteFile("accounts.agx", QByteArray::fromStdString(exported->file()));
  OpenTab("import");
  EXPECT_FALSE(Sees("importPassphrase"));
  Click("chooseImport");
  PickFile("importChooser", file);
  Type("importPassphrase", "wrong horse");
  Click("submitAccount");
  EXPECT_TRUE(Await([&] { return TextOf("importError").contains("does not open"); }));
  Type("importPassphrase", "correct horse");
  Click("submitAccount");
  EXPECT_TRUE(Await([&] { return Reads("laptop-openai"); }));
  EXPECT_FALSE(AccountLabels().contains("laptop-openai"));
  Click("submitAccount");
  EXPECT_TRUE(Await([&] { return AccountLabels().contains("laptop-openai"); }));
}

TEST_F(AddAccount, ImportsAnotherGatewaysConfiguration) {
  const QString file =
      WriteFile("config.yaml",
                "model_list:\n"
                "  - model_name: smart\n"
                "    litellm_params: {model: deepseek/deepseek-chat, api_key: sk-deep-0123456789abcdef}\n"
                "general_settings: {master_key: sk-master-0123456789}\n");
  OpenTab("import");
  Click("chooseImport");
  PickFile("importChooser", file);
  EXPECT_TRUE(Await([&] { return TextOf("importSummary") == "A configuration of LiteLLM."; }));
  EXPECT_FALSE(Sees("importPassphrase"));
  for (const char* seen : {"deepseek-2", "deepseek sk-…cdef", "smart", "deepseek:deepseek-chat", "will be added",
                           "Line 4: general_settings was not taken over."}) {
    EXPECT_TRUE(Await([&] { return Reads(seen); })) << seen;
  }
  EXPECT_FALSE(Reads("0123456789"));
  EXPECT_FALSE(AccountLabels().contains("deepseek-2"));
  EXPECT_EQ(TextOf("submitAccount"), "Import 1 account and 1 route");
  Click("submitAccount");
  EXPECT_TRUE(Await([&] { return TextOf("importSummary") == "Imported: 1 account and 1 route"; }));
  EXPECT_TRUE(AccountLabels().contains("deepseek-2"));
  EXPECT_EQ(RouteOf("smart").model(), "deepseek-chat");
  EXPECT_TRUE(Await([&] { return app().accounts()->count() == AccountLabels().size(); })) << "the list behind it";
  Click("submitAccount");
  EXPECT_NE(ui().AwaitItem("acceptPresets"), nullptr) << "as after any other account";
  EXPECT_FALSE(Sees("importRows"));
  EXPECT_TRUE(Reads("deepseek-2 is ready"));
}

// What stands in the dialog while the language changes.
TEST_F(AddAccount, SpeaksThePersonsLanguageOfNow) {
  OpenTab("import");
  Click("chooseImport");
  PickFile("importChooser", WriteFile("config.yaml", "claude-api-key: [{api-key: sk-ant-0123456789}]\nport: 80\n"));
  EXPECT_TRUE(
      Await([&] { return TextOf("importSummary") == "A configuration of CLIProxyAPI." && Reads("will be added"); }));
  app().preferences()->setLanguage("zh_CN");
  EXPECT_TRUE(Await([&] { return TextOf("importSummary") == QStringLiteral("CLIProxyAPI 的配置。"); }));
  EXPECT_TRUE(Await([&] { return Reads(QStringLiteral("将添加")) && Reads(QStringLiteral("第 2 行")); }));
  EXPECT_FALSE(Reads("will be added"));
  Click("submitAccount");
  EXPECT_TRUE(Await([&] { return Reads(QStringLiteral("已添加")); }));
  app().preferences()->setLanguage("en");
  EXPECT_TRUE(Await([&] { return TextOf("importSummary") == "1 account imported"; }));
}

TEST_F(AddAccount, SaysWhyItFailedInTheLanguageOfNow) {
  Click("addAccount");
  Type("keyField", "sk-bad-key");
  Choose("providerBox", "OpenAI");
  Type("labelField", "deepseek");
  Click("submitAccount");
  EXPECT_TRUE(Await([&] { return Reads("an account is called \"deepseek\" already"); }));
  app().preferences()->setLanguage("zh_CN");
  EXPECT_TRUE(Await([&] { return Reads(QStringLiteral("“账号名称”未被接受：“an account is called")); }));
  Type("labelField", "another");
  Click("submitAccount");
  EXPECT_TRUE(Await([&] { return TextOf("refusedText").startsWith(QStringLiteral("测试失败：“")); }));
  app().preferences()->setLanguage("en");
  EXPECT_TRUE(Await([&] { return TextOf("refusedText") == "HTTP 401 invalid_api_key: Incorrect API key provided."; }));
}

TEST_F(AddAccount, SaysOfASignInInTheLanguageOfNow) {
  OpenTab("sign-in");
  Type("signInClient", "123.apps.googleusercontent.com");
  Click("submitAccount");
  Type("signInCode", "no");
  Click("completeSignIn");
  EXPECT_TRUE(Await([&] { return Reads("that is no authorization code"); }));
  app().preferences()->setLanguage("zh_CN");
  EXPECT_TRUE(Await([&] { return Reads(QStringLiteral("：“that is no authorization code")); }));
  Click("cancelAdd");
}

TEST_F(AddAccount, SaysOfAKeyFileInTheLanguageOfNow) {
  OpenTab("file");
  Click("chooseFile");
  PickFile("keyFileChooser", WriteFile("no.json", "{}"));
  EXPECT_TRUE(Await([&] { return Reads("neither a service account's key"); }));
  app().preferences()->setLanguage("zh_CN");
  EXPECT_TRUE(Await([&] { return Reads(QStringLiteral("服务账号")) && !Reads("neither a service account's key"); }));
}

// By the keyboard alone, but for the file.
TEST_F(AddAccount, AConfigurationIsImportedByTheKeyboard) {
  const QString file = WriteFile("config.json", R"({"Providers": [{"name": "deepseek", "api_key": "sk-deep-1",
    "api_base_url": "https://api.deepseek.com/chat/completions"}], "Router": {"default": "deepseek,deepseek-chat"}})");
  OpenTab("import");
  Click("chooseImport");
  PickFile("importChooser", file);
  EXPECT_TRUE(Await([&] { return Of("submitAccount", "enabled").toBool() && Sees("importRows"); }));
  const auto focus = [&](const QString& name) {
    for (int i = 0; i < 20 && !Of(name, "activeFocus").toBool(); ++i) Press(Qt::Key_Tab);
    return Of(name, "activeFocus").toBool();
  };
  EXPECT_TRUE(focus("importRows")) << "a long list is moved by the arrows";
  Press(Qt::Key_Down);
  EXPECT_EQ(Of("importRows", "currentIndex").toInt(), 1);
  ASSERT_TRUE(focus("submitAccount"));
  Press(Qt::Key_Space);
  EXPECT_TRUE(Await([&] { return Routes().contains("claude-*") && Of("submitAccount", "enabled").toBool(); }));
  Press(Qt::Key_Escape);
  EXPECT_NE(ui().AwaitItem("skipPresets"), nullptr) << "closing is no less than Done";
}

}  // namespace
}  // namespace ag::gui
