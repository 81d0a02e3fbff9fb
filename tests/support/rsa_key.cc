#include "tests/support/rsa_key.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <cstdlib>

namespace ag::test {
namespace {

std::string TextOf(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

std::string Escaped(std::string_view pem) {
  std::string text;
  for (const char c : pem) text += c == '\n' ? std::string("\\n") : std::string(1, c);
  return text;
}

}  // namespace

RsaKey::RsaKey() {
  EVP_PKEY* key = EVP_RSA_gen(2048);
  if (key == nullptr) std::abort();
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PKCS8PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  private_pem_ = TextOf(bio);
  bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PUBKEY(bio, key);
  public_pem_ = TextOf(bio);
  EVP_PKEY_free(key);
}

const RsaKey& RsaKey::Shared() {
  static const RsaKey key;
  return key;
}

bool RsaKey::Verifies(std::string_view text, std::string_view signature) const {
  BIO* bio = BIO_new_mem_buf(public_pem_.data(), static_cast<int>(public_pem_.size()));
  EVP_PKEY* key = PEM_read_bio_PUBKEY(bio, nullptr, nullptr, nullptr);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  const auto bytes = [](std::string_view from) { return reinterpret_cast<const unsigned char*>(from.data()); };
  const bool good = EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key) == 1 &&
                    EVP_DigestVerify(context, bytes(signature), signature.size(), bytes(text), text.size()) == 1;
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  BIO_free(bio);
  return good;
}

std::string ServiceAccountFile(std::string_view token_uri) {
  return R"({"type":"service_account","project_id":"their-project","private_key_id":"key-1","private_key":")" +
         Escaped(RsaKey::Shared().private_pem()) +
         R"(","client_email":"robot@their-project.iam.gserviceaccount.com","client_id":"1","token_uri":")" +
         std::string(token_uri) + "\"}";
}

}  // namespace ag::test
