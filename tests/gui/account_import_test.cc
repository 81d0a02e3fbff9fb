#include "gui/models/account_import.h"

#include <QFile>
#include <QTemporaryDir>

#include "account_fixture.h"
#include "gui/app/language.h"
#include "gui/app/opener.h"
#include "gui/models/account_form.h"

namespace ag::gui {
namespace {

constexpr char kKey[] = "sk-deep-0123456789abcdef";
constexpr char kVariable[] = "AG_TEST_IMPORT_KEY";
// Of LiteLLM. The second model's key is in the environment, the third one's provider is none here.
constexpr char kLiteLlm[] = R"(model_list:
  - model_name: smart
    litellm_params: {model: deepseek/deepseek-chat, api_key: sk-deep-0123456789abcdef, rpm: 60}
  - model_name: quick
    litellm_params: {model: anthropic/claude-haiku-4-5, api_key: os.environ/AG_TEST_IMPORT_KEY}
  - model_name: far
    litellm_params: {model: bedrock/some-model}
  - model_name: odd
    litellm_params: {model: openai/odd, api_base: "ftp://odd.example", api_key: sk-odd-0123456789abcdef}
)";
constexpr char kCliProxyApi[] = R"(auth-dir: "~/.cli-proxy-api"
proxy-url: "http://company:3128"
claude-api-key: [{api-key: sk-ant-0123456789abcdef}]
)";
constexpr char kClaudeCodeRouter[] = R"({
  // mine
  "Providers": [{"name": "deepseek", "api_base_url": "https://api.deepseek.com/chat/completions",
                 "api_key": "sk-deep-0123456789abcdef", "models": ["deepseek-chat"]}],
  "Router": {"default": "deepseek,deepseek-chat", "think": "deepseek,deepseek-reasoner"}
})";

class AccountImportTest : public AccountFixture {
 protected:
  AccountImportTest() {
    language_.Use("en");
    qunsetenv(kVariable);
    form_.start();
    Await([this] { return !form_.providers().isEmpty(); });
  }
  ~AccountImportTest() override { qunsetenv(kVariable); }

  QUrl FileOf(const QString& name, const QByteArray& content) {
    QFile file(folder_.filePath(name));
    EXPECT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(content);
    return QUrl::fromLocalFile(file.fileName());
  }
  // Chooses the file, until its answer has come.
  void Read(const QString& name, const QByteArray& content) {
    import_.readFile(FileOf(name, content));
    Await([this] { return !import_.busy(); });
  }
  void ImportAll() {
    import_.importAll();
    Await([this] { return !import_.busy(); });
  }
  // "title | detail | outcome | text" of the rows of that kind; a note is its title alone.
  QStringList Rows(const QString& kind) const {
    QStringList out;
    for (const QVariant& each : import_.rows()) {
      const QVariantMap row = each.toMap();
      if (row["kind"] != kind) continue;
      QStringList parts{row["title"].toString()};
      if (kind != "note" && kind != "heading")
        parts << row["detail"].toString() << row["outcome"].toString() << row["text"].toString();
      out << parts.join(" | ");
    }
    return out;
  }
  QString AllTexts() const {
    QString all = import_.summary() + import_.error() + import_.importText();
    for (const QVariant& row : import_.rows()) {
      for (const QVariant& text : row.toMap()) all += '\n' + text.toString();
    }
    return all;
  }
  // "pattern provider:model" of the fake daemon.
  QStringList StoredRoutes() {
    client::ControlClientOptions options;
    options.target = server_.target().toStdString();
    client::ControlClient client(options);
    const auto reply = client.ListRoutes({});
    EXPECT_TRUE(reply.ok());
    QStringList out;
    if (!reply.ok()) return out;
    for (const auto& route : reply->routes())
      out << QString::fromStdString(route.pattern() + " " + route.provider() + ":" + route.model());
    return out;
  }

  Language language_;
  QTemporaryDir folder_;
  Opener opener_{[](const QUrl& /*url*/) { return false; }};
  AccountForm form_{backend_, toasts_, opener_};
  AccountImport& import_ = *form_.importer();
  QSignalSpy added_{&form_, &AccountForm::added};
  QSignalSpy finished_{&form_, &AccountForm::finished};
  QSignalSpy stored_{&import_, &AccountImport::stored};
};

