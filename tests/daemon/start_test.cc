// Bad starts: a clear error, the exit code, and nothing overwritten.
#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/daemon/daemon.h"
#include "tests/support/http_client.h"
#include "tests/support/socket.h"

namespace ag::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr uid_t kNobody = 65534;

class Start : public testing::Test {
 protected:
  Finished RunGatewayd(const DaemonOptions& options = {}) const { return RunToEnd(home_.ForGatewayd(options)); }
  // A complete data folder, and the daemon ended well.
  void FillFolder() {
    Daemon daemon(home_);
    daemon.port();
    EXPECT_EQ(daemon.Stop().code, 0);
  }
  // Starts again with this file in place of its own: refused with words that hold its path, and kept to the byte.
  std::string RefusalOf(const std::string& name, const std::string& content) {
    WriteFile(home_.File(name), content);
    const Finished finished = RunGatewayd();
    EXPECT_EQ(finished.code, kFailed);
    EXPECT_THAT(finished.err, HasSubstr("gatewayd: "));
    EXPECT_THAT(finished.err, HasSubstr(home_.File(name)));
    EXPECT_TRUE(ReadFile(home_.File(name)) == content) << name << " was changed";
    return finished.err;
  }

  DaemonHome home_;
};

TEST_F(Start, HelpAndVersionSucceed) {
  const Finished help = RunToEnd(home_.ForGatewayd(std::vector<std::string>{"--help"}));
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, AllOf(HasSubstr("--data-dir"), HasSubstr("--http-port"), HasSubstr("--sandbox")));
  const Finished version = RunToEnd(home_.ForGatewayd(std::vector<std::string>{"--version"}));
  EXPECT_EQ(version.code, 0);
  EXPECT_THAT(version.out, StartsWith("gatewayd "));
}

TEST_F(Start, WhatTheCommandLineCannotMeanIsAUsageError) {
  const std::vector<std::vector<std::string>> lines{
      {"--no-such-flag"},
      {"--http-port", "70000"},
      {"--http-port", "many"},
      {"--log-level", "loud"},
      {"--data-dir"},
      {"surplus"},
      {"--control", "/tmp/no-unix"},
      {"--control", "unix:"},
  };
  for (const auto& line : lines) {
    DaemonOptions options;
    options.port.clear();
    Launch launch = home_.ForGatewayd(options);
    launch.command.insert(launch.command.end(), line.begin(), line.end());
    const Finished finished = RunToEnd(launch);
    EXPECT_EQ(finished.code, kUsage) << line.front() << ": " << finished.err;
    EXPECT_THAT(finished.err, HasSubstr(line.front()));
  }
  EXPECT_FALSE(std::filesystem::exists(home_.data_dir()));
}

TEST_F(Start, ADamagedConfigNamesThePlaceAndIsKept) {
  FillFolder();
  const std::string error = RefusalOf("config.json", "{\n  \"proxy\": {\"port\": 80");
  EXPECT_THAT(error, HasSubstr("line 2, column "));
}

TEST_F(Start, AConfigThatIsNoneIsRefusedAndKept) {
  FillFolder();
  RefusalOf("config.json", "[1, 2, 3]\n");
  RefusalOf("config.json", std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16));
  RefusalOf("config.json", std::string("\0", 1));
  EXPECT_THAT(RefusalOf("config.json", R"({"proxy":{"port":"many"}})"), HasSubstr("proxy.port"));
  EXPECT_THAT(RefusalOf("config.json", R"({"proxy":{"auth_mode":"sometimes"}})"), HasSubstr("all_except_health"));
}

