#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace ag::test {

enum class Output { kMemory, kWithErrors };

struct Launch {
  std::vector<std::string> command;      // path of the program first
  std::vector<std::string> environment;  // "NAME=value"; the sanitizers' own variables are passed on
  std::string input;                     // the whole standard input
  uid_t user = 0;                        // 0: ours
  // kWithErrors: its standard output joins standard error, so that WaitForLine sees it.
  Output output = Output::kMemory;
};

struct Finished {
  int code = -1;  // 128 + the signal that ended it
  std::string out;
  std::string err;
};

// A program that runs beside the test. It is killed with the object, and with the test. Standard output goes to
// memory, standard error through a pipe that a thread keeps empty, so that a talkative child never blocks.
class ChildProcess {
 public:
  explicit ChildProcess(Launch launch);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  static constexpr std::chrono::seconds kPatience{60};
  // What a child that may not become Launch::user, or cannot be executed, ends with.
  static constexpr int kNoUser = 126;
  static constexpr int kNoProgram = 127;

  pid_t pid() const { return pid_; }
  void Signal(int signal) const;
  // The first line of its standard error that holds `part`, as soon as it is complete; empty when the child closes it
  // (it ended), or `kPatience` is over, before such a line came.
  std::string WaitForLine(std::string_view part);
  // Waits for its end; a child that does not end in `kPatience` is killed (code 137). May be called again.
  Finished Wait();

 private:
  void ReadErrors(int pipe);
  std::string FindLine(std::string_view part) const;

  pid_t pid_ = -1;
  int output_ = -1;
  bool reaped_ = false;
  Finished finished_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::string errors_;
  bool closed_ = false;
  std::thread reader_;
};

// Runs it to its end.
Finished RunToEnd(Launch launch);

}  // namespace ag::test
