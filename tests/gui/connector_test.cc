#include "gui/app/connector.h"

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>
#include <memory>
#include <string>

#include "gui/app/backend.h"
#include "gui/app/preferences.h"
#include "gui/models/connection_text.h"
#include "proto/client/control_client.h"
#include "tests/fakes/tls_identity.h"

namespace ag::gui {
namespace {

namespace v1 = client::v1;

constexpr char kToken[] = "0123456789abcdef0123456789abcdef";

// A daemon on another machine: TLS for "localhost", and a token.
class RemoteGateway final : public v1::ProxyService::Service {
 public:
  RemoteGateway() {
    grpc::SslServerCredentialsOptions tls;
    tls.pem_key_cert_pairs.push_back({identity.key_pem(), identity.certificate_pem()});
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &port);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }

  grpc::Status GetServerInfo(grpc::ServerContext* context, const v1::GetServerInfoRequest* /*request*/,
                             v1::GetServerInfoResponse* response) override {
    const auto& metadata = context->client_metadata();
    const auto found = metadata.find("authorization");
    const std::string held = found == metadata.end() ? "" : std::string(found->second.data(), found->second.size());
    if (held != std::string("Bearer ") + kToken) return {grpc::StatusCode::UNAUTHENTICATED, "another token"};
    response->set_version(AG_VERSION);
    return grpc::Status::OK;
  }

  const test::TlsIdentity identity;
  int port = 0;

 private:
  std::unique_ptr<grpc::Server> server_;
};

class ConnectorTest : public testing::Test {
 protected:
  ConnectorTest() {
    // Whatever runs on this machine is none of the tests' business.
    qputenv("AG_CONTROL", "unix:/nonexistent/control.sock");
    Write("ca.pem", gateway_.identity.ca_pem(), true);
    connector_.Start({"unix:" + folder_.filePath("none.sock"), {}, {}});
  }
  ~ConnectorTest() override { qunsetenv("AG_CONTROL"); }

  QString Write(const QString& name, const std::string& content, bool readable) {
    QFile file(folder_.filePath(name));
    EXPECT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(content));
    file.setPermissions(readable ? QFile::ReadOwner | QFile::WriteOwner | QFile::ReadOther
                                 : QFile::ReadOwner | QFile::WriteOwner);
    return file.fileName();
  }
  QString Address() const { return QStringLiteral("localhost:%1").arg(gateway_.port); }
  QString Ca() const { return folder_.filePath("ca.pem"); }
  QString OwnFile() const { return folder_.filePath("control.token"); }
  // Empty when it went well.
  QString Try(const QString& address, const QString& ca, const QString& token, const QString& token_file = {}) {
    connector_.useRemote(address, ca, token, token_file);
    EXPECT_TRUE(QTest::qWaitFor([this] { return !connector_.busy(); }, 20'000));
    return connector_.error().isEmpty() ? QString() : connector_.errorField() + ": " + connector_.error();
  }

  QTemporaryDir folder_;
  RemoteGateway gateway_;
  Preferences preferences_{folder_.filePath("desktop.ini")};
  Backend backend_;
  Connector connector_{backend_, preferences_};
};

TEST_F(ConnectorTest, KeepsATokenWhereOthersCannotReadIt) {
  EXPECT_EQ(Try(" tcp:" + Address(), Ca(), kToken), "");
  EXPECT_EQ(backend_.target(), "tcp:" + Address());
  EXPECT_FALSE(backend_.local());
  QFile own(OwnFile());
  ASSERT_TRUE(own.open(QIODevice::ReadOnly));
  EXPECT_EQ(own.readAll().trimmed(), kToken);
  const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
  EXPECT_EQ(static_cast<int>(own.permissions() & others), 0);
  QFile settings(folder_.filePath("desktop.ini"));
  ASSERT_TRUE(QTest::qWaitFor([&settings] { return settings.exists(); }, 10'000)) << "stored soon";
  ASSERT_TRUE(settings.open(QIODevice::ReadOnly));
  EXPECT_FALSE(settings.readAll().contains(kToken));

  // The next start finds it again, unless the environment says otherwise.
  qunsetenv("AG_CONTROL");
  Backend again;
  Connector next(again, preferences_);
  next.Start({});
  EXPECT_EQ(next.error(), "");
  EXPECT_EQ(again.target(), "tcp:" + Address());
  EXPECT_EQ(next.address(), Address());
  EXPECT_EQ(next.caFile(), Ca());
  EXPECT_EQ(next.tokenFile(), OwnFile());
  qputenv("AG_CONTROL", "unix:/nonexistent/control.sock");
  next.Start({});
  EXPECT_EQ(again.target(), "unix:/nonexistent/control.sock");

  connector_.useLocal();
  EXPECT_EQ(backend_.target(), "unix:/nonexistent/control.sock");
  EXPECT_FALSE(QFile::exists(OwnFile())) << "of no use any more";
}

TEST_F(ConnectorTest, TakesATokenFile) {
  const QString file = Write("token", std::string(kToken) + "\n", false);
  EXPECT_EQ(Try(Address(), Ca(), "", file), "");
  EXPECT_EQ(connector_.tokenFile(), file);
  EXPECT_FALSE(QFile::exists(OwnFile()));
}

TEST_F(ConnectorTest, SaysPlainlyWhatIsWrong) {
  const QString before = backend_.target();
  EXPECT_TRUE(Try("gateway.lan", Ca(), kToken).startsWith("address: ")) << "no port";
  EXPECT_TRUE(Try(":8046", Ca(), kToken).startsWith("address: ")) << "no name";
  EXPECT_TRUE(Try(Address(), folder_.filePath("missing.pem"), kToken).startsWith("caFile: "));
  EXPECT_TRUE(Try(Address(), Ca(), "").startsWith("token: ")) << "none";
  EXPECT_TRUE(Try(Address(), Ca(), "", Write("open", kToken, true)).contains("chmod 600"));
  EXPECT_TRUE(Try(Address(), Ca(), "", folder_.filePath("missing")).startsWith("tokenFile: "));
  EXPECT_TRUE(Try(Address(), Ca(), "another-token-of-some-length").startsWith("token: "));
  const test::TlsIdentity stranger;
  EXPECT_TRUE(Try(Address(), Write("other.pem", stranger.ca_pem(), true), kToken).startsWith("caFile: "))
      << connector_.error().toStdString();
  EXPECT_TRUE(Try(Address(), "", kToken).startsWith("caFile: ")) << connector_.error().toStdString();
  EXPECT_TRUE(Try("localhost:1", Ca(), kToken).startsWith("address: ")) << connector_.error().toStdString();
  EXPECT_EQ(backend_.target(), before) << "nothing is taken that has not answered";
  EXPECT_FALSE(QFile::exists(OwnFile()));
  EXPECT_EQ(preferences_.value("control/target", "").toString(), "");
  connector_.reset();
  EXPECT_EQ(connector_.error(), "");
}

TEST_F(ConnectorTest, TellsOfATokenFileThatCannotBeUsedAtStart) {
  connector_.Start({"tcp:" + Address(), Ca(), folder_.filePath("missing")});
  EXPECT_EQ(connector_.errorField(), "tokenFile");
  EXPECT_TRUE(connector_.error().contains("missing"));
}

TEST(ConnectionText, KeepsTheClientsWordsOnASocket) {
  EXPECT_EQ(ExplainConnection(absl::UnavailableError("as it is"), "unix:/x").text, "as it is");
  EXPECT_EQ(ExplainConnection(absl::InternalError("odd"), "tcp:a:1").text, "odd");
}

}  // namespace
}  // namespace ag::gui