TEST_F(Start, UnknownSettingsOfAConfigAreKeptAndSaid) {
  FillFolder();
  const std::string config = R"({"proxy":{"prot":9000},"of_another_program":{"deep":[1,2.50]}})";
  WriteFile(home_.File("config.json"), config);
  Daemon daemon(home_);
  daemon.port();
  EXPECT_EQ(home_.Agctl({"config", "set", "proxy.max_attempts", "3"}).code, 0);
  const Finished finished = daemon.Stop();
  EXPECT_EQ(finished.code, 0);
  EXPECT_THAT(finished.err, HasSubstr("did you mean proxy.port?"));
  const std::string after = ReadFile(home_.File("config.json"));
  EXPECT_THAT(after, HasSubstr("\"prot\": 9000"));
  EXPECT_THAT(after, HasSubstr(R"("of_another_program": {"deep":[1,2.50]})"));
  EXPECT_THAT(after, HasSubstr("\"max_attempts\""));
}

TEST_F(Start, ADamagedDatabaseIsRefusedAndKept) {
  FillFolder();
  for (const std::string name : {"gateway.db", "traffic.db"}) {
    const std::string good = ReadFile(home_.File(name));
    ASSERT_GT(good.size(), 8192U);
    std::string damaged = good;
    // Behind the header and the schema: what is there is found by the checks only.
    damaged.replace(4096, damaged.size() - 4096, damaged.size() - 4096, '\xa5');
    EXPECT_THAT(RefusalOf(name, damaged), AllOf(HasSubstr("is damaged"), HasSubstr("left as it is")));
    EXPECT_THAT(RefusalOf(name, good.substr(0, good.size() / 2)), HasSubstr("is damaged"));
    WriteFile(home_.File(name), good);
  }
  FillFolder();
}

TEST_F(Start, ADatabaseOfAnotherProgramIsRefusedAndKept) {
  FillFolder();
  const std::string good = ReadFile(home_.File("gateway.db"));
  std::string foreign = good;
  foreign.replace(68, 4, "MPRG");  // the application id: https://www.sqlite.org/fileformat2.html#the_database_header
  EXPECT_THAT(RefusalOf("gateway.db", foreign), HasSubstr("belongs to another program"));
  EXPECT_THAT(RefusalOf("gateway.db", "my diary\n"), HasSubstr("is not a database file"));
  EXPECT_THAT(RefusalOf("gateway.db", ReadFile(home_.File("traffic.db"))), HasSubstr("belongs to another program"));
}

TEST_F(Start, ADatabaseOfANewerVersionIsRefusedAndKept) {
  FillFolder();
  std::string newer = ReadFile(home_.File("gateway.db"));
  newer.replace(60, 4, std::string("\0\0\x03\xe7", 4));  // user_version 999
  EXPECT_THAT(RefusalOf("gateway.db", newer), AllOf(HasSubstr("newer version"), HasSubstr("999")));
}

TEST_F(Start, APortInUseSaysWhose) {
  const ListenSocket holder;
  DaemonOptions options;
  options.port = std::to_string(holder.port());
  const Finished finished = RunGatewayd(options);
  EXPECT_EQ(finished.code, kFailed);
  EXPECT_THAT(finished.err, HasSubstr(absl::StrCat("127.0.0.1:", options.port)));
  EXPECT_THAT(finished.err, HasSubstr(absl::StrCat("(pid ", getpid(), ")")));
}

// A listening socket of ::1 on a port that is free on 127.0.0.1; -1 on a machine without IPv6.
int ListenOnIpv6Only(std::uint16_t& port) {
  const int fd = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  for (int attempt = 0; fd >= 0 && attempt < 20; ++attempt) {
    const ListenSocket free_port;
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    address.sin6_port = htons(free_port.port());
    port = free_port.port();
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 && ::listen(fd, 1) == 0) return fd;
  }
  if (fd >= 0) ::close(fd);
  return -1;
}

TEST_F(Start, APortInUseOnIpv6OnlyIsSaidToo) {
  std::uint16_t port = 0;
  const int holder = ListenOnIpv6Only(port);
  if (holder < 0) GTEST_SKIP() << "this machine has no IPv6";
  DaemonOptions options;
  options.port = std::to_string(port);
  Daemon daemon(home_, options);
  EXPECT_EQ(daemon.port(), port);
  EXPECT_THAT(daemon.Stop().err, HasSubstr(absl::StrCat("(pid ", getpid(), ")")));
  ::close(holder);
}

