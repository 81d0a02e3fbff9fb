#include "gui/models/request_detail.h"

#include <gtest/gtest.h>

#include <QSignalSpy>

#include "gui/app/backend.h"
#include "gui/app/toasts.h"
#include "gui/demo/demo_server.h"
#include "gui/models/client_key_model.h"
#include "gui/models/monitor_model.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

constexpr int kLongMs = 10'000;

class RequestDetailTest : public testing::Test {
 protected:
  RequestDetailTest() : server_({.past_requests = 300, .requests_per_second = 0}) {
    QSignalSpy resynced(&backend_, &Backend::resynced);
    client::ControlClientOptions options;
    options.target = server_.target().toStdString();
    backend_.Connect(options);
    EXPECT_TRUE(resynced.wait(kLongMs));
    while (monitor_.total() == 0 && QSignalSpy(&monitor_, &MonitorModel::countsChanged).wait(kLongMs)) {
    }
  }

  // The first request in the table for which the role says so.
  QString Find(int role, const QVariant& value) const {
    for (int row = 0; row < monitor_.rowCount(); ++row) {
      if (monitor_.data(monitor_.index(row), role) == value) return monitor_.idAt(row);
    }
    return {};
  }
  void Show(const QString& id) {
    detail_.show(id);
    while (detail_.loading() && QSignalSpy(&detail_, &RequestDetail::changed).wait(kLongMs)) {
    }
  }

  DemoServer server_;
  Backend backend_;
  MonitorModel monitor_{backend_};
  // What the pane says of the shown request's client key.
  std::string KeyText() const {
    for (const QVariant& fact : detail_.summary()) {
      if (fact.toMap()["label"] == "Client key") return fact.toMap()["value"].toString().toStdString();
    }
    return {};
  }
  // The newest request with that key; empty = there is none.
  QString WithKey(const std::string& key_id) {
    client::ControlClientOptions options;
    options.target = server_.target().toStdString();
    client::ControlClient client(options);
    for (int row = 0; row < monitor_.rowCount(); ++row) {
      client::v1::GetRequestRequest request;
      request.set_id(monitor_.idAt(row).toStdString());
      const auto reply = client.GetRequest(request);
      if (reply.ok() && reply->request().client_key_id() == key_id) return monitor_.idAt(row);
    }
    return {};
  }

  Toasts toasts_;
  ClientKeyModel keys_{backend_, toasts_};
  RequestDetail detail_{backend_, keys_};
};

TEST_F(RequestDetailTest, ShowsTheRecord) {
  const QString id = monitor_.idAt(0);
  Show(id);
  EXPECT_EQ(detail_.requestId(), id);
  EXPECT_TRUE(detail_.open());
  EXPECT_TRUE(detail_.error().isEmpty());
  EXPECT_FALSE(detail_.title().isEmpty());
  ASSERT_FALSE(detail_.attempts().isEmpty());
  const auto facts = detail_.summary();
  EXPECT_TRUE(
      std::any_of(facts.begin(), facts.end(), [&](const QVariant& fact) { return fact.toMap()["value"] == id; }));
}

TEST_F(RequestDetailTest, StatesCauseAndNextStepOfAFailure) {
  const QString id = Find(MonitorModel::FailedRole, true);
  ASSERT_FALSE(id.isEmpty());
  Show(id);
  EXPECT_FALSE(detail_.cause().isEmpty());
  EXPECT_FALSE(detail_.causeText().isEmpty());
  EXPECT_FALSE(detail_.hint().isEmpty());
}

TEST_F(RequestDetailTest, PlacesAttemptsWithinTheRequest) {
  const QString id = Find(MonitorModel::AttemptsRole, 2);
  ASSERT_FALSE(id.isEmpty());
  Show(id);
  ASSERT_EQ(detail_.attempts().size(), 2);
  const QVariantMap first = detail_.attempts()[0].toMap();
  const QVariantMap second = detail_.attempts()[1].toMap();
  EXPECT_EQ(first["startFraction"].toDouble(), 0.0);
  EXPECT_TRUE(first["failed"].toBool());
  EXPECT_GT(second["startFraction"].toDouble(), 0.0);
  EXPECT_NEAR(second["startFraction"].toDouble(), first["widthFraction"].toDouble(), 0.01);
  EXPECT_LE(second["startFraction"].toDouble() + second["widthFraction"].toDouble(), 1.0);
  EXPECT_LT(second["headFraction"].toDouble(), 1.0);
  EXPECT_EQ(second["why"], "Stands in: the conversation's own account could not serve");
}

