#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/clock.h"
#include "gatewayd/base/random.h"
#include "gatewayd/base/secret.h"
#include "gatewayd/keys/client_key.h"

namespace ag::keys {

// All further keys, oldest first: an immutable value published to the shards. Keys are shared, so that a request keeps
// its own when another state is published.
struct KeyRing {
  std::vector<std::shared_ptr<const HeldKey>> keys;

  // Null when there is none.
  std::shared_ptr<const HeldKey> Find(std::string_view id) const;
};

// What of a key changes; what is absent stays.
struct ClientKeyChange {
  std::optional<std::string> name;
  std::optional<bool> enabled;
  std::optional<std::optional<WallTime>> expires;  // nothing inside: never
  std::optional<std::vector<std::string>> models;
  std::optional<pool::AccountLimits> limits;
};

// The further client keys: the one place that changes them. On the control context; each change is written to
// gateway.db before it is visible. Whoever changes keys then has the new ring published.
class KeyBook {
 public:
  // References outlive the book.
  KeyBook(store::ClientKeyTable& table, const Clock& clock, RandomSource& random)
      : table_(table), clock_(clock), random_(random) {}

  absl::Status Load();
  std::shared_ptr<const KeyRing> ring() const { return ring_; }

  // A key and its secret, which is told this once and never again.
  struct Issued {
    std::shared_ptr<const HeldKey> held;
    Secret secret;
  };
  // InvalidRequest: what CheckClientKey refuses, a name that another key has.
  absl::StatusOr<Issued> Create(const ClientKeyChange& wanted);
  // The following three: absl NOT_FOUND when no key has the id; ABORTED when `revision` is given and not the present.
  absl::StatusOr<std::shared_ptr<const HeldKey>> Change(std::string_view id, const ClientKeyChange& change,
                                                        std::optional<std::int64_t> revision = std::nullopt);
  // A new secret in the old one's place, which is refused from then on. Counts, budgets and bounds stay.
  absl::StatusOr<Issued> Rotate(std::string_view id, std::optional<std::int64_t> revision = std::nullopt);
  absl::Status Remove(std::string_view id, std::optional<std::int64_t> revision = std::nullopt);

 private:
  absl::StatusOr<std::shared_ptr<const HeldKey>> Get(std::string_view id, std::optional<std::int64_t> revision) const;
  // Checks, stores and publishes it under its id, with the counters given.
  absl::StatusOr<std::shared_ptr<const HeldKey>> Store(ClientKey key, std::shared_ptr<KeyCounters> counters);

  store::ClientKeyTable& table_;
  const Clock& clock_;
  RandomSource& random_;
  std::shared_ptr<const KeyRing> ring_ = std::make_shared<const KeyRing>();  // shared with the proxy's states
};

}  // namespace ag::keys