TEST_F(Start, ASecondDaemonOnTheFolderIsRefusedWithThePidOfTheFirst) {
  Daemon first(home_);
  const std::uint16_t port = first.port();
  const Finished second = RunGatewayd();
  EXPECT_EQ(second.code, kFailed);
  EXPECT_THAT(second.err, HasSubstr(absl::StrCat("(pid ", first.process().pid(), ")")));
  EXPECT_EQ(HttpGet(port, "/v1/models").status, 200);
  EXPECT_EQ(home_.Agctl({"status"}).code, 0);
}

TEST_F(Start, ASecondDaemonDoesNotTakeTheControlSocketOfTheFirst) {
  Daemon first(home_);
  first.port();
  const Finished second = RunToEnd(home_.ForGatewayd(std::vector<std::string>{
      "--data-dir", home_.folder().File("other"), "--control", "unix:" + home_.socket(), "--http-port", "0"}));
  EXPECT_EQ(second.code, kFailed);
  EXPECT_THAT(second.err, HasSubstr(home_.socket()));
  EXPECT_THAT(second.err, HasSubstr(absl::StrCat("(pid ", first.process().pid(), ")")));
  EXPECT_EQ(home_.Agctl({"status"}).code, 0);
  EXPECT_EQ(first.Stop().code, 0);
}

TEST_F(Start, TheSocketOfAKilledDaemonIsReplaced) {
  {
    Daemon killed(home_);
    killed.port();
    killed.process().Signal(SIGKILL);
    EXPECT_EQ(killed.process().Wait().code, 128 + SIGKILL);
  }
  EXPECT_TRUE(std::filesystem::exists(home_.socket()));
  Daemon next(home_);
  next.port();
  EXPECT_EQ(home_.Agctl({"status"}).code, 0);
}

TEST_F(Start, AFileInTheSocketsPlaceIsKept) {
  WriteFile(home_.socket(), "my notes");
  const Finished finished = RunGatewayd();
  EXPECT_EQ(finished.code, kFailed);
  EXPECT_THAT(finished.err, HasSubstr(home_.socket()));
  EXPECT_EQ(ReadFile(home_.socket()), "my notes");
}

TEST_F(Start, AFolderWithoutRightsIsRefused) {
  const bool root = geteuid() == 0;
  DaemonOptions options;
  options.user = root ? kNobody : 0;
  ASSERT_EQ(::chmod(home_.folder().path().c_str(), 0755), 0);
  // It may be read but not written.
  ASSERT_EQ(::mkdir(home_.data_dir().c_str(), 0700), 0);
  ASSERT_EQ(::chmod(home_.data_dir().c_str(), 0555), 0);
  const Finished closed = RunGatewayd(options);
  if (closed.code == ChildProcess::kNoUser) GTEST_SKIP() << "this process may not become another user";
  EXPECT_EQ(closed.code, kFailed);
  EXPECT_THAT(closed.err, AllOf(HasSubstr(home_.data_dir()), HasSubstr("Permission denied")));
  EXPECT_THAT(closed.err, HasSubstr("--data-dir"));
  EXPECT_TRUE(std::filesystem::is_empty(home_.data_dir()));
  ASSERT_EQ(::rmdir(home_.data_dir().c_str()), 0);
  // It cannot even be made.
  ASSERT_EQ(::chmod(home_.folder().path().c_str(), 0555), 0);
  const Finished unmade = RunGatewayd(options);
  ::chmod(home_.folder().path().c_str(), 0755);
  EXPECT_EQ(unmade.code, kFailed);
  EXPECT_THAT(unmade.err, HasSubstr("cannot be created: Permission denied"));
}

