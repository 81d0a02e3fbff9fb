#pragma once

#include <memory>
#include <string>

#include "tests/http/raw_socket.h"

struct evp_pkey_st;
struct x509_st;
struct ssl_st;
struct ssl_ctx_st;

namespace ag::test {

// A certificate authority that exists for one test.
class PrivateCa {
 public:
  explicit PrivateCa(const std::string& common_name);
  ~PrivateCa();
  PrivateCa(const PrivateCa&) = delete;
  PrivateCa& operator=(const PrivateCa&) = delete;

  std::string Pem() const;
  // A server context with a certificate for `subject_alt_name`, such as "IP:127.0.0.1" or "DNS:localhost".
  std::shared_ptr<ssl_ctx_st> ServerContext(const std::string& subject_alt_name) const;

 private:
  std::shared_ptr<evp_pkey_st> key_;
  std::shared_ptr<x509_st> certificate_;
};

// The server's side of TLS on a blocking socket.
class TlsPeer {
 public:
  TlsPeer(RawSocket& socket, const std::shared_ptr<ssl_ctx_st>& context);
  ~TlsPeer();
  TlsPeer(const TlsPeer&) = delete;
  TlsPeer& operator=(const TlsPeer&) = delete;

  bool Accept();
  bool resumed() const;
  std::string ReadUntil(const std::string& mark);
  bool Send(const std::string& text);

 private:
  ssl_st* ssl_;
};

}  // namespace ag::test
