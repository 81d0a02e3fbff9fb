#include "gatewayd/app/process_places.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/strip.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace ag::app {
namespace {

// What the link points to. Linux marks a file that has been removed:
// https://man7.org/linux/man-pages/man5/proc_pid_exe.5.html
std::string ReadLink(const char* link) {
  std::error_code error;
  const std::string path = std::filesystem::read_symlink(link, error).string();
  return error ? std::string() : std::string(absl::StripSuffix(path, " (deleted)"));
}

// "device:inode" of the journal's socket: https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html
bool IsJournal(const struct stat& status) {
  const char* journal = std::getenv("JOURNAL_STREAM");
  return journal != nullptr && std::string_view(journal) == absl::StrCat(status.st_dev, ":", status.st_ino);
}

}  // namespace

std::string ProgramPath() { return ReadLink("/proc/self/exe"); }

LogPlace PlaceOfLog() {
  struct stat status{};
  if (::fstat(STDERR_FILENO, &status) != 0) return {};
  if (S_ISREG(status.st_mode)) return {control::LogTarget::kFile, ReadLink("/proc/self/fd/2")};
  if (IsJournal(status)) return {control::LogTarget::kJournal};
  return {::isatty(STDERR_FILENO) == 1 ? control::LogTarget::kTerminal : control::LogTarget::kOther};
}

std::string AbsolutePath(const std::string& path) {
  std::error_code error;
  const std::string absolute = std::filesystem::absolute(path, error).lexically_normal().string();
  return error ? path : absolute;
}

}  // namespace ag::app
