#include "gatewayd/auth/secret_box.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "gatewayd/auth/aes_gcm.h"
#include "gatewayd/auth/digest.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag::auth {
namespace {

constexpr std::string_view kVersion = "v1:";

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
  const std::array associated{kVersion, bound_to};
  return absl::StrCat(ToAbsl(kVersion), absl::Base64Escape(AesSeal(key_, associated, secret.Reveal())));
}

absl::StatusOr<Secret> SecretBox::Open(std::string_view sealed, std::string_view bound_to) const {
  if (!sealed.starts_with(kVersion)) return DoesNotOpen("its format is not known to this version of AG Gateway");
  sealed.remove_prefix(kVersion.size());
  std::string bytes;
  // Re-encoding refuses the spellings that a lenient decoder takes for the same bytes.
  if (!absl::Base64Unescape(ToAbsl(sealed), &bytes) || absl::Base64Escape(bytes) != ToAbsl(sealed)) {
    return DoesNotOpen("it is damaged");
  }
  const std::array associated{kVersion, bound_to};
  auto secret = AesOpen(key_, associated, bytes);
  if (!secret) {
    return DoesNotOpen("it was sealed with another master key or for another account or host, or it is damaged");
  }
  return *std::move(secret);
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

KeyHashText HashOfKey(std::string_view key) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  KeyHashText text{};
  char* out = text.data();
  for (const std::uint8_t byte : Sha256({Bytes(key), key.size()})) {
    *out++ = kDigits[byte >> 4];
    *out++ = kDigits[byte & 0xF];
  }
  return text;
}

std::string KeyHash(std::string_view key) {
  const KeyHashText text = HashOfKey(key);
  return {text.data(), text.size()};
}

}  // namespace ag::auth
