#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace ag::http {

class TlsContext;

// One TLS connection on a non-blocking socket, driven by its Connection. OpenSSL works on the socket itself, so that
// the usual read or write needs no copy and no wait.
class TlsSession {
 public:
  enum class State : std::uint8_t { kDone, kWantRead, kWantWrite, kEnded, kFailed };
  struct Result {
    State state = State::kFailed;
    std::size_t bytes = 0;
  };
  virtual ~TlsSession() = default;
  virtual Result Handshake() = 0;
  virtual Result Read(char* out, std::size_t room) = 0;
  virtual Result Write(std::string_view bytes) = 0;
  // Sends close_notify if the socket takes it now.
  virtual void Shutdown() = 0;
  // Why the handshake failed, for people: the reason, and the issuer of a certificate that did not verify.
  virtual std::string FailureText() const = 0;
};

// The trust and the kept sessions of one client: TLS 1.2 and later, system CAs and the extra file, host names checked.
// Belongs to one shard.
class TlsContext {
 public:
  virtual ~TlsContext() = default;
  // A client session to `host` (a name or an IP literal) on the connected socket `fd`. Sessions are resumed by
  // `host:port`. The context must outlive the session: sessions hold it.
  virtual absl::StatusOr<std::unique_ptr<TlsSession>> NewSession(int fd, const std::string& host,
                                                                 std::uint16_t port) = 0;
};
// kTls naming the file when it cannot be read. Reads the system's CAs only as handshakes need them.
absl::StatusOr<std::shared_ptr<TlsContext>> NewTlsContext(const std::string& extra_ca_file);

}  // namespace ag::http
