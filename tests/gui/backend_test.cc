#include "gui/app/backend.h"

#include <gtest/gtest.h>

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include "gui/app/health_check.h"
#include "gui/demo/demo_server.h"
#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

constexpr int kPatienceMs = 10'000;

client::ControlClientOptions To(const DemoServer& server) {
  client::ControlClientOptions options;
  options.target = server.target().toStdString();
  return options;
}

bool Becomes(Backend& backend, Backend::Connection connection) {
  return QTest::qWaitFor([&] { return backend.connection() == connection; }, kPatienceMs);
}

TEST(BackendTest, KnowsADaemonAndItsProxy) {
  DemoServer server({.past_requests = 5, .requests_per_second = 0});
  Backend backend;
  QSignalSpy resynced(&backend, &Backend::resynced);
  QSignalSpy replaced(&backend, &Backend::requestsReplaced);
  backend.Connect(To(server));
  ASSERT_TRUE(Becomes(backend, Backend::Connected));
  EXPECT_EQ(backend.version(), QStringLiteral(AG_VERSION));
  EXPECT_EQ(resynced.count(), 1);
  EXPECT_EQ(replaced.count(), 1);
  EXPECT_TRUE(QTest::qWaitFor([&] { return backend.proxyRunning(); }, kPatienceMs));
  EXPECT_EQ(backend.baseUrl(), "http://127.0.0.1:8045");
  backend.stopProxy();
  EXPECT_TRUE(backend.proxyBusy());
  EXPECT_TRUE(QTest::qWaitFor([&] { return !backend.proxyBusy() && !backend.proxyRunning(); }, kPatienceMs));
}

TEST(BackendTest, TellsOfTheLastRequestThatFailed) {
  DemoServer server({.past_requests = 1, .requests_per_second = 0});
  Backend backend;
  QString failed;  // the last one that did, of a fault that is not the client's
  QObject::connect(&backend, &Backend::requestsArrived, &backend, [&](const std::shared_ptr<const RequestBatch>& rows) {
    for (const RequestRow& row : *rows) {
      if (row.failed() && row.error_kind != "client_left") failed = row.id;
    }
  });
  backend.Connect(To(server));
  ASSERT_TRUE(Becomes(backend, Backend::Connected));
  EXPECT_EQ(backend.lastError(), "");
  server.Emit(400);
  ASSERT_TRUE(QTest::qWaitFor([&] { return !failed.isEmpty(); }, kPatienceMs));
  EXPECT_EQ(backend.lastErrorId(), failed);
  EXPECT_NE(backend.lastError(), "");
  server.Restart();
  backend.Connect(To(server));
  EXPECT_EQ(backend.lastError(), "") << "another daemon's";
}

TEST(BackendTest, SaysWithinASecondThatTheDaemonIsGoneAndFindsTheNextOne) {
  DemoServer server({.past_requests = 1, .requests_per_second = 0});
  Backend backend;
  QSignalSpy resynced(&backend, &Backend::resynced);
  backend.Connect(To(server));
  ASSERT_TRUE(Becomes(backend, Backend::Connected));
  server.Kill();
  EXPECT_TRUE(QTest::qWaitFor([&] { return backend.connection() == Backend::Lost; }, 1'000));
  EXPECT_FALSE(backend.connectionError().isEmpty());
  server.Restart();
  EXPECT_TRUE(Becomes(backend, Backend::Connected));
  EXPECT_EQ(resynced.count(), 2) << "another instance: everything is read again";
}

TEST(BackendTest, SaysWithinSecondsThatTheDaemonHangsAndRecovers) {
  DemoServer server({.past_requests = 1, .requests_per_second = 0});
  Backend backend;
  QSignalSpy resynced(&backend, &Backend::resynced);
  backend.Connect(To(server));
  ASSERT_TRUE(Becomes(backend, Backend::Connected));
  server.Hang(true);
  EXPECT_TRUE(QTest::qWaitFor([&] { return backend.connection() == Backend::Lost; }, 6'000));
  EXPECT_TRUE(backend.connectionError().contains("does not answer")) << backend.connectionError().toStdString();
  server.Hang(false);
  EXPECT_TRUE(QTest::qWaitFor([&] { return backend.connected(); }, 2'000));
  EXPECT_EQ(resynced.count(), 2) << "what happened meanwhile is read";
}

TEST(BackendTest, SaysThatADaemonHangsFromTheStart) {
  DemoServer server({.past_requests = 1, .requests_per_second = 0});
  server.Hang(true);
  Backend backend;
  backend.Connect(To(server));
  EXPECT_TRUE(QTest::qWaitFor([&] { return !backend.connectionError().isEmpty(); }, 6'000));
  EXPECT_EQ(backend.connection(), Backend::Connecting);
  server.Hang(false);
  EXPECT_TRUE(Becomes(backend, Backend::Connected));
}

TEST(BackendTest, RefusesADaemonOfAnotherVersion) {
  DemoServer server({.past_requests = 1, .requests_per_second = 0, .version = "0.9.3"});
  Backend backend;
  QSignalSpy resynced(&backend, &Backend::resynced);
  backend.Connect(To(server));
  ASSERT_TRUE(Becomes(backend, Backend::Refused));
  EXPECT_TRUE(backend.connectionError().contains("0.9.3"));
  EXPECT_TRUE(backend.connectionError().contains(AG_VERSION));
  EXPECT_EQ(resynced.count(), 0) << "no page asks it anything";
  server.Kill();
  EXPECT_TRUE(Becomes(backend, Backend::Connecting)) << "it does not run any more";
}

// Answers each connection with `reply` and closes.
class Answerer : public QTcpServer {
 public:
  explicit Answerer(QByteArray reply) : reply_(std::move(reply)) {
    listen(QHostAddress::LocalHost);
    connect(this, &QTcpServer::newConnection, this, [this] {
      QTcpSocket* socket = nextPendingConnection();
      connect(socket, &QTcpSocket::readyRead, socket, [this, socket] {
        asked_ += socket->readAll();
        socket->write(reply_);
        socket->disconnectFromHost();
      });
    });
  }
  QString url() const { return QStringLiteral("http://127.0.0.1:%1").arg(serverPort()); }
  const QByteArray& asked() const { return asked_; }

 private:
  const QByteArray reply_;
  QByteArray asked_;
};

TEST(HealthCheckTest, ProvesThatTheAddressAnswers) {
  Answerer gateway("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
  Backend backend;
  HealthCheck health(backend);
  health.ask(gateway.url());
  EXPECT_TRUE(QTest::qWaitFor([&] { return health.answers(); }, kPatienceMs));
  EXPECT_TRUE(gateway.asked().startsWith("GET /healthz HTTP/1.1")) << gateway.asked().toStdString();
  EXPECT_EQ(health.error(), "");
}

TEST(HealthCheckTest, SaysWhatIsWrongWithTheAddress) {
  Answerer stranger("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  Backend backend;
  HealthCheck health(backend);
  health.ask(stranger.url());
  EXPECT_TRUE(QTest::qWaitFor([&] { return !health.error().isEmpty(); }, kPatienceMs));
  EXPECT_TRUE(health.error().contains("another program")) << health.error().toStdString();
  const QString url = stranger.url();
  stranger.close();
  health.ask(url);
  EXPECT_TRUE(QTest::qWaitFor([&] { return health.error().contains("did not answer"); }, kPatienceMs));
  EXPECT_FALSE(health.answers());
}

}  // namespace
}  // namespace ag::gui
