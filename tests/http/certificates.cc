#include "tests/http/certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <csignal>

#include "gatewayd/base/status_macros.h"

namespace ag::test {
namespace {

std::shared_ptr<EVP_PKEY> NewKey() { return {EVP_EC_gen("P-256"), &EVP_PKEY_free}; }

void AddExtension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  AG_CHECK(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

std::shared_ptr<X509> NewCertificate(const std::string& common_name, EVP_PKEY* key, long serial) {
  std::shared_ptr<X509> certificate(X509_new(), &X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0);
  return certificate;
}

}  // namespace

PrivateCa::PrivateCa(const std::string& common_name)
    : key_(NewKey()), certificate_(NewCertificate(common_name, key_.get(), 1)) {
  X509_set_issuer_name(certificate_.get(), X509_get_subject_name(certificate_.get()));
  AddExtension(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(certificate_.get(), NID_key_usage, "critical,keyCertSign");
  AG_CHECK(X509_sign(certificate_.get(), key_.get(), EVP_sha256()) != 0);
}

PrivateCa::~PrivateCa() = default;

std::string PrivateCa::Pem() const {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, certificate_.get());
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  std::string pem(bytes, static_cast<std::size_t>(size));
  BIO_free(bio);
  return pem;
}

std::shared_ptr<SSL_CTX> PrivateCa::ServerContext(const std::string& subject_alt_name) const {
  const auto key = NewKey();
  const auto certificate = NewCertificate("test server", key.get(), 2);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
  AddExtension(certificate.get(), NID_subject_alt_name, subject_alt_name);
  AG_CHECK(X509_sign(certificate.get(), key_.get(), EVP_sha256()) != 0);
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  AG_CHECK(SSL_CTX_use_certificate(context.get(), certificate.get()) == 1);
  AG_CHECK(SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1);
  static constexpr unsigned char kId[] = "ag-test";
  SSL_CTX_set_session_id_context(context.get(), kId, sizeof kId);
  return context;
}

TlsPeer::TlsPeer(RawSocket& socket, const std::shared_ptr<SSL_CTX>& context) : ssl_(SSL_new(context.get())) {
  SSL_set_fd(ssl_, socket.fd());
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL's own socket BIO raises it when the client has gone
}

TlsPeer::~TlsPeer() { SSL_free(ssl_); }

bool TlsPeer::Accept() { return SSL_accept(ssl_) == 1; }

bool TlsPeer::resumed() const { return SSL_session_reused(ssl_) == 1; }

std::string TlsPeer::ReadUntil(const std::string& mark) {
  std::string text;
  char c = 0;
  while (!(text.size() >= mark.size() && text.compare(text.size() - mark.size(), mark.size(), mark) == 0)) {
    if (SSL_read(ssl_, &c, 1) != 1) break;
    text += c;
  }
  return text;
}

bool TlsPeer::Send(const std::string& text) {
  return SSL_write(ssl_, text.data(), static_cast<int>(text.size())) == static_cast<int>(text.size());
}

}  // namespace ag::test
