#include "gatewayd/http/tls_session.h"

#include <absl/strings/str_cat.h>
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <map>
#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/http/socket_bio.h"

namespace ag::http {
namespace {

constexpr std::size_t kMaxKeptSessions = 1024;

struct SslDeleter {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
using SslPtr = std::unique_ptr<SSL, SslDeleter>;
using ContextPtr = std::unique_ptr<SSL_CTX, SslDeleter>;
using SessionPtr = std::unique_ptr<SSL_SESSION, SslDeleter>;

bool IsIpLiteral(const std::string& host) {
  in6_addr scratch{};
  return inet_pton(AF_INET, host.c_str(), &scratch) == 1 || inet_pton(AF_INET6, host.c_str(), &scratch) == 1;
}

std::string NameText(const X509_NAME* name) {
  BIO* bio = BIO_new(BIO_s_mem());
  if (bio == nullptr) return "(unknown)";
  X509_NAME_print_ex(bio, name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  std::string text(bytes, size > 0 ? static_cast<std::size_t>(size) : 0);
  BIO_free(bio);
  return text.empty() ? "(unnamed)" : text;
}

std::string LastErrorText() {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "the peer closed the connection" : reason;
}

class OpenSslContext;

class OpenSslSession final : public TlsSession {
 public:
  OpenSslSession(std::shared_ptr<OpenSslContext> context, SslPtr ssl, std::string origin)
      : context_(std::move(context)), ssl_(std::move(ssl)), origin_(std::move(origin)) {
    SSL_set_app_data(ssl_.get(), this);
  }

  Result Handshake() override;
  Result Read(char* out, std::size_t room) override;
  Result Write(std::string_view bytes) override;
  void Shutdown() override;
  std::string FailureText() const override { return failure_; }

  OpenSslContext& context() { return *context_; }
  const std::string& origin() const { return origin_; }
  // Called by OpenSSL for each certificate that does not verify; the first one is the cause.
  void NoteVerifyFailure(X509_STORE_CTX* store);

 private:
  Result Failure(int code);

  const std::shared_ptr<OpenSslContext> context_;  // shared: sessions of old options outlive them
  SslPtr ssl_;
  const std::string origin_;
  std::string verify_failure_;
  std::string failure_;
  bool established_ = false;
  bool broken_ = false;
};

class OpenSslContext final : public TlsContext, public std::enable_shared_from_this<OpenSslContext> {
 public:
  explicit OpenSslContext(ContextPtr context) : context_(std::move(context)) {}
  absl::StatusOr<std::unique_ptr<TlsSession>> NewSession(int fd, const std::string& host, std::uint16_t port) override;

  void Keep(const std::string& origin, SessionPtr session) {
    if (kept_.size() >= kMaxKeptSessions) kept_.clear();
    kept_[origin] = std::move(session);
  }
  void Forget(const std::string& origin) { kept_.erase(origin); }

 private:
  ContextPtr context_;
  std::map<std::string, SessionPtr> kept_;
};

OpenSslSession* SessionOf(const SSL* ssl) { return static_cast<OpenSslSession*>(SSL_get_app_data(ssl)); }

int OnNewSession(SSL* ssl, SSL_SESSION* session) {
  OpenSslSession* owner = SessionOf(ssl);
  if (owner == nullptr) return 0;
  owner->context().Keep(owner->origin(), SessionPtr(session));
  return 1;  // the reference is ours now
}

int OnVerify(int verified, X509_STORE_CTX* store) {
  if (verified == 1) return 1;
  auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  if (OpenSslSession* owner = SessionOf(ssl); owner != nullptr) owner->NoteVerifyFailure(store);
  return 0;
}

void OpenSslSession::NoteVerifyFailure(X509_STORE_CTX* store) {
  if (!verify_failure_.empty()) return;
  const int error = X509_STORE_CTX_get_error(store);
  const X509* certificate = X509_STORE_CTX_get_current_cert(store);
  verify_failure_ = X509_verify_cert_error_string(error);
  if (certificate == nullptr) return;
  absl::StrAppend(&verify_failure_, " (certificate \"", NameText(X509_get_subject_name(certificate)),
                  "\", issued by \"", NameText(X509_get_issuer_name(certificate)), "\")");
}

TlsSession::Result OpenSslSession::Failure(int code) {
  switch (SSL_get_error(ssl_.get(), code)) {
    case SSL_ERROR_WANT_READ:
      return {State::kWantRead, 0};
    case SSL_ERROR_WANT_WRITE:
      return {State::kWantWrite, 0};
    case SSL_ERROR_ZERO_RETURN:
      return {State::kEnded, 0};
    default:
      broken_ = true;
      return {State::kFailed, 0};
  }
}

TlsSession::Result OpenSslSession::Handshake() {
  ERR_clear_error();
  const int code = SSL_do_handshake(ssl_.get());
  if (code == 1) {
    established_ = true;
    return {State::kDone, 0};
  }
  const Result result = Failure(code);
  if (result.state == State::kFailed || result.state == State::kEnded) {
    failure_ = verify_failure_.empty() ? LastErrorText() : verify_failure_;
    context_->Forget(origin_);
    ERR_clear_error();
  }
  return result;
}

TlsSession::Result OpenSslSession::Read(char* out, std::size_t room) {
  ERR_clear_error();
  std::size_t total = 0;
  // A record at a time: taking all that is there saves the caller turns through its context.
  while (total < room) {
    std::size_t got = 0;
    const int code = SSL_read_ex(ssl_.get(), out + total, room - total, &got);
    if (code != 1) {
      if (total > 0) break;  // the reason comes again with the next read
      return Failure(code);
    }
    total += got;
  }
  return {State::kDone, total};
}

TlsSession::Result OpenSslSession::Write(std::string_view bytes) {
  ERR_clear_error();
  std::size_t written = 0;
  const int code = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written);
  return code == 1 ? Result{State::kDone, written} : Failure(code);
}

void OpenSslSession::Shutdown() {
  // A session without close_notify would not be resumed; after a fatal error OpenSSL forbids the call.
  if (!established_ || broken_) return;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

absl::StatusOr<std::unique_ptr<TlsSession>> OpenSslContext::NewSession(int fd, const std::string& host,
                                                                       std::uint16_t port) {
  const absl::Status no_memory =
      MakeError(ErrorKind::kTls, absl::StrCat("cannot begin TLS with ", host, ": OpenSSL is out of memory"));
  SslPtr ssl(SSL_new(context_.get()));
  BIO* bio = ssl == nullptr ? nullptr : NewSocketBio(fd);
  if (bio == nullptr) return no_memory;
  SSL_set_bio(ssl.get(), bio, bio);
  SSL_set_connect_state(ssl.get());
  bool named = false;
  if (IsIpLiteral(host)) {
    named = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), host.c_str()) == 1;
  } else {
    SSL_set_hostflags(ssl.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    named = SSL_set1_host(ssl.get(), host.c_str()) == 1 && SSL_set_tlsext_host_name(ssl.get(), host.c_str()) == 1;
  }
  if (!named) return MakeError(ErrorKind::kTls, absl::StrCat("\"", host, "\" is not a host name that TLS can check"));
  std::string origin = absl::StrCat(host, ":", port);
  if (const auto kept = kept_.find(origin); kept != kept_.end()) SSL_set_session(ssl.get(), kept->second.get());
  return std::make_unique<OpenSslSession>(shared_from_this(), std::move(ssl), std::move(origin));
}

}  // namespace

absl::StatusOr<std::shared_ptr<TlsContext>> NewTlsContext(const std::string& extra_ca_file) {
  ContextPtr context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr) return MakeError(ErrorKind::kTls, "OpenSSL cannot make a TLS context");
  SSL_CTX* raw = context.get();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_verify(raw, SSL_VERIFY_PEER, &OnVerify);
  SSL_CTX_set_default_verify_paths(raw);
  if (!extra_ca_file.empty() && SSL_CTX_load_verify_file(raw, extra_ca_file.c_str()) != 1) {
    const std::string reason = LastErrorText();
    ERR_clear_error();
    return MakeError(ErrorKind::kTls, absl::StrCat("cannot read the CA file ", extra_ca_file, ": ", reason,
                                                   "; it must hold PEM certificates"));
  }
  static constexpr unsigned char kAlpn[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  SSL_CTX_set_alpn_protos(raw, kAlpn, sizeof kAlpn);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(raw, &OnNewSession);
  return std::make_shared<OpenSslContext>(std::move(context));
}

}  // namespace ag::http
