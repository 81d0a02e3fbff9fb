#include "cli/terminal.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>

#include "cli/files.h"

namespace ag::cli {
namespace {

// Switches the terminal's echo off while it lives.
class HiddenInput {
 public:
  HiddenInput() : active_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!active_) return;
    termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  ~HiddenInput() {
    if (active_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  HiddenInput(const HiddenInput&) = delete;
  HiddenInput& operator=(const HiddenInput&) = delete;

 private:
  termios before_{};
  const bool active_;
};

absl::StatusOr<std::string> ReadLine() {
  std::string line;
  if (!std::getline(std::cin, line)) return absl::CancelledError("cancelled: the input ended");
  absl::StripAsciiWhitespace(&line);
  return line;
}

}  // namespace

bool InputIsTerminal() { return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1; }

bool WantsColor() {
  const char* no_color = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
}

absl::StatusOr<std::string> Ask(std::string_view question, Echo echo) {
  // Hidden before the question shows: what is typed at once must not be seen either.
  std::optional<HiddenInput> hidden;
  if (echo == Echo::kOff) hidden.emplace();
  std::cerr << question << std::flush;
  auto answer = ReadLine();
  if (echo == Echo::kOff) std::cerr << '\n';
  return answer;
}

bool Confirm(std::string_view question) {
  const auto answer = Ask(absl::StrCat(std::string(question), " [y/N] "), Echo::kOn);
  if (!answer.ok()) return false;
  const std::string word = absl::AsciiStrToLower(*answer);
  return word == "y" || word == "yes";
}

absl::StatusOr<std::string> ReadSecretFile(const std::string& path, std::string_view what) {
  auto text = ReadTextFile(path);
  if (!text.ok()) return text.status();
  absl::StripAsciiWhitespace(&*text);
  if (!text->empty()) return text;
  return absl::InvalidArgumentError(
      absl::StrCat("there is no ", std::string(what), " in ", path == "-" ? "the standard input" : path));
}

}  // namespace ag::cli
