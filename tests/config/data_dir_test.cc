#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <optional>

#include "gatewayd/base/error.h"
#include "gatewayd/config/config_store.h"
#include "tests/support/temp_dir.h"

namespace ag::config {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string Message(const absl::Status& status) { return std::string(status.message()); }

mode_t ModeOf(const std::string& path) {
  struct stat facts{};
  EXPECT_EQ(stat(path.c_str(), &facts), 0) << path;
  return facts.st_mode & 0777U;
}

// The wait status of a child process that runs `work`.
int InChild(const std::function<bool()>& work) {
  const pid_t child = fork();
  if (child == 0) _exit(work() ? 0 : 1);
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

bool BecomePlainUser() { return geteuid() != 0 || setresuid(65534, 65534, 65534) == 0; }

TEST(WriteFileAtomically, ReplacesTheContentPrivately) {
  const test::TempDir dir;
  test::WriteFile(dir.File("a"), "old");
  chmod(dir.File("a").c_str(), 0644);
  ASSERT_TRUE(WriteFileAtomically(dir.File("a"), "new").ok());
  EXPECT_EQ(test::ReadFile(dir.File("a")), "new");
  EXPECT_EQ(ModeOf(dir.File("a")), 0600U);
  EXPECT_FALSE(std::filesystem::exists(dir.File("a.new")));
}

TEST(WriteFileAtomically, AWriteThatFailsHalfwayLeavesTheOldContent) {
  const test::TempDir dir;
  test::WriteFile(dir.File("a"), "old content");
  const auto full_disk = [&] {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1000, 1000};
    setrlimit(RLIMIT_FSIZE, &limit);
    const absl::Status status = WriteFileAtomically(dir.File("a"), std::string(100'000, 'x'));
    return !status.ok() && Message(status).find("unchanged") != std::string::npos;
  };
  EXPECT_EQ(InChild(full_disk), 0);
  EXPECT_EQ(test::ReadFile(dir.File("a")), "old content");
  EXPECT_FALSE(std::filesystem::exists(dir.File("a.new")));
}

TEST(WriteFileAtomically, AKillHalfwayLeavesTheOldContentAndNothingInTheWay) {
  const test::TempDir dir;
  test::WriteFile(dir.File("a"), "old content");
  const auto killed = [&] {
    const rlimit limit{1000, 1000};
    setrlimit(RLIMIT_FSIZE, &limit);  // SIGXFSZ ends the process within the write
    return WriteFileAtomically(dir.File("a"), std::string(100'000, 'x')).ok();
  };
  EXPECT_TRUE(WIFSIGNALED(InChild(killed)));
  EXPECT_TRUE(std::filesystem::exists(dir.File("a.new")));
  EXPECT_EQ(test::ReadFile(dir.File("a")), "old content");
  ASSERT_TRUE(WriteFileAtomically(dir.File("a"), "new").ok());
  EXPECT_EQ(test::ReadFile(dir.File("a")), "new");
}

TEST(WriteFileAtomically, ARenameThatFailsLeavesNoRest) {
  const test::TempDir dir;
  std::filesystem::create_directory(dir.File("a"));
  EXPECT_THAT(Message(WriteFileAtomically(dir.File("a"), "new")), HasSubstr(dir.File("a")));
  EXPECT_TRUE(std::filesystem::is_directory(dir.File("a")));
  EXPECT_FALSE(std::filesystem::exists(dir.File("a.new")));
}

TEST(WriteFileAtomically, ALinkStaysALink) {
  const test::TempDir dir;
  std::filesystem::create_directory(dir.File("dotfiles"));
  test::WriteFile(dir.File("dotfiles/config.json"), "old");
  std::filesystem::create_symlink("dotfiles/config.json", dir.File("config.json"));
  ASSERT_TRUE(WriteFileAtomically(dir.File("config.json"), "new").ok());
  EXPECT_TRUE(std::filesystem::is_symlink(dir.File("config.json")));
  EXPECT_EQ(test::ReadFile(dir.File("dotfiles/config.json")), "new");
}

TEST(DataDirLock, MakesPrivateFolders) {
  const test::TempDir dir;
  const std::string data = dir.File("share/ag-gateway/");
  const auto lock = DataDirLock::Acquire(data);
  ASSERT_TRUE(lock.ok()) << lock.status();
  EXPECT_EQ(ModeOf(dir.File("share")), 0700U);
  EXPECT_EQ(ModeOf(data), 0700U);
}

TEST(DataDirLock, ASecondDaemonHearsThePidOfTheFirst) {
  const test::TempDir dir;
  auto first = DataDirLock::Acquire(dir.path());
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = DataDirLock::Acquire(dir.path());
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(Message(second.status()),
              AllOf(HasSubstr(dir.path()), HasSubstr("pid " + std::to_string(getpid())), HasSubstr("--data-dir")));
  first->reset();
  EXPECT_TRUE(DataDirLock::Acquire(dir.path()).ok());
}

TEST(DataDirLock, AKilledDaemonLeavesNoLock) {
  const test::TempDir dir;
  const auto killed = [&] {
    const auto lock = DataDirLock::Acquire(dir.path());
    kill(getpid(), lock.ok() ? SIGKILL : SIGTERM);
    return false;
  };
  EXPECT_EQ(WTERMSIG(InChild(killed)), SIGKILL);
  EXPECT_TRUE(DataDirLock::Acquire(dir.path()).ok());
}

TEST(DataDirLock, RefusesAFileAndAFolderThatEverybodyMayWrite) {
  const test::TempDir dir;
  test::WriteFile(dir.File("file"), "text");
  EXPECT_THAT(Message(DataDirLock::Acquire(dir.File("file")).status()), HasSubstr("is a file"));
  EXPECT_FALSE(DataDirLock::Acquire(dir.File("file/below")).ok());
  EXPECT_FALSE(DataDirLock::Acquire("").ok());
  std::filesystem::create_directory(dir.File("open"));
  chmod(dir.File("open").c_str(), 0777);
  EXPECT_THAT(Message(DataDirLock::Acquire(dir.File("open")).status()), HasSubstr("chmod 700"));
}

TEST(DataDirLock, AFolderWithoutRightsIsAClearError) {
  const test::TempDir dir;
  chmod(dir.path().c_str(), 0555);
  const auto refused = [&](const std::string& data, const char* said) {
    return InChild([&] {
      if (!BecomePlainUser()) return false;
      const std::string message = Message(DataDirLock::Acquire(data).status());
      return message.find("Permission denied") != std::string::npos && message.find(said) != std::string::npos;
    });
  };
  EXPECT_EQ(refused(dir.path(), "cannot be written"), 0);
  EXPECT_EQ(refused(dir.File("below"), "cannot be created"), 0);
  chmod(dir.path().c_str(), 0700);
}

class Folders : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"}) {
      const char* value = std::getenv(name);
      saved_[name] = value == nullptr ? std::nullopt : std::optional<std::string>(value);
      unsetenv(name);
    }
  }
  void TearDown() override {
    for (const auto& [name, value] : saved_) {
      if (value) setenv(name.c_str(), value->c_str(), 1);
    }
  }
  std::map<std::string, std::optional<std::string>> saved_;
};

TEST_F(Folders, FollowTheXdgSpecification) {
  EXPECT_THAT(Message(DefaultDataDir().status()), HasSubstr("--data-dir"));
  setenv("HOME", "/home/me", 1);
  EXPECT_EQ(DefaultDataDir().value(), "/home/me/.local/share/ag-gateway");
  setenv("XDG_DATA_HOME", "relative", 1);  // to be ignored
  EXPECT_EQ(DefaultDataDir().value(), "/home/me/.local/share/ag-gateway");
  setenv("XDG_DATA_HOME", "/data", 1);
  EXPECT_EQ(DefaultDataDir().value(), "/data/ag-gateway");
  unsetenv("XDG_DATA_HOME");
}

TEST_F(Folders, TheControlSocketIsInTheRuntimeFolderOrWithTheData) {
  EXPECT_EQ(DefaultControlSocket("/d", false), "/d/control.sock");
  setenv("XDG_RUNTIME_DIR", "/run/user/7", 1);
  EXPECT_EQ(DefaultControlSocket("/d", false), "/run/user/7/ag-gateway/control.sock");
  EXPECT_EQ(DefaultControlSocket("/d", true), "/d/control.sock");
  unsetenv("XDG_RUNTIME_DIR");
}

TEST(CheckSocketPath, RefusesWhatTheSystemWouldCutOff) {
  EXPECT_TRUE(CheckSocketPath(std::string(107, 'a')).ok());
  const absl::Status status = CheckSocketPath(std::string(108, 'a'));
  EXPECT_EQ(KindOf(status), ErrorKind::kInvalidRequest);
  EXPECT_THAT(Message(status), AllOf(HasSubstr("108"), HasSubstr("107"), HasSubstr("--control")));
  EXPECT_FALSE(CheckSocketPath("").ok());
}

}  // namespace
}  // namespace ag::config