TEST_F(AccountImportTest, ShowsAConfigurationBeforeItAddsAnything) {
  const qsizetype accounts = StoredLabels().size();
  const qsizetype routes = StoredRoutes().size();
  Read("config.yaml", kLiteLlm);
  EXPECT_EQ(import_.error(), "");
  EXPECT_FALSE(import_.isSealed());
  EXPECT_EQ(import_.summary(), "A configuration of LiteLLM.");
  EXPECT_EQ(Rows("heading"), (QStringList{"Accounts", "Routes", "Not taken over"}));
  EXPECT_EQ(Rows("account"), (QStringList{"deepseek-2 | deepseek sk-…cdef | added | will be added",
                                          "openai | openai sk-…cdef | refused | "
                                          "base_url: this is no http or https URL"}));
  EXPECT_EQ(Rows("route"), (QStringList{"smart | deepseek:deepseek-chat | added | will be added",
                                        "quick | anthropic:claude-haiku-4-5 | added | will be added",
                                        "odd | openai:odd | added | will be added"}));
  const QString notes = Rows("note").join('\n');
  EXPECT_TRUE(notes.contains("Line 3: litellm_params.rpm was not taken over.")) << notes.toStdString();
  EXPECT_TRUE(notes.contains("there is no provider “bedrock” here")) << notes.toStdString();
  EXPECT_TRUE(
      notes.contains("Line 4: model \"quick\": its key is in the variable AG_TEST_IMPORT_KEY, which is not set "
                     "where this app runs."))
      << notes.toStdString();
  EXPECT_EQ(import_.addable(), 4);
  EXPECT_EQ(import_.importText(), "Import 1 account and 3 routes");
  EXPECT_EQ(StoredLabels().size(), accounts);
  EXPECT_EQ(StoredRoutes().size(), routes);
  EXPECT_FALSE(AllTexts().contains("0123456789"));
}

TEST_F(AccountImportTest, ImportsWhatItHasShownAndOffersPresets) {
  qputenv(kVariable, "sk-ant-0123456789abcdef");
  Read("config.yaml", kLiteLlm);
  EXPECT_FALSE(Rows("note").join('\n').contains(kVariable));
  qunsetenv(kVariable);  // what was shown is what is done
  ImportAll();
  ASSERT_TRUE(import_.isDone());
  EXPECT_EQ(stored_.count(), 1);
  EXPECT_EQ(Rows("account"), (QStringList{"deepseek-2 | deepseek sk-…cdef | added | added",
                                          "anthropic | anthropic sk-…cdef | added | added",
                                          "openai | openai sk-…cdef | refused | "
                                          "base_url: this is no http or https URL"}));
  EXPECT_EQ(Rows("route").size(), 3);
  EXPECT_EQ(import_.summary(), "Imported: 2 accounts and 3 routes");
  EXPECT_FALSE(AllTexts().contains("0123456789"));
  EXPECT_TRUE(StoredLabels().contains("deepseek-2"));
  EXPECT_TRUE(StoredLabels().contains("anthropic"));
  EXPECT_TRUE(StoredRoutes().contains("quick anthropic:claude-haiku-4-5"));
  EXPECT_EQ(finished_.count(), 0) << "the results are to be seen";
  import_.leave();
  EXPECT_EQ(finished_.count(), 1);
  Await([this] { return added_.count() == 1; });
  EXPECT_EQ(added_[0][1], "deepseek-2");
  EXPECT_FALSE(added_[0][3].toList().isEmpty());
  EXPECT_TRUE(import_.rows().isEmpty());
}

TEST_F(AccountImportTest, SaysWhatIsHereAlready) {
  Read("config.json", kClaudeCodeRouter);
  EXPECT_EQ(import_.summary(), "A configuration of claude-code-router.");
  ImportAll();
  import_.leave();
  Read("config.json", kClaudeCodeRouter);
  EXPECT_EQ(Rows("account"), QStringList{"deepseek-2 | deepseek sk-…cdef | present | is here already"});
  EXPECT_TRUE(Rows("route").isEmpty());
  EXPECT_TRUE(Rows("note").contains("There is a route for claude-* already, which stays."));
  EXPECT_EQ(import_.addable(), 0);
  EXPECT_EQ(import_.summary(), "A configuration of claude-code-router. There is nothing new in it.");
  import_.importAll();
  EXPECT_FALSE(import_.busy());
}

