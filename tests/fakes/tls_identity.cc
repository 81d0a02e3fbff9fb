#include "tests/fakes/tls_identity.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <climits>
#include <csignal>

#include "gatewayd/base/status_macros.h"

namespace ag::test {
namespace {

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;

void SetName(X509_NAME* name, const std::string& common_name) {
  const auto* text = reinterpret_cast<const unsigned char*>(common_name.c_str());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
}

void AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  AG_CHECK(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// Signed later; `issuer` null = self-issued.
Certificate NewCertificate(EVP_PKEY* key, const std::string& common_name, X509* issuer, long serial) {
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 24L * 3600);
  X509_set_pubkey(certificate.get(), key);
  SetName(X509_get_subject_name(certificate.get()), common_name);
  X509* from = issuer == nullptr ? certificate.get() : issuer;
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(from));
  return certificate;
}

std::string ToPem(X509* certificate) {
  std::unique_ptr<BIO, Deleter<BIO_free_all>> memory(BIO_new(BIO_s_mem()));
  AG_CHECK(PEM_write_bio_X509(memory.get(), certificate) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string ToPem(EVP_PKEY* key) {
  std::unique_ptr<BIO, Deleter<BIO_free_all>> memory(BIO_new(BIO_s_mem()));
  AG_CHECK(PEM_write_bio_PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

class TlsStream final : public ByteStream {
 public:
  TlsStream(std::unique_ptr<Socket> socket, SSL_CTX* context) : socket_(std::move(socket)), ssl_(SSL_new(context)) {
    AG_CHECK(SSL_set_fd(ssl_, socket_->fd()) == 1);
  }
  ~TlsStream() override { SSL_free(ssl_); }

  bool Handshake() { return SSL_accept(ssl_) == 1; }
  long Read(char* to, std::size_t size) override {
    const int got = SSL_read(ssl_, to, static_cast<int>(std::min<std::size_t>(size, INT_MAX)));
    if (got > 0) return got;
    return SSL_get_error(ssl_, got) == SSL_ERROR_ZERO_RETURN ? 0 : -1;
  }
  bool Write(std::string_view bytes) override {
    return bytes.empty() || SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) > 0;
  }
  int fd() const override { return socket_->fd(); }

 private:
  std::unique_ptr<Socket> socket_;
  SSL* ssl_;
};

}  // namespace

struct TlsIdentity::Impl {
  std::unique_ptr<SSL_CTX, Deleter<SSL_CTX_free>> context{SSL_CTX_new(TLS_server_method())};
};

TlsIdentity::TlsIdentity(const std::string& host) : impl_(std::make_unique<Impl>()) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  const Key ca_key(EVP_EC_gen("P-256"));
  const Certificate ca = NewCertificate(ca_key.get(), kCaName, nullptr, 1);
  AddExtension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  AddExtension(ca.get(), ca.get(), NID_subject_key_identifier, "hash");
  AG_CHECK(X509_sign(ca.get(), ca_key.get(), EVP_sha256()) > 0);
  ca_pem_ = ToPem(ca.get());

  const Key key(EVP_EC_gen("P-256"));
  const Certificate leaf = NewCertificate(key.get(), host, ca.get(), 2);
  AddExtension(leaf.get(), ca.get(), NID_basic_constraints, "critical,CA:FALSE");
  AddExtension(leaf.get(), ca.get(), NID_ext_key_usage, "serverAuth");
  AddExtension(leaf.get(), ca.get(), NID_subject_alt_name, "DNS:" + host + ",IP:127.0.0.1");
  AG_CHECK(X509_sign(leaf.get(), ca_key.get(), EVP_sha256()) > 0);
  certificate_pem_ = ToPem(leaf.get());
  key_pem_ = ToPem(key.get());
  AG_CHECK(SSL_CTX_use_certificate(impl_->context.get(), leaf.get()) == 1);
  AG_CHECK(SSL_CTX_use_PrivateKey(impl_->context.get(), key.get()) == 1);
}

TlsIdentity::~TlsIdentity() = default;

std::unique_ptr<ByteStream> TlsIdentity::Accept(std::unique_ptr<Socket> socket) const {
  auto stream = std::make_unique<TlsStream>(std::move(socket), impl_->context.get());
  if (!stream->Handshake()) return nullptr;
  return stream;
}

}  // namespace ag::test
