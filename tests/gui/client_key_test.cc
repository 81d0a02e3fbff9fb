#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QDateTime>
#include <QTest>
#include <functional>

#include "gui/app/backend.h"
#include "gui/app/toasts.h"
#include "gui/demo/demo_server.h"
#include "gui/models/client_key_form.h"
#include "gui/models/client_key_model.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;

class ClientKeyTest : public testing::Test {
 protected:
  ClientKeyTest() {
    client::ControlClientOptions options;
    options.target = server_.target().toStdString();
    backend_.Connect(options);
    EXPECT_TRUE(Await([this] { return keys_.loaded(); }));
  }
  ~ClientKeyTest() override { toasts_.Flush(); }

  static bool Await(const std::function<bool()>& holds) { return QTest::qWaitFor(holds, 10'000); }
  QVariant Of(const QString& name, ClientKeyModel::Role role) const {
    for (int row = 0; row < keys_.count(); ++row) {
      const QModelIndex index = keys_.index(row);
      if (index.data(ClientKeyModel::NameRole) == name) return index.data(role);
    }
    return {};
  }
  QString IdOf(const QString& name) const { return Of(name, ClientKeyModel::IdRole).toString(); }
  // What the fake daemon has; without a name if there is none of this one.
  v1::ClientKey Stored(const std::string& name) {
    client::ControlClientOptions options;
    options.target = server_.target().toStdString();
    client::ControlClient client(options);
    const auto reply = client.ListClientKeys({});
    EXPECT_TRUE(reply.ok());
    for (const v1::ClientKey& key : reply->client_keys()) {
      if (key.name() == name) return key;
    }
    return {};
  }
  // The form filled for that key.
  QVariantMap Load(const QString& name) {
    form_.load(IdOf(name));
    EXPECT_TRUE(Await([this] { return form_.ready(); }));
    return form_.values();
  }
  bool Save(const QVariantMap& values) {
    form_.save(values);
    return Await([this] { return !form_.busy(); }) && form_.error().isEmpty();
  }

  DemoServer server_{{.past_requests = 1, .requests_per_second = 0}};
  Backend backend_;
  Toasts toasts_;
  ClientKeyModel keys_{backend_, toasts_};
  ClientKeyForm form_{backend_, toasts_, keys_};
  QAbstractItemModelTester tester_{&keys_, QAbstractItemModelTester::FailureReportingMode::Fatal};
};

TEST_F(ClientKeyTest, TellsHowEachKeyFares) {
  EXPECT_EQ(Of("laptop", ClientKeyModel::StateRole), "ready");
  EXPECT_EQ(Of("student", ClientKeyModel::StateRole), "budget_spent");
  EXPECT_EQ(Of("old-server", ClientKeyModel::StateRole), "expired");
  EXPECT_EQ(Of("laptop", ClientKeyModel::HintRole), QStringLiteral("sk-…f3a9"));
  EXPECT_EQ(Of("laptop", ClientKeyModel::BoundsRole), "");
  EXPECT_TRUE(Of("ci", ClientKeyModel::BoundsRole).toString().contains("gpt-5*, claude-haiku-4-5"));
  EXPECT_TRUE(Of("laptop", ClientKeyModel::UsageRole).toString().contains("3.41M tokens"));
  const QVariantList budgets = Of("ci", ClientKeyModel::BudgetsRole).toList();
  ASSERT_EQ(budgets.size(), 2);
  EXPECT_DOUBLE_EQ(budgets[0].toMap()["fraction"].toDouble(), 0.29) << "the tightest first";
}

TEST_F(ClientKeyTest, ShowsANewKeyOnce) {
  form_.start();
  ASSERT_TRUE(
      Save({{"name", " phone "}, {"expires", "30d"}, {"models", "gpt-5*\n\n claude-* \n"}, {"requestsPerDay", "500"}}));
  EXPECT_TRUE(keys_.secret().startsWith("sk-"));
  EXPECT_EQ(keys_.secretName(), "phone");
  ASSERT_TRUE(Await([this] { return keys_.count() == 5; }));
  const v1::ClientKey key = Stored("phone");
  EXPECT_EQ(key.models_size(), 2);
  EXPECT_EQ(key.models(1), "claude-*");
  EXPECT_EQ(key.limits().requests_per_day(), 500);
  EXPECT_FALSE(key.limits().has_tokens_per_day());
  const qint64 days = (key.expire_time().seconds() - QDateTime::currentSecsSinceEpoch() + 43'200) / 86'400;
  EXPECT_EQ(days, 30);
  keys_.forgetSecret();
  EXPECT_EQ(keys_.secret(), "");
}

TEST_F(ClientKeyTest, SaysWhichFieldIsAtFault) {
  form_.start();
  EXPECT_FALSE(Save({{"name", ""}}));
  EXPECT_EQ(form_.errorField(), "name");
  for (const char* wrong : {"tomorrow", "2001-01-01", "2001-01-01 10:00", "0d", "-3d"}) {
    EXPECT_FALSE(Save({{"name", "x"}, {"expires", wrong}})) << wrong;
    EXPECT_EQ(form_.errorField(), "expires") << wrong;
  }
  for (const char* wrong : {"0", "-1", "many", "1.5"}) {
    EXPECT_FALSE(Save({{"name", "x"}, {"tokensPerDay", wrong}})) << wrong;
    EXPECT_EQ(form_.errorField(), "tokensPerDay") << wrong;
  }
  EXPECT_FALSE(Save({{"name", "laptop"}})) << "a name twice";
  EXPECT_NE(form_.error(), "");
  EXPECT_EQ(keys_.secret(), "");
}

TEST_F(ClientKeyTest, ChangesWhatDiffers) {
  const std::string end = Stored("ci").expire_time().SerializeAsString();
  QVariantMap values = Load("ci");
  EXPECT_EQ(values["requestsPerMinute"], "60");
  EXPECT_EQ(values["models"], "gpt-5*\nclaude-haiku-4-5");
  values["tokensPerDay"] = "";
  values["models"] = "";
  ASSERT_TRUE(Save(values));
  const v1::ClientKey key = Stored("ci");
  EXPECT_EQ(key.models_size(), 0);
  EXPECT_FALSE(key.limits().has_tokens_per_day());
  EXPECT_EQ(key.limits().requests_per_minute(), 60);
  EXPECT_EQ(key.expire_time().SerializeAsString(), end) << "to the second";
  EXPECT_EQ(keys_.secret(), "") << "it is the same key";
}

TEST_F(ClientKeyTest, EndsAtTheEndOfADay) {
  QVariantMap values = Load("laptop");
  values["expires"] = "2044-02-28";
  ASSERT_TRUE(Save(values));
  EXPECT_EQ(Stored("laptop").expire_time().seconds(), QDateTime(QDate(2044, 2, 29), QTime(0, 0)).toSecsSinceEpoch());
  values = Load("laptop");
  EXPECT_EQ(values["expires"], "2044-02-29 00:00");
  values["expires"] = "";
  ASSERT_TRUE(Save(values));
  EXPECT_FALSE(Stored("laptop").has_expire_time());
}

TEST_F(ClientKeyTest, DoesNotOverwriteAnothersChange) {
  QVariantMap values = Load("laptop");
  keys_.setEnabled(IdOf("laptop"), false);
  ASSERT_TRUE(Await([this] { return Of("laptop", ClientKeyModel::StateRole) == "disabled"; }));
  values["name"] = "notebook";
  EXPECT_FALSE(Save(values));
  EXPECT_EQ(Stored("notebook").name(), "");
}

TEST_F(ClientKeyTest, RotatesAKey) {
  const std::string hint = Stored("laptop").hint();
  keys_.rotate(IdOf("laptop"));
  ASSERT_TRUE(Await([this] { return !keys_.secret().isEmpty(); }));
  EXPECT_EQ(keys_.secretName(), "laptop");
  EXPECT_NE(Stored("laptop").hint(), hint);
}

TEST_F(ClientKeyTest, RemovesWithUndo) {
  keys_.remove(IdOf("laptop"));
  EXPECT_EQ(IdOf("laptop"), "");
  EXPECT_EQ(Stored("laptop").name(), "laptop") << "while it can be undone";
  toasts_.undo(toasts_.data(toasts_.index(0), Toasts::IdRole).toInt());
  ASSERT_TRUE(Await([this] { return !IdOf("laptop").isEmpty(); }));
  keys_.remove(IdOf("laptop"));
  toasts_.Flush();
  ASSERT_TRUE(Await([this] { return Stored("laptop").name().empty(); }));
}

}  // namespace
}  // namespace ag::gui
