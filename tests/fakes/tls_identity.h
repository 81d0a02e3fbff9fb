#pragma once

#include <memory>
#include <string>

#include "tests/support/socket.h"

namespace ag::test {

// A private CA made at start, and a server certificate of it for `host` (and 127.0.0.1). Immutable, thread-safe.
class TlsIdentity {
 public:
  explicit TlsIdentity(const std::string& host = "localhost");
  ~TlsIdentity();
  TlsIdentity(const TlsIdentity&) = delete;
  TlsIdentity& operator=(const TlsIdentity&) = delete;

  // The CA's certificate as PEM: what `extra_ca_file` of a client must hold.
  const std::string& ca_pem() const { return ca_pem_; }
  // The server certificate and its key as PEM, for servers that are not ours to accept for.
  const std::string& certificate_pem() const { return certificate_pem_; }
  const std::string& key_pem() const { return key_pem_; }
  static constexpr const char* kCaName = "AG Gateway Test CA";

  // Serves TLS on an accepted connection, which it takes over; null when the handshake failed.
  std::unique_ptr<ByteStream> Accept(std::unique_ptr<Socket> socket) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::string ca_pem_;
  std::string certificate_pem_;
  std::string key_pem_;
};

}  // namespace ag::test
