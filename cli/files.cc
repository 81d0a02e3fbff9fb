#include "cli/files.h"

#include <absl/strings/str_cat.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

namespace ag::cli {
namespace {

absl::Status Failed(const std::string& what, const std::string& path) {
  return absl::UnavailableError(absl::StrCat(what, " ", path, ": ", std::strerror(errno)));
}

bool WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(fd) == 0;
}

}  // namespace

absl::StatusOr<std::string> ReadTextFile(const std::string& path) {
  std::string text;
  if (path == "-") {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
    return text;
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat("the file ", path, " cannot be read: ", std::strerror(errno)));
  text.assign(std::istreambuf_iterator<char>(file), {});
  return text;
}

absl::Status WritePrivateFile(const std::string& path, std::string_view text) {
  std::string beside = path + ".XXXXXX";
  const int fd = ::mkostemp(beside.data(), O_CLOEXEC);  // 0600
  if (fd < 0) return Failed("cannot write", path);
  const bool written = WriteAll(fd, text);
  absl::Status result;
  if (!written) result = Failed("cannot write", beside);
  ::close(fd);
  if (result.ok() && ::rename(beside.c_str(), path.c_str()) != 0) result = Failed("cannot write", path);
  if (!result.ok()) ::unlink(beside.c_str());
  return result;
}

}  // namespace ag::cli