TEST_F(RequestDetailTest, SaysWhyNoAccountWasLeft) {
  QStringList told;
  for (int row = 0; row < monitor_.rowCount() && told.isEmpty(); ++row) {
    Show(monitor_.idAt(row));
    for (const QVariant& fact : detail_.passedOver()) told << fact.toMap()["value"].toString();
  }
  ASSERT_EQ(told.size(), 2);
  EXPECT_TRUE(told[0].endsWith(": has failed for this request")) << told[0].toStdString();
  EXPECT_TRUE(told[1].contains(": cooling down, until ")) << told[1].toStdString();
}

TEST_F(RequestDetailTest, SaysWhatTheTranslationLost) {
  const QString id = Find(MonitorModel::TranslatedRole, true);
  ASSERT_FALSE(id.isEmpty());
  Show(id);
  if (!detail_.cause().isEmpty()) GTEST_SKIP() << "the made-up request failed before its translation";
  EXPECT_FALSE(detail_.losses().isEmpty());
}

TEST_F(RequestDetailTest, MakesACurlCommandForTheClientsApi) {
  const QString id = Find(MonitorModel::DialectsRole, "Gemini");
  ASSERT_FALSE(id.isEmpty());
  Show(id);
  const QString command = detail_.curl();
  EXPECT_TRUE(command.contains(backend_.baseUrl() + "/v1beta/models/gemini-3-flash:")) << command.toStdString();
  EXPECT_TRUE(command.contains("x-goog-api-key"));
  EXPECT_TRUE(command.contains("'User-Agent: GeminiCLI/0.19.1'"));
  EXPECT_TRUE(command.contains("body.json"));
}

TEST_F(RequestDetailTest, SaysThatARecordIsGone) {
  Show("req_of_long_ago");
  EXPECT_FALSE(detail_.error().isEmpty());
  EXPECT_TRUE(detail_.title().isEmpty());
}

TEST_F(RequestDetailTest, IgnoresAnAnswerToAnEarlierQuestion) {
  const QString first = monitor_.idAt(0);
  const QString second = monitor_.idAt(1);
  detail_.show(first);
  Show(second);
  const auto facts = detail_.summary();
  EXPECT_TRUE(
      std::any_of(facts.begin(), facts.end(), [&](const QVariant& fact) { return fact.toMap()["value"] == second; }));
}

TEST_F(RequestDetailTest, CallsAClientKeyByItsName) {
  while (!keys_.loaded() && QSignalSpy(&keys_, &ClientKeyModel::changed).wait(kLongMs)) {
  }
  Show(WithKey("key_1"));
  EXPECT_EQ(KeyText(), "laptop");
  QSignalSpy changed(&detail_, &RequestDetail::changed);
  keys_.remove("key_1");
  ASSERT_TRUE(!changed.isEmpty() || changed.wait(kLongMs));
  EXPECT_EQ(KeyText(), "key_1 (removed)");
  toasts_.undoNewest();
  while (KeyText() != "laptop" && changed.wait(kLongMs)) {
  }
  EXPECT_EQ(KeyText(), "laptop");
}

TEST_F(RequestDetailTest, CallsAKeyThatIsGoneByItsId) {
  while (!keys_.loaded() && QSignalSpy(&keys_, &ClientKeyModel::changed).wait(kLongMs)) {
  }
  Show(WithKey("key_99"));
  EXPECT_EQ(KeyText(), "key_99 (removed)");
  Show(WithKey(""));
  EXPECT_EQ(KeyText(), "primary key, or none");
}

TEST_F(RequestDetailTest, Closes) {
  Show(monitor_.idAt(0));
  detail_.close();
  EXPECT_FALSE(detail_.open());
  EXPECT_TRUE(detail_.attempts().isEmpty());
}

TEST(RequestDetailAlone, SaysThatTheDaemonIsGone) {
  Backend backend;
  Toasts toasts;
  ClientKeyModel keys(backend, toasts);
  RequestDetail detail(backend, keys);
  detail.show("req_1");
  EXPECT_FALSE(detail.loading());
  EXPECT_FALSE(detail.error().isEmpty());
}

}  // namespace
}  // namespace ag::gui
