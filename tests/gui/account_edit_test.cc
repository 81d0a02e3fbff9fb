#include "account_form_fixture.h"

namespace ag::gui {
namespace {

class AccountEditTest : public AccountFormTest {
 protected:
  AccountEdit& edit_ = *form_.edit();
  QSignalSpy saved_{&edit_, &AccountEdit::saved};

  // What is stored, read anew.
  QVariantMap Load(const QString& label) {
    edit_.load(IdOf(label));
    Await([this] { return edit_.ready(); });
    return edit_.values();
  }
  void Save(const QVariantMap& values) {
    edit_.save(values);
    Await([this] { return !edit_.busy(); });
  }
};

TEST_F(AccountEditTest, ShowsWhatIsStoredWithoutTheKey) {
  const QVariantMap values = Load("deepseek");
  EXPECT_EQ(values["label"], "deepseek");
  EXPECT_EQ(values["tokensPerDay"], "3000000");
  EXPECT_EQ(values["requestsPerDay"], "");
  EXPECT_EQ(values["credential"], "key");
  EXPECT_FALSE(values.contains("key"));
}

TEST_F(AccountEditTest, StoresFieldsAndLimits) {
  QVariantMap values = Load("deepseek");
  values["label"] = "renamed";
  values["priority"] = "5";
  values["tokensPerDay"] = "";
  values["requestsPerMinute"] = "60";
  values["reservePercent"] = "10";
  values["usdPerMonth"] = "2.50";
  Save(values);
  ASSERT_EQ(saved_.count(), 1) << edit_.error().toStdString();
  accounts_.refresh();
  Await([this] { return !IdOf("renamed").isEmpty(); });
  const QVariantMap stored = Load("renamed");
  EXPECT_EQ(stored["priority"], "5");
  EXPECT_EQ(stored["tokensPerDay"], "");
  EXPECT_EQ(stored["requestsPerMinute"], "60");
  EXPECT_EQ(stored["reservePercent"], "10");
  EXPECT_EQ(stored["usdPerMonth"], "2.5");
}

TEST_F(AccountEditTest, MovesToAnotherProjectAndGroup) {
  QVariantMap values = Load("home-gemini");
  EXPECT_EQ(values["quotaGroup"], "project-1138");
  EXPECT_TRUE(values["hasProject"].toBool());
  EXPECT_FALSE(values["hasLocation"].toBool()) << "the Gemini API knows no regions";
  values["project"] = " spare-project ";
  values["quotaGroup"] = "";
  Save(values);
  ASSERT_EQ(saved_.count(), 1) << edit_.error().toStdString();
  EXPECT_TRUE(saved_[0][0].toBool()) << "a test tells whether the project lets it";
  values = Load("home-gemini");
  EXPECT_EQ(values["project"], "spare-project");
  EXPECT_EQ(values["quotaGroup"], "");
  EXPECT_FALSE(Load("team-openai")["hasProject"].toBool());
}

TEST_F(AccountEditTest, AnAccountOfARegionGetsAnotherOne) {
  form_.addTokens("gemini", "vertex", "client", "secret", "1//one", "my-project", "europe-west4");
  Await([this] { return added_.count() == 1; });
  accounts_.refresh();
  Await([this] { return StoredLabels().contains("vertex") && !IdOf("vertex").isEmpty(); });
  QVariantMap values = Load("vertex");
  EXPECT_TRUE(values["hasLocation"].toBool());
  values["location"] = "global";
  Save(values);
  ASSERT_EQ(saved_.count(), 1) << edit_.error().toStdString();
  EXPECT_EQ(Load("vertex")["location"], "global");
}

TEST_F(AccountEditTest, KeepsABudgetInDollarsThatItDoesNotChange) {
  QVariantMap values = Load("deepseek");
  values["usdPerDay"] = "0.000001";
  Save(values);
  ASSERT_EQ(saved_.count(), 1) << edit_.error().toStdString();
  values = Load("deepseek");
  values["requestsPerDay"] = "7";
  Save(values);
  ASSERT_EQ(saved_.count(), 2) << edit_.error().toStdString();
  EXPECT_EQ(Load("deepseek")["usdPerDay"], "0.000001");
}

TEST_F(AccountEditTest, ANewKeyMendsAnAccount) {
  QVariantMap values = Load("lab-gemini");
  values["key"] = "AIza-new-one";
  Save(values);
  ASSERT_EQ(saved_.count(), 1) << edit_.error().toStdString();
  accounts_.refresh();
  Await([this] { return Row("lab-gemini").state == "ready"; });
}

TEST_F(AccountEditTest, NamesTheFieldThatIsAtFault) {
  QVariantMap values = Load("deepseek");
  const auto fault = [&](const char* field, const char* value) {
    QVariantMap changed = values;
    changed[field] = value;
    edit_.save(changed);
    return edit_.errorField();
  };
  EXPECT_EQ(fault("label", " "), "label");
  EXPECT_EQ(fault("weight", "0"), "weight");
  EXPECT_EQ(fault("priority", "high"), "priority");
  EXPECT_EQ(fault("tokensPerDay", "-1"), "tokensPerDay");
  for (const char* wrong : {"0", "-2.5", "cheap", "0.0000001", "2000000", "nan"}) {
    EXPECT_EQ(fault("usdPerDay", wrong), "usdPerDay") << wrong;
  }
  EXPECT_EQ(fault("reservePercent", "91"), "reservePercent");
  EXPECT_EQ(fault("baseUrl", "https://other.example"), "key") << "the key is sealed for the old address";
  values["label"] = "team-openai";
  Save(values);
  EXPECT_EQ(edit_.errorField(), "label") << "the daemon's refusal";
  EXPECT_EQ(saved_.count(), 0);
}

TEST_F(AccountEditTest, StoresAWayOut) {
  QVariantMap values = Load("deepseek");
  EXPECT_EQ(values["egress"], "inherit");
  values["egress"] = "proxy";
  values["proxyUrl"] = " http://me:secret@proxy.example:3128 ";
  values["noProxy"] = ".internal, 10.0.0.0/8,";
  values["caFile"] = "/etc/ssl/company.pem";
  Save(values);
  ASSERT_EQ(saved_.count(), 1) << edit_.error().toStdString();
  EXPECT_TRUE(saved_[0][0].toBool()) << "worth a test";
  values = Load("deepseek");
  EXPECT_EQ(values["egress"], "proxy");
  EXPECT_EQ(values["proxyUrl"], "http://me@proxy.example:3128") << "without its password";
  EXPECT_EQ(values["noProxy"], ".internal, 10.0.0.0/8");
  EXPECT_EQ(values["caFile"], "/etc/ssl/company.pem");

  values["priority"] = "3";
  Save(values);
  ASSERT_EQ(saved_.count(), 2) << "the way out is as it was: " << edit_.error().toStdString();
  EXPECT_FALSE(saved_[1][0].toBool());
  values = Load("deepseek");
  values["noProxy"] = "";
  Save(values);
  EXPECT_EQ(edit_.errorField(), "proxyUrl") << "the password would be lost";
  values["egress"] = "direct";
  Save(values);
  ASSERT_EQ(saved_.count(), 3) << edit_.error().toStdString();
  values = Load("deepseek");
  EXPECT_EQ(values["egress"], "direct");
  EXPECT_EQ(values["proxyUrl"], "");
  EXPECT_EQ(values["caFile"], "/etc/ssl/company.pem");
}

TEST_F(AccountEditTest, NamesWhatIsWrongWithAWayOut) {
  QVariantMap values = Load("deepseek");
  values["egress"] = "proxy";
  Save(values);
  EXPECT_EQ(edit_.errorField(), "proxyUrl");
  values["egress"] = "inherit";
  values["caFile"] = "company.pem";
  Save(values);
  EXPECT_EQ(edit_.errorField(), "caFile") << "the daemon's refusal";
  EXPECT_EQ(saved_.count(), 0);
}

TEST_F(AccountEditTest, DoesNotOverwriteAChangeFromElsewhere) {
  QVariantMap values = Load("deepseek");
  accounts_.setPriority(IdOf("deepseek"), 7);
  Await([this] { return Row("deepseek").priority == 7; });
  values["label"] = "mine";
  Save(values);
  EXPECT_EQ(saved_.count(), 0);
  EXPECT_TRUE(edit_.error().contains("meanwhile"));
  EXPECT_FALSE(StoredLabels().contains("mine"));
}

}  // namespace
}  // namespace ag::gui
