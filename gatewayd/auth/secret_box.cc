#include "gatewayd/auth/secret_box.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "gatewayd/auth/digest.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag::auth {
namespace {

constexpr std::string_view kVersion = "v1:";
constexpr int kNonceBytes = 12;
constexpr int kTagBytes = 16;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

absl::Status DoesNotOpen(std::string_view why) {
  return MakeError(ErrorKind::kAccountAuth,
                   absl::StrCat("The stored secret does not open: ", ToAbsl(why), ". Enter the secret again"));
}

}  // namespace

SecretBox::SecretBox(const Key& key) : key_(key) {}
SecretBox::~SecretBox() { OPENSSL_cleanse(key_.data(), key_.size()); }

// The version is authenticated too, so that a later format cannot be passed off as this one.
std::string SecretBox::Seal(const Secret& secret, std::string_view bound_to) const {
  const std::string_view plain = secret.Reveal();
  std::string sealed(kNonceBytes + plain.size() + kTagBytes, '\0');
  AG_CHECK(RAND_bytes(Bytes(sealed), kNonceBytes) == 1);
  const Context context(EVP_CIPHER_CTX_new());
  AG_CHECK(context != nullptr);
  int size = 0;
  AG_CHECK(EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key_.data(), Bytes(sealed)) == 1);
  for (const std::string_view part : {kVersion, bound_to}) {
    AG_CHECK(EVP_EncryptUpdate(context.get(), nullptr, &size, Bytes(part), static_cast<int>(part.size())) == 1);
  }
  unsigned char* out = Bytes(sealed) + kNonceBytes;
  AG_CHECK(EVP_EncryptUpdate(context.get(), out, &size, Bytes(plain), static_cast<int>(plain.size())) == 1);
  AG_CHECK(EVP_EncryptFinal_ex(context.get(), out + plain.size(), &size) == 1);
  AG_CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, out + plain.size()) == 1);
  return absl::StrCat(ToAbsl(kVersion), absl::Base64Escape(sealed));
}

absl::StatusOr<Secret> SecretBox::Open(std::string_view sealed, std::string_view bound_to) const {
  if (!sealed.starts_with(kVersion)) return DoesNotOpen("its format is not known to this version of AG Gateway");
  sealed.remove_prefix(kVersion.size());
  std::string bytes;
  // Re-encoding refuses the spellings that a lenient decoder takes for the same bytes.
  if (!absl::Base64Unescape(ToAbsl(sealed), &bytes) || absl::Base64Escape(bytes) != ToAbsl(sealed) ||
      bytes.size() < kNonceBytes + kTagBytes) {
    return DoesNotOpen("it is damaged");
  }
  const std::size_t plain_size = bytes.size() - kNonceBytes - kTagBytes;
  unsigned char* const cipher = Bytes(bytes) + kNonceBytes;
  std::string plain(plain_size, '\0');
  const Context context(EVP_CIPHER_CTX_new());
  AG_CHECK(context != nullptr);
  int size = 0;
  AG_CHECK(EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key_.data(), Bytes(bytes)) == 1);
  for (const std::string_view part : {kVersion, bound_to}) {
    AG_CHECK(EVP_DecryptUpdate(context.get(), nullptr, &size, Bytes(part), static_cast<int>(part.size())) == 1);
  }
  AG_CHECK(EVP_DecryptUpdate(context.get(), Bytes(plain), &size, cipher, static_cast<int>(plain_size)) == 1);
  AG_CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, cipher + plain_size) == 1);
  const bool authentic = EVP_DecryptFinal_ex(context.get(), Bytes(plain) + plain_size, &size) == 1;
  Secret secret(std::move(plain));
  if (!authentic) {
    return DoesNotOpen("it was sealed with another master key or for another account or host, or it is damaged");
  }
  return secret;
}

std::string SecretBox::KeyFingerprint() const { return Hex(Sha256(key_)); }

Secret NewGatewayKey() {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  constexpr std::size_t kLength = 48;
  // Bytes beyond the last whole multiple of the alphabet would favour its first letters.
  constexpr std::uint8_t kUsable = 256 / kAlphabet.size() * kAlphabet.size();
  std::string key = "sk-";
  key.reserve(key.size() + kLength);
  while (key.size() < 3 + kLength) {
    std::array<std::uint8_t, 64> bytes{};
    AG_CHECK(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
    for (const std::uint8_t byte : bytes) {
      if (byte < kUsable && key.size() < 3 + kLength) key.push_back(kAlphabet[byte % kAlphabet.size()]);
    }
    OPENSSL_cleanse(bytes.data(), bytes.size());
  }
  return Secret(std::move(key));
}

std::string KeyHash(std::string_view key) { return Hex(Sha256({Bytes(key), key.size()})); }

}  // namespace ag::auth
