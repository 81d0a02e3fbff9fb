#include "tests/support/child_process.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "gatewayd/base/status_macros.h"

namespace ag::test {
namespace {

// A file in memory with this content, read from its beginning.
int MemoryFile(std::string_view content) {
  const int file = memfd_create("child", MFD_CLOEXEC);
  AG_CHECK(file >= 0);
  AG_CHECK(write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
  AG_CHECK(lseek(file, 0, SEEK_SET) == 0);
  return file;
}

std::string ReadWhole(int file) {
  std::string text;
  std::array<char, 16384> bytes{};
  for (ssize_t got = 0; (got = pread(file, bytes.data(), bytes.size(), static_cast<off_t>(text.size()))) > 0;) {
    text.append(bytes.data(), static_cast<std::size_t>(got));
  }
  return text;
}

std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

void PassSanitizerOptions(std::vector<std::string>& environment) {
  for (const char* name : {"ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) environment.push_back(std::string(name) + "=" + value);
  }
}

struct Streams {
  int program;
  int input;
  int output;
  int errors;
};

// In the child, between fork and exec: system calls only.
[[noreturn]] void BecomeProgram(const Streams& streams, char* const* arguments, char* const* environment, uid_t user,
                                pid_t parent) {
  dup2(streams.input, STDIN_FILENO);
  dup2(streams.output, STDOUT_FILENO);
  dup2(streams.errors, STDERR_FILENO);
  if (user != 0 && (setgid(user) != 0 || setuid(user) != 0)) _exit(ChildProcess::kNoUser);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(ChildProcess::kNoProgram);
  // By descriptor: another user may not reach the folder that the program is in.
  execveat(streams.program, "", arguments, environment, AT_EMPTY_PATH);
  _exit(ChildProcess::kNoProgram);
}

}  // namespace

ChildProcess::ChildProcess(Launch launch) {
  PassSanitizerOptions(launch.environment);
  const std::vector<char*> arguments = Pointers(launch.command);
  const std::vector<char*> environment = Pointers(launch.environment);
  std::array<int, 2> errors{};
  AG_CHECK(pipe2(errors.data(), O_CLOEXEC) == 0);
  output_ = MemoryFile({});
  const Streams streams{open(launch.command.front().c_str(), O_PATH | O_CLOEXEC), MemoryFile(launch.input),
                        launch.output == Output::kMemory ? output_ : errors[1], errors[1]};
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) BecomeProgram(streams, arguments.data(), environment.data(), launch.user, parent);
  AG_CHECK(pid_ > 0);
  close(streams.program);
  close(streams.input);
  close(streams.errors);
  reader_ = std::thread([this, pipe = errors[0]] { ReadErrors(pipe); });
}

ChildProcess::~ChildProcess() {
  if (!reaped_) {
    Signal(SIGKILL);
    Wait();
  }
  close(output_);
}

void ChildProcess::Signal(int signal) const {
  if (!reaped_) kill(pid_, signal);
}

void ChildProcess::ReadErrors(int pipe) {
  std::array<char, 4096> bytes{};
  while (true) {
    const ssize_t got = read(pipe, bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) continue;
    const std::lock_guard lock(mutex_);
    if (got > 0) errors_.append(bytes.data(), static_cast<std::size_t>(got));
    closed_ = got <= 0;
    changed_.notify_all();
    if (closed_) break;
  }
  close(pipe);
}

std::string ChildProcess::FindLine(std::string_view part) const {
  const std::size_t at = errors_.find(part);
  const std::size_t end = errors_.find('\n', at);
  if (at == std::string::npos || end == std::string::npos) return {};
  const std::size_t before = errors_.rfind('\n', at);
  const std::size_t begin = before == std::string::npos ? 0 : before + 1;
  return errors_.substr(begin, end - begin);
}

std::string ChildProcess::WaitForLine(std::string_view part) {
  std::unique_lock lock(mutex_);
  std::string line;
  changed_.wait_for(lock, kPatience, [&] {
    line = FindLine(part);
    return closed_ || !line.empty();
  });
  return line;
}

Finished ChildProcess::Wait() {
  if (reaped_) return finished_;
  {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kPatience, [this] { return closed_; })) Signal(SIGKILL);
  }
  reader_.join();
  int status = 0;
  AG_CHECK(waitpid(pid_, &status, 0) == pid_);
  reaped_ = true;
  finished_.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  finished_.out = ReadWhole(output_);
  finished_.err = std::move(errors_);
  return finished_;
}

Finished RunToEnd(Launch launch) {
  ChildProcess child(std::move(launch));
  return child.Wait();
}

}  // namespace ag::test
