#include "gatewayd/auth/signed_jwt.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstddef>
#include <memory>

#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"

namespace ag::auth {
namespace {

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

// Without a callback OpenSSL would ask the terminal for the passphrase of an encrypted key.
int NoPassphrase(char*, int, int, void*) { return -1; }

Key ReadKey(const Secret& pem) {
  const std::string_view text = pem.Reveal();
  const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (bio == nullptr) return nullptr;
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr));
  if (key == nullptr || EVP_PKEY_base_id(key.get()) != EVP_PKEY_RSA) return nullptr;
  return key;
}

std::string HeaderJson(std::string_view key_id) {
  std::string json;
  json::Writer writer(json);
  writer.BeginObject().Field("alg", "RS256").Field("typ", "JWT");
  if (!key_id.empty()) writer.Field("kid", key_id);
  writer.EndObject();
  return json;
}

bool Sign(EVP_PKEY& key, std::string_view text, std::string& signature) {
  const DigestContext context(EVP_MD_CTX_new());
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  if (context == nullptr) return false;
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, &key) != 1) return false;
  if (EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) != 1) return false;
  signature.resize(size);
  auto* out = reinterpret_cast<unsigned char*>(signature.data());
  if (EVP_DigestSign(context.get(), out, &size, bytes, text.size()) != 1) return false;
  signature.resize(size);
  return true;
}

}  // namespace

absl::StatusOr<Secret> SignJwt(const Secret& private_key, std::string_view key_id, std::string_view claims_json) {
  const Key key = ReadKey(private_key);
  std::string text =
      absl::StrCat(absl::WebSafeBase64Escape(HeaderJson(key_id)), ".", absl::WebSafeBase64Escape(ToAbsl(claims_json)));
  std::string signature;
  if (key == nullptr || !Sign(*key, text, signature)) {
    return MakeError(ErrorKind::kAccountAuth,
                     "the private key of the service account cannot be used: it is no unencrypted RSA key in PEM. Make "
                     "a new key and add its JSON file");
  }
  absl::StrAppend(&text, ".", absl::WebSafeBase64Escape(signature));
  return Secret(std::move(text));
}

std::string ClaimsOf(std::string_view jwt) {
  const std::size_t first = jwt.find('.');
  if (first == std::string_view::npos) return {};
  const std::size_t second = jwt.find('.', first + 1);
  if (second == std::string_view::npos) return {};
  std::string claims;
  if (!absl::WebSafeBase64Unescape(ToAbsl(jwt.substr(first + 1, second - first - 1)), &claims)) return {};
  return claims;
}

}  // namespace ag::auth
