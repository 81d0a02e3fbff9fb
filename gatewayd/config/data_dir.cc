#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/config/config_store.h"

namespace ag::config {
namespace {

constexpr std::size_t kMaxSocketPath = sizeof(sockaddr_un::sun_path) - 1;  // 107 on Linux

absl::Status Refuse(const std::string& dir, absl::string_view what) {
  return MakeError(ErrorKind::kInvalidRequest, absl::StrCat("Data folder ", dir, " ", what));
}

absl::Status RefuseErrno(const std::string& dir, absl::string_view doing) {
  return Refuse(dir, absl::StrCat(doing, ": ", std::strerror(errno),
                                  ". Check its owner and permissions, or choose another one with --data-dir"));
}

// An absolute path from the environment, as the XDG specification demands; else empty.
// https://specifications.freedesktop.org/basedir-spec/latest/
std::string FolderFromEnvironment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && value[0] == '/' ? std::string(value) : std::string();
}

absl::Status MakeFolders(const std::string& dir) {
  for (std::size_t end = dir.find('/', 1);; end = dir.find('/', end + 1)) {
    const std::string part = dir.substr(0, end);
    if (mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) return RefuseErrno(dir, "cannot be created");
    if (end == std::string::npos) return absl::OkStatus();
  }
}

absl::Status CheckFolder(const std::string& dir) {
  struct stat facts{};
  if (stat(dir.c_str(), &facts) != 0) return RefuseErrno(dir, "cannot be used");
  if (!S_ISDIR(facts.st_mode)) return Refuse(dir, "is a file: move it away, or choose another one with --data-dir");
  // It is not tightened here: --data-dir may name a folder that serves others too.
  if ((facts.st_mode & S_IWOTH) != 0) {
    return Refuse(dir, absl::StrCat("can be written by other users. Run: chmod 700 ", dir));
  }
  return absl::OkStatus();
}

std::string ReadPid(int file) {
  char text[32] = {};
  const ssize_t got = pread(file, text, sizeof text - 1, 0);
  const std::string_view pid = TrimSpace({text, static_cast<std::size_t>(got < 0 ? 0 : got)});
  for (const char c : pid) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return {};
  }
  return std::string(pid);
}

absl::Status RefuseSecond(const std::string& dir, const std::string& pid) {
  if (pid.empty()) {
    return Refuse(dir, "is in use by another gatewayd. Stop that one, or choose another folder with --data-dir");
  }
  return Refuse(dir, absl::StrCat("is in use by another gatewayd (pid ", pid, "). Stop that one (kill ", pid,
                                  "), or choose another folder with --data-dir"));
}

}  // namespace

absl::StatusOr<std::string> DefaultDataDir() {
  if (std::string data = FolderFromEnvironment("XDG_DATA_HOME"); !data.empty()) return data + "/ag-gateway";
  if (std::string home = FolderFromEnvironment("HOME"); !home.empty()) return home + "/.local/share/ag-gateway";
  return MakeError(ErrorKind::kInvalidRequest,
                   "No place for the data folder: neither XDG_DATA_HOME nor HOME is set. Give one with --data-dir");
}

std::string DefaultControlSocket(const std::string& data_dir, bool custom_data_dir) {
  const std::string runtime = custom_data_dir ? std::string() : FolderFromEnvironment("XDG_RUNTIME_DIR");
  return runtime.empty() ? data_dir + "/control.sock" : runtime + "/ag-gateway/control.sock";
}

absl::Status CheckSocketPath(const std::string& path) {
  if (path.empty()) {
    return MakeError(ErrorKind::kInvalidRequest,
                     "The control socket has no path. Give one: --control unix:/path/to.sock");
  }
  if (path.size() <= kMaxSocketPath) return absl::OkStatus();
  return MakeError(ErrorKind::kInvalidRequest,
                   absl::StrCat("The control socket's path ", path, " has ", path.size(), " bytes; the system takes ",
                                kMaxSocketPath, ". Choose a shorter one with --control unix:PATH (or --data-dir)"));
}

absl::StatusOr<std::unique_ptr<DataDirLock>> DataDirLock::Acquire(const std::string& data_dir) {
  if (data_dir.empty()) return MakeError(ErrorKind::kInvalidRequest, "The data folder has no name");
  AG_RETURN_IF_ERROR(MakeFolders(data_dir));
  AG_RETURN_IF_ERROR(CheckFolder(data_dir));
  const std::string path = absl::StrCat(data_dir, "/gatewayd.lock");
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return RefuseErrno(data_dir, "cannot be written");
  std::unique_ptr<DataDirLock> lock(new DataDirLock(file));
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return RefuseSecond(data_dir, ReadPid(file));
    return RefuseErrno(data_dir, "cannot be locked");
  }
  const std::string pid = absl::StrCat(getpid(), "\n");
  if (ftruncate(file, 0) != 0 || pwrite(file, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    return RefuseErrno(data_dir, "cannot be written");
  }
  return lock;
}

// The file stays: removing it would let two daemons lock two files of the same name.
DataDirLock::~DataDirLock() { close(descriptor_); }

}  // namespace ag::config