TEST_F(Start, AnUnreadableConfigIsRefused) {
  const bool root = geteuid() == 0;
  DaemonOptions options;
  options.user = root ? kNobody : 0;
  ASSERT_EQ(::chmod(home_.folder().path().c_str(), 0755), 0);
  ASSERT_EQ(::mkdir(home_.data_dir().c_str(), 0700), 0);
  WriteFile(home_.File("config.json"), "{}");
  ASSERT_EQ(::chmod(home_.File("config.json").c_str(), 0), 0);
  if (root) {
    ASSERT_EQ(::chown(home_.data_dir().c_str(), kNobody, kNobody), 0);
  }
  const Finished finished = RunGatewayd(options);
  if (finished.code == ChildProcess::kNoUser) GTEST_SKIP() << "this process may not become another user";
  EXPECT_EQ(finished.code, kFailed);
  EXPECT_THAT(finished.err, AllOf(HasSubstr("config.json"), HasSubstr("Permission denied")));
}

TEST_F(Start, ATooLongSocketPathIsRefusedBeforeAnythingIsMade) {
  const std::string deep = home_.folder().File(std::string(120, 's'));
  const std::string socket = absl::StrCat("unix:", deep, "/control.sock");
  const Finished given =
      RunToEnd(home_.ForGatewayd(std::vector<std::string>{"--data-dir", home_.data_dir(), "--control", socket}));
  EXPECT_EQ(given.code, kFailed);
  EXPECT_THAT(given.err, AllOf(HasSubstr("107"), HasSubstr("--control")));
  const Finished derived = RunToEnd(home_.ForGatewayd(std::vector<std::string>{"--data-dir", deep}));
  EXPECT_EQ(derived.code, kFailed);
  EXPECT_THAT(derived.err, AllOf(HasSubstr("107"), HasSubstr("--control")));
  EXPECT_TRUE(std::filesystem::is_empty(home_.folder().path()));
}

TEST_F(Start, ABadEnvironmentVariableIsNamed) {
  DaemonOptions options;
  options.environment = {"AG_PROXY_AUTH_MODE=sometimes"};
  const Finished finished = RunGatewayd(options);
  EXPECT_EQ(finished.code, kFailed);
  EXPECT_THAT(finished.err, AllOf(HasSubstr("AG_PROXY_AUTH_MODE"), HasSubstr("sometimes"), HasSubstr("strict")));
}

TEST_F(Start, AnotherMasterKeyIsRefusedAndNothingIsReplaced) {
  FillFolder();
  const std::string own = ReadFile(home_.File("master.key"));
  const std::string database = ReadFile(home_.File("gateway.db"));
  const std::string other = std::string(64, 'a') + "\n";
  WriteFile(home_.File("master.key"), other);
  const Finished replaced = RunGatewayd();
  EXPECT_EQ(replaced.code, kFailed);
  EXPECT_THAT(replaced.err, AllOf(HasSubstr("master key"), HasSubstr(home_.File("gateway.db")), HasSubstr("put")));
  EXPECT_EQ(ReadFile(home_.File("master.key")), other);
  EXPECT_TRUE(ReadFile(home_.File("gateway.db")) == database);

  std::filesystem::remove(home_.File("master.key"));
  const Finished missing = RunGatewayd();
  EXPECT_EQ(missing.code, kFailed);
  EXPECT_THAT(missing.err, AllOf(HasSubstr(home_.File("master.key")), HasSubstr("is missing")));
  EXPECT_FALSE(std::filesystem::exists(home_.File("master.key")));
  EXPECT_TRUE(ReadFile(home_.File("gateway.db")) == database);

  WriteFile(home_.File("master.key"), own);
  ::chmod(home_.File("master.key").c_str(), 0600);
  FillFolder();
}

TEST_F(Start, AMasterKeyThatOthersCanReadOrThatIsCutIsRefused) {
  FillFolder();
  const std::string own = ReadFile(home_.File("master.key"));
  const std::string error = RefusalOf("master.key", own.substr(0, 40));
  EXPECT_THAT(error, HasSubstr("64 hexadecimal digits"));
  EXPECT_THAT(error, Not(HasSubstr(own.substr(0, 40))));
  ::chmod(home_.File("master.key").c_str(), 0644);
  EXPECT_THAT(RefusalOf("master.key", own), HasSubstr("chmod 600"));
}

}  // namespace
}  // namespace ag::test
