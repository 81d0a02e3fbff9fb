#pragma once

#include <absl/status/statusor.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "gatewayd/auth/aes_gcm.h"
#include "gatewayd/base/secret.h"

namespace ag::auth {

// Seals secrets for the database: AES-256-GCM, random 96-bit nonce, a version prefix, and what the secret belongs to as
// associated data, so that a sealed key copied to another account or host does not open. Thread-safe.
class SecretBox {
 public:
  using Key = AesKey;

  explicit SecretBox(const Key& key);
  SecretBox(const SecretBox&) = delete;
  SecretBox& operator=(const SecretBox&) = delete;
  ~SecretBox();  // wipes the key

  // `bound_to` is e.g. account id + '\n' + origin. Sealed form: "v1:" + base64(nonce ‖ ciphertext ‖ tag).
  std::string Seal(const Secret& secret, std::string_view bound_to) const;
  // kAccountAuth with a sentence when it does not open (other key, other binding, damaged).
  absl::StatusOr<Secret> Open(std::string_view sealed, std::string_view bound_to) const;
  // Hex SHA-256 over the key, to notice that another key file was put in place.
  std::string KeyFingerprint() const;

 private:
  Key key_;
};

// Where the master key came from; recorded in the database and never silently replaced.
struct MasterKey {
  SecretBox::Key key{};
  std::string source;  // "environment", "credential-file", "key-file"
};

// AG_MASTER_KEY (64 hex digits), else $CREDENTIALS_DIRECTORY/ag-master-key (systemd), else <data_dir>/master.key (0600,
// made when absent and `may_create`: only then a database without sealed secrets exists). Refuses a key file that
// others can read, and never writes over one: what is wrong with it stands in the error.
enum class KeyCreation : std::uint8_t { kAllowed, kForbidden };
absl::StatusOr<MasterKey> LoadMasterKey(const std::string& data_dir, KeyCreation creation);

// Cryptographically random text of [A-Za-z0-9]: gateway keys ("sk-" + 48).
Secret NewGatewayKey();
// Lower-case hex SHA-256: what is stored of further client keys.
using KeyHashText = std::array<char, 64>;
KeyHashText HashOfKey(std::string_view key);
std::string KeyHash(std::string_view key);  // the same as a string

}  // namespace ag::auth
