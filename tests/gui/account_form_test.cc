#include "account_form_fixture.h"

namespace ag::gui {
namespace {

TEST_F(AccountFormTest, ListsProviders) {
  EXPECT_EQ(form_.providers().size(), 6);
  const QVariantMap gemini = form_.provider("gemini");
  EXPECT_EQ(gemini["displayName"], "Google Gemini");
  EXPECT_TRUE(gemini["keyRequired"].toBool());
  EXPECT_TRUE(gemini["signIn"].toBool());
  EXPECT_TRUE(form_.provider("openai-compatible")["baseUrlRequired"].toBool());
  EXPECT_TRUE(form_.provider("nobody").isEmpty());
  EXPECT_EQ(form_.signInProviders().size(), 2) << "Gemini and Vertex";
}

TEST_F(AccountFormTest, DetectsTheProviderByTheLongestPrefix) {
  EXPECT_EQ(form_.detect("sk-ant-api03-x"), "anthropic");
  EXPECT_EQ(form_.detect("  sk-proj-x"), "openai");
  EXPECT_EQ(form_.detect("sk-x"), "") << "it may be OpenAI's, or another's";
  EXPECT_EQ(form_.possibleOwners("sk-x"), (QStringList{"OpenAI", "DeepSeek"}));
  EXPECT_EQ(form_.detect("sk-proj-x"), "openai");
  EXPECT_TRUE(form_.possibleOwners("sk-proj-x").isEmpty());
  EXPECT_EQ(form_.detect("AIzaSy"), "gemini");
  EXPECT_EQ(form_.detect("hello"), "");
  EXPECT_EQ(form_.detect(""), "");
}

TEST_F(AccountFormTest, AddsATestedKeyAndOffersPresets) {
  form_.addKey("deepseek", " second ", " sk-good-1234 ", "");
  Await([this] { return finished_.count() == 1; });
  ASSERT_EQ(added_.count(), 1);
  EXPECT_EQ(added_[0][1], "second");
  EXPECT_EQ(added_[0][2], "deepseek");
  const QVariantList presets = added_[0][3].toList();
  ASSERT_EQ(presets.size(), 3) << "none of the clients' own models is DeepSeek's";
  EXPECT_EQ(presets[0].toMap()["name"], "claude-code");
  EXPECT_EQ(presets[0].toMap()["text"], "Claude Code");
  EXPECT_EQ(presets[0].toMap()["replaces"], "");
  EXPECT_TRUE(StoredLabels().contains("second"));
}

TEST_F(AccountFormTest, AsksForWhatIsMissingBeforeItAsksTheDaemon) {
  form_.addKey("openai", "x", "  ", "");
  EXPECT_EQ(form_.errorField(), "api_key");
  form_.addKey("openai-compatible", "x", "", "");
  EXPECT_EQ(form_.errorField(), "base_url");
  form_.addKey("", "x", "sk-1", "");
  EXPECT_EQ(form_.errorField(), "provider");
  form_.addTokens("gemini", "", "", "", "1//x", "", "");
  EXPECT_EQ(form_.errorField(), "client_id");
  form_.addTokens("gemini", "", "client", "", " \n ", "", "");
  EXPECT_EQ(form_.errorField(), "refresh_token");
  form_.addFile("gemini", "", "", "");
  EXPECT_EQ(form_.errorField(), "file");
  EXPECT_FALSE(form_.busy());
  EXPECT_EQ(StoredLabels().size(), 10);
}

TEST_F(AccountFormTest, ShowsTheFieldThatTheDaemonRefuses) {
  form_.addKey("openai", "team-openai", "sk-good", "");
  AwaitIdle();
  EXPECT_EQ(form_.errorField(), "label");
  EXPECT_TRUE(form_.error().contains("team-openai"));
  EXPECT_EQ(finished_.count(), 0);
}

TEST_F(AccountFormTest, DiscardsARefusedKey) {
  form_.addKey("openai", "wrong", "sk-bad-1", "");
  Await([this] { return !form_.refused().isEmpty(); });
  EXPECT_TRUE(form_.refused().contains("Incorrect API key"));
  EXPECT_EQ(added_.count(), 0);
  form_.discard();
  AwaitIdle();
  EXPECT_TRUE(form_.refused().isEmpty());
  EXPECT_FALSE(StoredLabels().contains("wrong"));
  EXPECT_EQ(finished_.count(), 0) << "the person corrects it in the same dialog";
}

TEST_F(AccountFormTest, KeepsARefusedKeyIfWanted) {
  form_.addKey("openai", "later", "sk-bad-1", "");
  Await([this] { return !form_.refused().isEmpty(); });
  form_.keep();
  Await([this] { return finished_.count() == 1; });
  EXPECT_EQ(added_[0][1], "later");
  EXPECT_TRUE(StoredLabels().contains("later"));
}

TEST_F(AccountFormTest, ARefusedKeyThatIsNotDecidedOnIsRemoved) {
  form_.addKey("openai", "forgotten", "sk-bad-1", "");
  Await([this] { return !form_.refused().isEmpty(); });
  form_.abandon();
  AwaitIdle();
  EXPECT_FALSE(StoredLabels().contains("forgotten"));
  EXPECT_TRUE(LastToast().contains("not added")) << LastToast().toStdString();
  form_.abandon();
  EXPECT_FALSE(form_.busy()) << "nothing is left to remove";
}

TEST_F(AccountFormTest, WhatIsBeingAddedWhenTheDialogClosesIsRemoved) {
  form_.addKey("openai", "hasty", "sk-good", "");
  EXPECT_TRUE(form_.busy());
  form_.abandon();
  Await([this] { return LastToast().contains("not added"); });
  AwaitIdle();
  EXPECT_FALSE(StoredLabels().contains("hasty"));
  EXPECT_EQ(added_.count(), 0);
  form_.addKey("openai", "second thought", "sk-good", "");
  Await([this] { return finished_.count() == 1; });
  EXPECT_TRUE(StoredLabels().contains("second thought"));
}

TEST_F(AccountFormTest, AddsOneAccountALine) {
  form_.addTokens("gemini", "team", "client", "secret", "1//one\n\n 1//two \n1//one\n", "p-1", "");
  Await([this] { return finished_.count() == 1; });
  EXPECT_EQ(added_.count(), 1);
  const QStringList labels = StoredLabels();
  EXPECT_EQ(labels.size(), 12);
  EXPECT_TRUE(labels.contains("team-1"));
  EXPECT_TRUE(labels.contains("team-2"));
}

TEST_F(AccountFormTest, DiscardsOnlyTheRefusedOnesOfSeveral) {
  form_.addTokens("gemini", "mixed", "client", "secret", "1//one\nsk-bad-2\n1//three", "", "");
  Await([this] { return !form_.refused().isEmpty(); });
  form_.discard();
  Await([this] { return finished_.count() == 1; });
  const QStringList labels = StoredLabels();
  EXPECT_TRUE(labels.contains("mixed-1"));
  EXPECT_FALSE(labels.contains("mixed-2"));
  EXPECT_TRUE(labels.contains("mixed-3"));
  EXPECT_EQ(added_[0][1], "mixed-1");
}

TEST_F(AccountFormTest, TellsOfTheGoodOnesWhenTheDialogClosesOverOneThatCouldNotBeStored) {
  form_.addKey("openai", "mixed-2", "sk-good", "");
  Await([this] { return finished_.count() == 1; });
  form_.addTokens("gemini", "mixed", "client", "secret", "1//one\n1//two", "", "");
  Await([this] { return !form_.error().isEmpty(); });
  form_.abandon();
  Await([this] { return finished_.count() == 2; });
  EXPECT_EQ(added_[1][1], "mixed-1");
}

TEST_F(AccountFormTest, ReadsAServiceAccountsKey) {
  form_.readFile(FileOf("key.json", R"({"type":"service_account","client_email":"bot@x.iam","project_id":"p-1"})"));
  EXPECT_EQ(form_.error(), "");
  EXPECT_EQ(form_.fileName(), "key.json");
  EXPECT_EQ(form_.fileText(), "Service account bot@x.iam, project p-1");
  form_.addFile("gemini", "bot", "", "");
  Await([this] { return finished_.count() == 1; });
  EXPECT_TRUE(StoredLabels().contains("bot"));
}

TEST_F(AccountFormTest, ReadsAnAuthorizedUserFile) {
  form_.readFile(FileOf("adc.json", R"({"type":"authorized_user","client_id":"c-1"})"));
  EXPECT_EQ(form_.fileText(), "A user's sign-in of the OAuth client c-1");
}

TEST_F(AccountFormTest, RefusesFilesThatAreNoKeys) {
  form_.readFile(FileOf("large.json", QByteArray(64 * 1'024 + 1, ' ')));
  EXPECT_TRUE(form_.error().contains("64 KB"));
  form_.readFile(FileOf("other.json", R"({"type":"something"})"));
  EXPECT_EQ(form_.errorField(), "file");
  EXPECT_EQ(form_.fileName(), "");
  form_.readFile(QUrl::fromLocalFile(folder_.filePath("missing.json")));
  EXPECT_EQ(form_.errorField(), "file");
}

TEST_F(AccountFormTest, StartForgetsTheLastUse) {
  form_.readFile(FileOf("key.json", R"({"type":"authorized_user","client_id":"c"})"));
  form_.addKey("openai", "x", "", "");
  form_.start();
  EXPECT_EQ(form_.error(), "");
  EXPECT_EQ(form_.fileName(), "");
}

TEST_F(AccountFormTest, AppliesAPreset) {
  form_.applyPreset("claude-code", "deepseek", false);
  Await([this] { return toasts_.count() > 0; });
  EXPECT_TRUE(LastToast().contains("Claude Code")) << LastToast().toStdString();
}

TEST_F(AccountFormTest, SignsInWithACodeByHand) {
  AccountSignIn& sign_in = *form_.signIn();
  sign_in.begin("gemini", "browser", "client", "secret", "", "");
  EXPECT_EQ(sign_in.state(), "starting");
  Await([&] { return sign_in.state() == "waiting"; });
  EXPECT_TRUE(sign_in.running());
  EXPECT_TRUE(sign_in.url().contains("client_id=client"));
  sign_in.complete("x");
  Await([&] { return !sign_in.error().isEmpty(); });
  EXPECT_EQ(sign_in.state(), "waiting") << "a wrong code ends nothing";
  sign_in.complete("4/0AX-good");
  Await([this] { return finished_.count() == 1; });
  EXPECT_EQ(sign_in.state(), "done");
  EXPECT_EQ(added_[0][1], "browser");
  EXPECT_TRUE(StoredLabels().contains("browser"));
}

TEST_F(AccountFormTest, NoticesThatTheBrowserCameBack) {
  AccountSignIn& sign_in = *form_.signIn();
  sign_in.begin("gemini", "browser", "client", "secret", "", "");
  Await([&] { return sign_in.state() == "waiting"; });
  client::ControlClientOptions options;
  options.target = server_.target().toStdString();
  client::ControlClient client(options);
  client::v1::CompleteSignInRequest complete;
  complete.set_id("sign_in_11");  // the eleventh thing that the fake daemon has named
  complete.set_code_or_url("4/0AX-good");
  ASSERT_TRUE(client.CompleteSignIn(complete).ok());
  Await([&] { return sign_in.state() == "done"; });
}

TEST_F(AccountFormTest, OpensTheBrowserAtOnce) {
  AccountSignIn& sign_in = *form_.signIn();
  sign_in.begin("gemini", "browser", "client", "secret", "", "");
  EXPECT_TRUE(opened_.isEmpty());
  Await([&] { return sign_in.state() == "waiting"; });
  EXPECT_EQ(opened_, QStringList{sign_in.url()});
  EXPECT_FALSE(sign_in.browserMissing());
  sign_in.openBrowser();
  EXPECT_EQ(opened_.size(), 2);
  sign_in.cancel();
  sign_in.openBrowser();
  EXPECT_EQ(opened_.size(), 2) << "there is nothing to open any more";
}

TEST_F(AccountFormTest, SaysThatNoBrowserCouldBeOpened) {
  AccountSignIn& sign_in = *form_.signIn();
  opens_ = false;
  sign_in.begin("gemini", "browser", "client", "secret", "", "");
  Await([&] { return sign_in.state() == "waiting"; });
  EXPECT_TRUE(sign_in.browserMissing());
  opens_ = true;
  sign_in.openBrowser();
  EXPECT_FALSE(sign_in.browserMissing());
}

TEST_F(AccountFormTest, OpensNoBrowserForASignInThatWasStopped) {
  AccountSignIn& sign_in = *form_.signIn();
  sign_in.begin("gemini", "first", "client", "secret", "", "");
  sign_in.cancel();
  sign_in.begin("gemini", "second", "other", "secret", "", "");
  Await([&] { return sign_in.state() == "waiting"; });
  ASSERT_EQ(opened_.size(), 1);
  EXPECT_TRUE(opened_[0].contains("client_id=other"));
}

TEST_F(AccountFormTest, SaysWhyASignInCouldNotBegin) {
  AccountSignIn& sign_in = *form_.signIn();
  sign_in.begin("gemini", "browser", "", "", "", "");
  Await([&] { return sign_in.state() == "failed"; });
  EXPECT_TRUE(sign_in.text().contains("OAuth client"));
}

TEST_F(AccountFormTest, CancelsASignIn) {
  AccountSignIn& sign_in = *form_.signIn();
  sign_in.begin("gemini", "browser", "client", "secret", "", "");
  Await([&] { return sign_in.state() == "waiting"; });
  sign_in.cancel();
  EXPECT_EQ(sign_in.state(), "");
  EXPECT_EQ(sign_in.url(), "");
  EXPECT_FALSE(StoredLabels().contains("browser"));
}

TEST_F(AccountFormTest, SignsAnAccountInAgain) {
  QSignalSpy done(form_.signIn(), &AccountSignIn::done);
  form_.signIn()->beginAgain(IdOf("lab-gemini"), "", "");
  Await([this] { return form_.signIn()->state() == "waiting"; });
  form_.signIn()->complete("4/0AX-good");
  Await([&] { return done.count() == 1; });
  EXPECT_EQ(done[0][0], IdOf("lab-gemini"));
  accounts_.refresh();
  Await([this] { return Row("lab-gemini").state == "ready"; });
  EXPECT_EQ(added_.count(), 0) << "nothing is added";
}

TEST_F(AccountFormTest, ExportsForItsOwnerOnly) {
  AccountExport& exporter = *form_.exporter();
  const QUrl file = QUrl::fromLocalFile(folder_.filePath("accounts.agx"));
  QSignalSpy exported(&exporter, &AccountExport::exported);
  exporter.exportTo(file, "short", "short");
  EXPECT_TRUE(exporter.error().contains("eight"));
  exporter.exportTo(file, "long enough", "long enoug");
  EXPECT_TRUE(exporter.error().contains("differ"));
  exporter.exportTo(file, "long enough", "long enough");
  ASSERT_TRUE(exported.wait());
  const auto for_others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
  EXPECT_FALSE(QFile::permissions(file.toLocalFile()) & for_others);
}

TEST_F(AccountFormTest, ANewAccountHasItsWayOut) {
  form_.setEgress({{"egress", "proxy"}, {"proxyUrl", "socks5h://127.0.0.1:1080"}, {"caFile", "relative.pem"}});
  form_.addKey("deepseek", "second", "sk-good-1234", "");
  AwaitIdle();
  EXPECT_EQ(form_.errorField(), "ca_file");
  form_.setEgress({{"egress", "proxy"}, {"proxyUrl", "socks5h://127.0.0.1:1080"}});
  form_.addKey("deepseek", "second", "sk-good-1234", "");
  Await([this] { return finished_.count() == 1; });
  accounts_.refresh();
  Await([this] { return !IdOf("second").isEmpty(); });
  form_.edit()->load(IdOf("second"));
  Await([this] { return form_.edit()->ready(); });
  EXPECT_EQ(form_.edit()->values()["proxyUrl"], "socks5h://127.0.0.1:1080");
  form_.start();
  EXPECT_TRUE(form_.egress().isEmpty()) << "the next one begins anew";
}

}  // namespace
}  // namespace ag::gui