TEST_F(AccountImportTest, ReadsCliProxyApi) {
  Read("config.yaml", kCliProxyApi);
  EXPECT_EQ(import_.summary(), "A configuration of CLIProxyAPI.");
  EXPECT_EQ(Rows("account"), QStringList{"anthropic | anthropic sk-…cdef | added | will be added"});
  EXPECT_EQ(import_.importText(), "Import 1 account");
  EXPECT_EQ(Rows("note").size(), 2);
  EXPECT_TRUE(
      Rows("note").join('\n').contains("proxy-url was not taken over. If all accounts need it, enter it in "
                                       "Settings"));
}

TEST_F(AccountImportTest, SaysItsNotesInThePersonsLanguage) {
  language_.Use("zh_CN");
  Read("config.yaml", kLiteLlm);
  const QString notes = Rows("note").join('\n');
  EXPECT_TRUE(notes.contains("第 3 行：未导入 litellm_params.rpm")) << notes.toStdString();
  EXPECT_TRUE(Rows("account")[1].contains("“base_url: this is no http or https URL”")) << "the daemon's own words";
}

TEST_F(AccountImportTest, SaysWhyAFileIsNone) {
  Read("other.yaml", "port: 80\n");
  EXPECT_TRUE(import_.error().startsWith("This is neither a file of exported accounts nor a configuration of"));
  Read("broken.yaml", QByteArray("model_list:\n  - api_key: ") + kKey + "\n    model_name: [\n");
  EXPECT_TRUE(import_.error().contains("line 4")) << import_.error().toStdString();
  EXPECT_FALSE(import_.error().contains("0123456789"));
  Read("empty.yaml", "");
  EXPECT_EQ(import_.error(), "The file is empty.");
  Read("nothing.yaml", "model_list: []\n");
  EXPECT_EQ(import_.error(), "There are no accounts in this file.");
  Read("large.yaml", QByteArray(4 * 1'024 * 1'024, 'x'));
  EXPECT_TRUE(import_.error().contains("larger than 4 MB"));
  EXPECT_EQ(import_.fileName(), "");
}

TEST_F(AccountImportTest, OpensAnExportedFileWithItsPassphrase) {
  QSignalSpy exported(form_.exporter(), &AccountExport::exported);
  const QUrl file = QUrl::fromLocalFile(folder_.filePath("accounts.agx"));
  form_.exporter()->exportTo(file, "long enough", "long enough");
  ASSERT_TRUE(exported.wait());
  import_.readFile(file);
  EXPECT_EQ(import_.fileName(), "accounts.agx");
  EXPECT_TRUE(import_.isSealed());
  EXPECT_FALSE(import_.busy()) << "it waits for the passphrase";
  import_.preview("wrong one");
  Await([this] { return !import_.error().isEmpty(); });
  EXPECT_TRUE(import_.rows().isEmpty());
  import_.preview("long enough");
  Await([this] { return !import_.rows().isEmpty(); });
  ASSERT_EQ(Rows("account").size(), 3);
  EXPECT_TRUE(Rows("account")[0].contains("| present |"));
  EXPECT_EQ(import_.addable(), 2);
  EXPECT_EQ(StoredLabels().size(), 10) << "a preview adds nothing";
  ImportAll();
  EXPECT_EQ(StoredLabels().size(), 12);
  EXPECT_EQ(import_.summary(), "2 accounts imported");
}

// The dialog closes while the daemon is at it.
TEST_F(AccountImportTest, TellsOfAnImportThatNobodyWaitedFor) {
  Read("config.yaml", kCliProxyApi);
  import_.importAll();
  form_.abandon();
  Await([this] { return added_.count() == 1; });
  EXPECT_EQ(LastToast(), "1 account imported");
  EXPECT_TRUE(StoredLabels().contains("anthropic"));
}

TEST_F(AccountImportTest, ForgetsAPreviewThatWasLeft) {
  import_.readFile(FileOf("config.yaml", kCliProxyApi));
  EXPECT_TRUE(import_.busy());
  form_.abandon();
  EXPECT_FALSE(import_.busy());
  import_.readFile(FileOf("config.json", kClaudeCodeRouter));
  Await([this] { return !import_.rows().isEmpty(); });
  EXPECT_EQ(import_.summary(), "A configuration of claude-code-router.");
  EXPECT_EQ(Rows("account").size(), 1);
  EXPECT_EQ(finished_.count(), 0);
}

}  // namespace
}  // namespace ag::gui
