#include <QClipboard>
#include <QGuiApplication>
#include <string>

#include "tests/gui/pages/page_test.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;

class ClientKeys : public PageTest {
 protected:
  ClientKeys() : PageTest({.page = "proxy"}) {}

  // Without a name if the fake daemon has none of this one.
  v1::ClientKey Stored(const std::string& name) {
    const auto reply = daemon().ListClientKeys({});
    EXPECT_TRUE(reply.ok());
    for (const v1::ClientKey& key : reply->client_keys()) {
      if (key.name() == name) return key;
    }
    return {};
  }
};

TEST_F(ClientKeys, AreMadeWithBoundsAndShownOnce) {
  Click("addKey");
  Type("keyName", "phone");
  Type("keyExpires", "soon");
  Click("saveKey");
  EXPECT_TRUE(Reads("A moment to come"));
  Type("keyExpires", "30d");
  Type("keyModels", "gpt-5*\nclaude-*");
  Type("key-requestsPerDay", "500");
  Click("saveKey");
  Click("copySecret");
  const QString secret = QGuiApplication::clipboard()->text();
  EXPECT_TRUE(secret.startsWith("sk-"));
  EXPECT_EQ(Of("keySecret", "text"), secret);
  Click("secretDone");
  EXPECT_TRUE(Await([this] { return Sees("key-phone") && !Sees("keySecret"); }));
  EXPECT_EQ(app().clientKeys()->secret(), "");
  const v1::ClientKey key = Stored("phone");
  EXPECT_EQ(key.models_size(), 2);
  EXPECT_EQ(key.limits().requests_per_day(), 500);
  EXPECT_TRUE(key.has_expire_time());
}

TEST_F(ClientKeys, AreSwitchedOffRenamedAndReplaced) {
  Click("enableKey-laptop");
  EXPECT_TRUE(Await([this] { return Stored("laptop").state() == v1::CLIENT_KEY_STATE_DISABLED; }));
  EXPECT_TRUE(Await([this] { return TextOf("key-laptop").contains("Switched off"); }));
  Click("editKey-ci");
  Type("keyName", "builds");
  Type("key-tokensPerDay", "");
  Click("saveKey");
  EXPECT_TRUE(Await([this] { return Sees("key-builds"); }));
  EXPECT_FALSE(Stored("builds").limits().has_tokens_per_day());
  EXPECT_EQ(Stored("builds").limits().requests_per_minute(), 60);
  const std::string hint = Stored("builds").hint();
  Click("rotateKey-builds");
  Click("confirm");
  EXPECT_TRUE(Await([this] { return Sees("keySecret"); }));
  EXPECT_NE(Stored("builds").hint(), hint);
  Press(Qt::Key_Escape);
  EXPECT_TRUE(Await([this] { return !Sees("keySecret"); }));
}

TEST_F(ClientKeys, AreRemovedWithUndo) {
  Click("removeKey-student");
  EXPECT_TRUE(Await([this] { return !Sees("key-student"); }));
  EXPECT_EQ(Stored("student").name(), "student");
  ClickText("Undo");
  EXPECT_TRUE(Await([this] { return Sees("key-student"); }));
  Click("removeKey-student");
  Click("toast/dismiss");
  EXPECT_TRUE(Await([this] { return Stored("student").name().empty(); }));
  EXPECT_FALSE(Sees("key-student"));
}

TEST_F(ClientKeys, HaveBudgetsOfMoneyThatTheRowShows) {
  Click("editKey-laptop");
  Type("key-usdPerDay", "lots");
  Click("saveKey");
  EXPECT_TRUE(Await([this] { return Reads("An amount of US dollars"); }));
  EXPECT_TRUE(Of("key-usdPerDay", "invalid").toBool());
  Type("key-usdPerDay", "2.50");
  Click("saveKey");
  EXPECT_TRUE(Await([this] { return Stored("laptop").limits().micro_usd_per_day() == 2'500'000; }));
  EXPECT_TRUE(Await([this] { return !Sees("saveKey") && TextOf("key-laptop").contains("$2.50"); }));
}

TEST_F(ClientKeys, AreNotReplacedWithoutAYes) {
  const std::string hint = Stored("ci").hint();
  Click("rotateKey-ci");
  ClickText("Cancel");
  EXPECT_TRUE(Await([this] { return !Sees("confirm"); }));
  EXPECT_EQ(Stored("ci").hint(), hint);
  EXPECT_FALSE(Sees("keySecret"));
}

}  // namespace
}  // namespace ag::gui
