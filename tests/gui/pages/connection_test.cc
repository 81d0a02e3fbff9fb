#include <QQuickItem>

#include "tests/gui/pages/page_test.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;

class Connection : public PageTest {
 protected:
  Connection() : PageTest({.page = "settings"}) {}
};

TEST_F(Connection, IsKeptUntilAnotherGatewayHasAnswered) {
  const QString target = app().backend()->target();
  Click("changeConnection");
  Click("segment-remote");
  Type("remoteAddress", "gateway");
  Click("connect");
  EXPECT_TRUE(Reads("with a port"));
  Type("remoteAddress", "127.0.0.1:1");
  Click("connect");
  EXPECT_TRUE(Await([this] { return Reads("A token is needed"); }));
  Type("remoteToken", "0123456789abcdef");
  Click("connect");
  EXPECT_TRUE(Await([this] { return Reads("Nothing answers at 127.0.0.1:1"); }));
  EXPECT_EQ(app().backend()->target(), target);
  Click("cancelConnect");
  EXPECT_TRUE(Await([this] { return !Sees("connect"); }));
  EXPECT_EQ(app().connector()->error(), "");
  EXPECT_TRUE(app().backend()->connected());
}

class RemoteGuide : public PageTest {
 protected:
  RemoteGuide() : PageTest({.first_start = true, .remote = true}) {}
};

// The demo's proxy listens on 127.0.0.1:8045, which is not this machine's.
TEST_F(RemoteGuide, SaysThatThisMachineCannotReachTheProxy) {
  EXPECT_TRUE(Await([this] { return Reads("It listens on 127.0.0.1:8045 of 0.0.0.0 itself"); }));
  EXPECT_EQ(app().health()->error(), "");
  EXPECT_EQ(app().health()->url(), "") << "something else of this machine may answer there";
  EXPECT_FALSE(Sees("guideAskAgain"));
  EXPECT_FALSE(Sees("guideTest")) << "a request from here would go elsewhere";
  EXPECT_TRUE(Sees("guideClient")) << "the proxy listens";
  Click("guideLetIn");
  EXPECT_TRUE(Await([this] { return Sees("baseUrl") && !Sees("firstRun"); }));
  EXPECT_TRUE(Reads("let other machines use it"));
}

// How an account is reached, and what its row shows.
class AccountChoices : public PageTest {
 protected:
  AccountChoices() : PageTest({.page = "accounts"}) {}
};

TEST_F(AccountChoices, AWayOutIsAnAccountsOwn) {
  Click("menu-deepseek");
  Click("menuEdit");
  Click("segment-proxy");
  Click("saveAccount");
  EXPECT_TRUE(Reads("Enter the proxy's address"));
  Type("proxyUrl", "http://me:secret@proxy.example:3128");
  Type("noProxy", ".internal");
  Click("saveAccount");
  EXPECT_TRUE(Await([this] { return AccountOf("deepseek").egress().mode() == v1::EGRESS_MODE_PROXY; }));
  EXPECT_EQ(AccountOf("deepseek").egress().proxy_url(), "http://me@proxy.example:3128");
  EXPECT_EQ(AccountOf("deepseek").egress().no_proxy_size(), 1);
}

TEST_F(AccountChoices, AWayOutIsGivenToANewAccount) {
  Click("addAccount");
  Type("keyField", "sk-ant-good");
  Click("showEgress");
  Click("segment-direct");
  Type("caFile", "company.pem");
  Click("submitAccount");
  EXPECT_TRUE(Await([this] { return Reads("absolute path"); }));
  Type("caFile", "/etc/ssl/company.pem");
  Type("labelField", "office");
  Click("submitAccount");
  EXPECT_TRUE(Await([this] { return AccountLabels().contains("office"); }));
  EXPECT_EQ(AccountOf("office").egress().mode(), v1::EGRESS_MODE_DIRECT);
  EXPECT_EQ(AccountOf("office").egress().ca_file(), "/etc/ssl/company.pem");
}

TEST_F(AccountChoices, RowsReadAsColumnsHoweverLongTheNames) {
  const QString name = "a name that is longer than the room which a row of this width has for it";
  v1::UpdateAccountRequest request;
  *request.mutable_account() = AccountOf("deepseek");
  request.mutable_account()->set_label(name.toStdString());
  request.mutable_update_mask()->add_paths("label");
  ASSERT_TRUE(daemon().UpdateAccount(request).ok());
  app().accounts()->refresh();
  ASSERT_TRUE(Await([&] { return Sees("state-" + name); }));
  const auto left = [this](const QString& item) { return ui().AwaitItem(item)->mapToScene(QPointF()).x(); };
  for (const QString& label : {QStringLiteral("work-anthropic"), QStringLiteral("lab-gemini"), name}) {
    EXPECT_EQ(left("state-" + label), left("state-spare-openai")) << label.toStdString();
    EXPECT_EQ(left("enable-" + label), left("enable-spare-openai")) << label.toStdString();
  }
}

TEST_F(AccountChoices, ColumnsAreRemembered) {
  EXPECT_TRUE(TextOf("account-deepseek").contains("sk-"));
  Click("accountColumns");
  Click("column-key");
  Press(Qt::Key_Escape);
  EXPECT_FALSE(TextOf("account-deepseek").contains("sk-"));
  EXPECT_EQ(app().preferences()->value("accounts/hiddenColumns", "").toString(), "key");
}

}  // namespace
}  // namespace ag::gui
