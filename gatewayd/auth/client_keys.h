#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/secret.h"
#include "gatewayd/http/message.h"

namespace ag::auth {

enum class AuthMode : std::uint8_t { kOff, kStrict, kAllExceptHealth, kAuto };
std::string_view NameOf(AuthMode mode);
std::optional<AuthMode> AuthModeFromName(std::string_view name);

// The keys that open the gateway: an immutable value published to the shards.
struct ClientKeySet {
  Secret primary;
  std::vector<std::string> further;  // KeyHash of each
};

// The key that a request carries: Authorization: Bearer, x-api-key, x-goog-api-key, ?key=, in this order; the first
// that is not empty counts. Empty = none. A view into the headers, or into `decoded`, where a key of the query is put.
std::string_view PresentedKey(const http::Headers& headers, std::string_view query, std::string& decoded);

struct KeyCheck {
  bool valid = false;
  std::optional<std::size_t> further;  // which of ClientKeySet::further; none for the primary key
};
// In a time that depends on the key's length and on the number of keys, not on what matches: the primary is compared as
// it is, the further keys by their hashes, all of them. An empty key is never valid.
KeyCheck CheckKey(const ClientKeySet& keys, std::string_view presented);

}  // namespace ag::auth
