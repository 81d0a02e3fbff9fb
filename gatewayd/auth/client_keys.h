#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/ids.h"
#include "gatewayd/base/secret.h"
#include "gatewayd/http/message.h"

namespace ag::auth {

enum class AuthMode : std::uint8_t { kOff, kStrict, kAllExceptHealth, kAuto };
std::string_view NameOf(AuthMode mode);
std::optional<AuthMode> AuthModeFromName(std::string_view name);

// The keys that open the gateway: an immutable value published to the shards.
struct ClientKeySet {
  Secret primary;
  struct Hashed {
    ClientKeyId id;
    std::string sha256_hex;  // KeyHash
    std::string name;
  };
  std::vector<Hashed> further;
};

// The key that a request carries: Authorization: Bearer, x-api-key, x-goog-api-key, ?key=, in this order; the first
// that is not empty counts. Empty = none.
std::string PresentedKey(const http::Headers& headers, std::string_view query);

struct KeyCheck {
  bool valid = false;
  ClientKeyId id;  // empty for the primary key
};
// In a time that depends on the key's length and on the number of keys, not on what matches: the primary is compared as
// it is, the further keys by their hashes, all of them. An empty key is never valid.
KeyCheck CheckKey(const ClientKeySet& keys, std::string_view presented);

}  // namespace ag::auth
