#include "gatewayd/auth/aes_gcm.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <memory>
#include <utility>

#include "gatewayd/base/status_macros.h"

namespace ag::auth {
namespace {

constexpr int kNonceBytes = 12;
constexpr int kTagBytes = 16;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

std::string AesSeal(const AesKey& key, std::span<const std::string_view> associated, std::string_view plain) {
  std::string sealed(kNonceBytes + plain.size() + kTagBytes, '\0');
  AG_CHECK(RAND_bytes(Bytes(sealed), kNonceBytes) == 1);
  const Context context(EVP_CIPHER_CTX_new());
  AG_CHECK(context != nullptr);
  int size = 0;
  AG_CHECK(EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(), Bytes(sealed)) == 1);
  for (const std::string_view part : associated) {
    AG_CHECK(EVP_EncryptUpdate(context.get(), nullptr, &size, Bytes(part), static_cast<int>(part.size())) == 1);
  }
  unsigned char* out = Bytes(sealed) + kNonceBytes;
  AG_CHECK(EVP_EncryptUpdate(context.get(), out, &size, Bytes(plain), static_cast<int>(plain.size())) == 1);
  AG_CHECK(EVP_EncryptFinal_ex(context.get(), out + plain.size(), &size) == 1);
  AG_CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, out + plain.size()) == 1);
  return sealed;
}

std::optional<Secret> AesOpen(const AesKey& key, std::span<const std::string_view> associated,
                              std::string_view sealed) {
  if (sealed.size() < kNonceBytes + kTagBytes) return std::nullopt;
  const std::size_t plain_size = sealed.size() - kNonceBytes - kTagBytes;
  std::string tag(sealed.substr(kNonceBytes + plain_size));  // OpenSSL wants it writable
  std::string plain(plain_size, '\0');
  const Context context(EVP_CIPHER_CTX_new());
  AG_CHECK(context != nullptr);
  int size = 0;
  AG_CHECK(EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(), Bytes(sealed)) == 1);
  for (const std::string_view part : associated) {
    AG_CHECK(EVP_DecryptUpdate(context.get(), nullptr, &size, Bytes(part), static_cast<int>(part.size())) == 1);
  }
  const unsigned char* const cipher = Bytes(sealed) + kNonceBytes;
  AG_CHECK(EVP_DecryptUpdate(context.get(), Bytes(plain), &size, cipher, static_cast<int>(plain_size)) == 1);
  AG_CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1);
  const bool authentic = EVP_DecryptFinal_ex(context.get(), Bytes(plain) + plain_size, &size) == 1;
  Secret secret(std::move(plain));  // wiped when it is not to be had
  if (!authentic) return std::nullopt;
  return secret;
}

}  // namespace ag::auth
