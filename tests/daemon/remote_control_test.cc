#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "tests/daemon/daemon.h"
#include "tests/fakes/tls_identity.h"

// The control service over TCP, as two processes use it.
namespace ag::test {
namespace {

using testing::HasSubstr;

constexpr char kToken[] = "0123456789abcdef0123456789abcdef";

class RemoteControl : public testing::Test {
 protected:
  RemoteControl() {
    WriteFile(File("ca.pem"), identity_.ca_pem());
    WriteFile(File("cert.pem"), identity_.certificate_pem());
    WriteFile(File("key.pem"), identity_.key_pem());
    WriteFile(File("token"), std::string(kToken) + "\n");
    EXPECT_EQ(::chmod(File("token").c_str(), 0600), 0);
  }
  std::string File(const std::string& name) const { return home_.folder().File(name); }
  // Beside the home's own socket.
  DaemonOptions OnTcp() const {
    DaemonOptions options;
    options.arguments = {"--control",     "tcp:127.0.0.1:0", "--control-cert",       File("cert.pem"),
                         "--control-key", File("key.pem"),   "--control-token-file", File("token")};
    return options;
  }

  DaemonHome home_;
  TlsIdentity identity_;
};

TEST_F(RemoteControl, AgctlComesInByTcpWithTheTokenAndByTheSocketWithout) {
  Daemon daemon(home_, OnTcp());
  const std::string line = daemon.process().WaitForLine("(port ");
  const auto at = line.find("(port ") + 6;
  const std::string target = "tcp:localhost:" + line.substr(at, line.find(')', at) - at);
  ASSERT_NE(daemon.port(), 0);
  Launch remote = home_.ForAgctl({"status"});
  remote.command = {remote.command.front(), "--control-ca", File("ca.pem"), "status"};
  remote.environment.push_back("AG_CONTROL=" + target);
  const Finished untold = RunToEnd(remote);
  EXPECT_EQ(untold.code, 1);
  EXPECT_THAT(untold.err, HasSubstr("--control-token-file"));
  remote.environment.push_back("AG_CONTROL_TOKEN_FILE=" + File("token"));
  const Finished told = RunToEnd(remote);
  EXPECT_EQ(told.code, 0) << told.err;
  EXPECT_EQ(home_.Agctl({"status"}).code, 0);
  EXPECT_EQ(daemon.Stop().code, 0);
}

TEST_F(RemoteControl, IsRefusedAtStartWithoutAllThatItNeeds) {
  DaemonOptions options = OnTcp();
  options.arguments.resize(2);
  const Finished bare = RunToEnd(home_.ForGatewayd(options));
  EXPECT_EQ(bare.code, 1);
  EXPECT_THAT(bare.err, HasSubstr("give --control-cert FILE"));
  EXPECT_EQ(::chmod(File("token").c_str(), 0644), 0);
  const Finished open = RunToEnd(home_.ForGatewayd(OnTcp()));
  EXPECT_EQ(open.code, 1);
  EXPECT_THAT(open.err, HasSubstr("chmod 600 " + File("token")));
}

}  // namespace
}  // namespace ag::test
