#include "gatewayd/control/tcp_control.h"

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <memory>
#include <string>

#include "gatewayd/base/error.h"
#include "tests/control/remote_control.h"

namespace ag::test {
namespace {

namespace v1 = client::v1;
using testing::HasSubstr;

std::string Words(const absl::Status& status) { return std::string(status.message()); }

class TcpControl : public testing::Test, protected RemoteControl {
 protected:
  std::string Address() { return "localhost:" + std::to_string(harness().tcp_port()); }
  // A program of somebody else's: without a token, or without TLS.
  grpc::Status AskBare(const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
    const auto stub = v1::ProxyService::NewStub(grpc::CreateChannel(Address(), credentials));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(3));
    v1::GetServerInfoResponse response;
    return stub->GetServerInfo(&context, {}, &response);
  }
};

TEST_F(TcpControl, ServesWhoKnowsTheTokenAndTheCertificate) {
  client::ControlClient remote(Options());
  const auto info = remote.GetServerInfo();
  ASSERT_TRUE(info.ok()) << info.status().message();
  EXPECT_EQ(info->version(), "9.9.9");
  EXPECT_TRUE(harness().client().GetServerInfo().ok()) << "the socket stays beside it";
}

TEST_F(TcpControl, RefusesAWrongTokenAndNone) {
  client::ControlClientOptions options = Options();
  options.token = "0123456789abcdef0123456789abcdeX";
  client::ControlClient stranger(options);
  const auto refused = stranger.GetServerInfo().status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnauthenticated) << refused.message();
  EXPECT_THAT(Words(refused), HasSubstr("not the one that this gatewayd was started with"));
  EXPECT_EQ(Words(refused).find(kControlToken), std::string::npos);
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = identity().ca_pem();
  EXPECT_EQ(AskBare(grpc::SslCredentials(tls)).error_code(), grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(TcpControl, AsksTheTokenOfTheHealthServiceToo) {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = identity().ca_pem();
  const auto channel = grpc::CreateChannel(Address(), grpc::SslCredentials(tls));
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(3));
  grpc::CompletionQueue queue;
  const grpc::Slice nothing("", 0);
  const auto call =
      stub.PrepareUnaryCall(&context, "/grpc.health.v1.Health/Check", grpc::ByteBuffer(&nothing, 1), &queue);
  call->StartCall();
  grpc::ByteBuffer reply;
  grpc::Status status;
  call->Finish(&reply, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  ASSERT_TRUE(queue.Next(&tag, &ok));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
}

TEST_F(TcpControl, AStrangersCertificateIsNotTrusted) {
  const TlsIdentity other;
  WriteFile(files().File("ca.pem"), other.ca_pem());
  client::ControlClient misled(Options());
  EXPECT_EQ(misled.GetServerInfo().status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(TcpControl, SpeaksToNobodyInPlainText) {
  EXPECT_EQ(AskBare(grpc::InsecureChannelCredentials()).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TcpControl, TheClientSaysWhatItLacks) {
  client::ControlClientOptions options = Options();
  options.token.clear();
  EXPECT_THAT(Words(client::ControlClient(options).GetServerInfo().status()), HasSubstr("--control-token-file"));
  options = Options();
  options.ca_file = files().File("none.pem");
  EXPECT_THAT(Words(client::ControlClient(options).GetServerInfo().status()), HasSubstr("none.pem"));
}

TEST_F(TcpControl, IsReadFromFilesAllOrNothing) {
  config::ControlConfig config;
  EXPECT_EQ(control::ReadTcpControl(config)->has_value(), false);
  const auto refusal = [&config] {
    const auto read = control::ReadTcpControl(config);
    return read.ok() ? std::string("accepted") : DetailOf(read.status()).param + ": " + Words(read.status());
  };
  config.address = "127.0.0.1";
  EXPECT_THAT(refusal(), HasSubstr("HOST:PORT"));
  config.address = "127.0.0.1:8046";
  EXPECT_THAT(refusal(), HasSubstr("give --control-cert FILE"));
  config.cert_file = files().File("ca.pem");
  EXPECT_THAT(refusal(), HasSubstr("give --control-key FILE"));
  config.key_file = files().File("key.pem");
  EXPECT_THAT(refusal(), HasSubstr("give --control-token-file FILE"));
  config.token_file = files().File("token");
  EXPECT_THAT(refusal(), HasSubstr("control.key_file: "));
  WriteFile(config.key_file, identity().key_pem());
  EXPECT_THAT(refusal(), HasSubstr("control.token_file: "));
  WriteFile(config.token_file, std::string(kControlToken) + "\n");
  ASSERT_EQ(::chmod(config.token_file.c_str(), 0644), 0);
  EXPECT_THAT(refusal(), HasSubstr("chmod 600"));
  ASSERT_EQ(::chmod(config.token_file.c_str(), 0600), 0);
  const auto read = control::ReadTcpControl(config);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ((*read)->token.Reveal(), kControlToken);
  WriteFile(config.token_file, "short\n");
  EXPECT_THAT(refusal(), HasSubstr("at least 16"));
}

TEST_F(TcpControl, DoesNotStartOnAnAddressThatIsTaken) {
  const std::string taken = "127.0.0.1:" + std::to_string(harness().tcp_port());
  ControlHarness other;
  other.StopServer();
  const absl::Status refused = other.TryStartServer(Listening(taken));
  EXPECT_THAT(Words(refused), HasSubstr(taken));
}

}  // namespace
}  // namespace ag::test
