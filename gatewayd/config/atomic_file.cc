#include <absl/strings/str_cat.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "gatewayd/base/error.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/config/config_store.h"

namespace ag::config {
namespace {

absl::Status Failed(const std::string& path, absl::string_view doing) {
  return MakeError(ErrorKind::kInternal, absl::StrCat("File ", path, " cannot be ", doing, ": ", std::strerror(errno),
                                                      ". What it held before is unchanged"));
}

bool WriteAll(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// A settings file may be a link into somebody's dotfiles: the link stays, its target is replaced.
std::string TargetOf(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> resolved(realpath(path.c_str(), nullptr), &std::free);
  return resolved ? std::string(resolved.get()) : path;
}

}  // namespace

absl::Status WriteFileAtomically(const std::string& path, std::string_view text) {
  const std::string target = TargetOf(path);
  const std::string fresh = absl::StrCat(target, ".new");
  unlink(fresh.c_str());  // left by a crash
  const int file = open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return Failed(path, "written");
  bool done = WriteAll(file, text) && fsync(file) == 0;
  done = close(file) == 0 && done;
  done = done && rename(fresh.c_str(), target.c_str()) == 0;
  if (!done) {
    const absl::Status status = Failed(path, "written");
    unlink(fresh.c_str());
    return status;
  }
  const auto slash = target.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : target.substr(0, slash + 1);
  const int directory = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return absl::OkStatus();  // written; only its survival of a power cut is not assured
  fsync(directory);
  close(directory);
  return absl::OkStatus();
}

}  // namespace ag::config
