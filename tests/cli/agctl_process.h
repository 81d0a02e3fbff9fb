#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace ag::test {

struct Finished {
  int code = -1;
  std::string out;
  std::string err;
};

// Runs the built agctl with a clean environment and waits for its end. A folder without a daemon is its home.
class Agctl {
 public:
  explicit Agctl(std::string target) : target_(std::move(target)) {}

  Finished Run(const std::vector<std::string>& arguments, const std::string& input = {}) const {
    WriteFile(dir_.File("in"), input);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    const int flags = O_WRONLY | O_CREAT | O_TRUNC;
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, dir_.File("in").c_str(), O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, dir_.File("out").c_str(), flags, 0600);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, dir_.File("err").c_str(), flags, 0600);
    const pid_t child = Spawn(arguments, actions);
    posix_spawn_file_actions_destroy(&actions);
    Finished finished;
    finished.code = Wait(child);
    finished.out = ReadFile(dir_.File("out"));
    finished.err = ReadFile(dir_.File("err"));
    return finished;
  }

  pid_t Spawn(const std::vector<std::string>& arguments, posix_spawn_file_actions_t& actions) const {
    std::vector<std::string> words{AGCTL};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<std::string> environment{"HOME=" + dir_.path(), "TZ=UTC", "LC_ALL=C.UTF-8"};
    if (!target_.empty()) environment.push_back("AG_CONTROL=" + target_);
    // Who runs the tests in the background has Ctrl-C ignored, and hands that on.
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigdefault(&attributes, &interrupt);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    pid_t child = -1;
    const int error =
        posix_spawn(&child, AGCTL, &actions, &attributes, Pointers(words).data(), Pointers(environment).data());
    posix_spawnattr_destroy(&attributes);
    return error == 0 ? child : -1;
  }

  static int Wait(pid_t child) {
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  std::string File(const std::string& name) const { return dir_.File(name); }

 private:
  static std::vector<char*> Pointers(std::vector<std::string>& words) {
    std::vector<char*> pointers;
    for (auto& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    return pointers;
  }

  TempDir dir_;
  std::string target_;
};

}  // namespace ag::test
