#include <absl/strings/str_cat.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "gatewayd/auth/digest.h"
#include "gatewayd/auth/secret_box.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag::auth {
namespace {

constexpr std::size_t kMaxFileBytes = 4096;

absl::Status KeyError(absl::string_view what) { return MakeError(ErrorKind::kInternal, ToStd(what)); }

absl::Status KeyErrno(absl::string_view doing, const std::string& path) {
  return KeyError(absl::StrCat("The master key ", path, " cannot be ", doing, ": ", std::strerror(errno)));
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The error quotes nothing of the text: it may be the key with one digit missing.
absl::StatusOr<SecretBox::Key> ParseKey(std::string_view text, const std::string& where) {
  text = TrimSpace(text);
  SecretBox::Key key{};
  const auto malformed = [&] {
    return KeyError(absl::StrCat("The master key in ", where, " is not 64 hexadecimal digits (it has ", text.size(),
                                 " characters). It was left as it is: put the right one back from your backup"));
  };
  if (text.size() != key.size() * 2) return malformed();
  for (std::size_t i = 0; i < key.size(); ++i) {
    const int high = HexDigit(text[2 * i]);
    const int low = HexDigit(text[2 * i + 1]);
    if (high < 0 || low < 0) return malformed();
    key[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return key;
}

// None when there is no such file.
absl::StatusOr<std::optional<Secret>> ReadIfPresent(const std::string& path, mode_t refused_mode) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0 && errno == ENOENT) return std::optional<Secret>();
  if (file.get() < 0) return KeyErrno("opened", path);
  struct stat facts{};
  if (fstat(file.get(), &facts) != 0) return KeyErrno("read", path);
  if (!S_ISREG(facts.st_mode)) return KeyError(absl::StrCat("The master key ", path, " is not a regular file"));
  if ((facts.st_mode & refused_mode) != 0) {
    return KeyError(absl::StrCat("The master key ", path, " can be read by other users. Run: chmod 600 ", path));
  }
  std::string text(kMaxFileBytes, '\0');
  const ssize_t got = read(file.get(), text.data(), text.size());
  if (got < 0) return KeyErrno("read", path);
  text.resize(static_cast<std::size_t>(got));
  return std::optional<Secret>(Secret(std::move(text)));
}

absl::Status WriteAndSync(const Descriptor& file, std::string_view text, const std::string& path) {
  if (write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return KeyErrno("written", path);
  if (fsync(file.get()) != 0) return KeyErrno("written", path);
  return absl::OkStatus();
}

absl::StatusOr<SecretBox::Key> CreateKeyFile(const std::string& data_dir, const std::string& path) {
  SecretBox::Key key{};
  AG_CHECK(RAND_bytes(key.data(), static_cast<int>(key.size())) == 1);
  const std::string fresh = absl::StrCat(path, ".new");
  unlink(fresh.c_str());  // left by a crash before it became the key
  {
    const Descriptor file(open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (file.get() < 0) return KeyErrno("created", path);
    std::string text = Hex(key);
    text.push_back('\n');
    const Secret line(std::move(text));
    AG_RETURN_IF_ERROR(WriteAndSync(file, line.Reveal(), path));
  }
  // link, unlike rename, never replaces a key that has appeared meanwhile; some file systems have no links.
  if (link(fresh.c_str(), path.c_str()) != 0 && (errno == EEXIST || rename(fresh.c_str(), path.c_str()) != 0)) {
    return KeyErrno("created", path);
  }
  unlink(fresh.c_str());
  const Descriptor folder(open(data_dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || fsync(folder.get()) != 0) return KeyErrno("written", path);
  return key;
}

absl::StatusOr<MasterKey> From(std::string_view text, const std::string& where, const char* source) {
  MasterKey master;
  AG_ASSIGN_OR_RETURN(master.key, ParseKey(text, where));
  master.source = source;
  return master;
}

}  // namespace

absl::StatusOr<MasterKey> LoadMasterKey(const std::string& data_dir, KeyCreation creation) {
  if (const char* variable = std::getenv("AG_MASTER_KEY"); variable != nullptr && *variable != '\0') {
    return From(variable, "the environment variable AG_MASTER_KEY", "environment");
  }
  if (const char* folder = std::getenv("CREDENTIALS_DIRECTORY"); folder != nullptr && *folder != '\0') {
    const std::string path = absl::StrCat(folder, "/ag-master-key");
    // systemd may hand credentials out group-readable; the folder itself is private.
    AG_ASSIGN_OR_RETURN(const std::optional<Secret> text, ReadIfPresent(path, 0));
    if (text) return From(text->Reveal(), path, "credential-file");
  }
  const std::string path = absl::StrCat(data_dir, "/master.key");
  AG_ASSIGN_OR_RETURN(const std::optional<Secret> text, ReadIfPresent(path, 077));
  if (text) return From(text->Reveal(), path, "key-file");
  if (creation == KeyCreation::kForbidden) {
    return KeyError(
        absl::StrCat("The master key ", path, " is missing, but ", data_dir,
                     "/gateway.db holds secrets that were sealed with it. Put it back from your backup (or "
                     "set AG_MASTER_KEY); without it the accounts must be added again in another --data-dir"));
  }
  MasterKey master;
  AG_ASSIGN_OR_RETURN(master.key, CreateKeyFile(data_dir, path));
  master.source = "key-file";
  return master;
}

}  // namespace ag::auth
