#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/clock.h"
#include "gatewayd/base/ids.h"
#include "gatewayd/pool/account_limits.h"
#include "gatewayd/routing/pattern.h"
#include "gatewayd/store/tables.h"

namespace ag::keys {

// A further client key: who holds it may use the gateway within these bounds. A value. The key itself is known only to
// its holder; we keep its hash and a hint to recognise it by.
struct ClientKey {
  ClientKeyId id;
  std::string name;        // unique; errors name the key by it
  std::string hint;        // "sk-…f3a9"; empty for keys of before there were hints
  std::string sha256_hex;  // auth::KeyHash
  bool enabled = true;
  std::optional<WallTime> expires;  // refused from then on
  std::vector<std::string> models;  // routing::Pattern; what it may ask for, as clients write it; empty = everything
  pool::AccountLimits limits;       // budgets only
  WallTime created{};
  std::int64_t revision = 1;  // rises with each change
};

// What one key has done, shared by all snapshots that hold it: shards add to it without asking the owner.
struct KeyCounters {
  std::atomic<std::int64_t> requests{0};      // that were let in
  std::atomic<std::int64_t> tokens{0};        // that their answers reported
  std::atomic<std::int64_t> cost{0};          // billionths of a US dollar, where prices are known
  std::atomic<std::int64_t> since_ms{0};      // wall time from which these count
  std::atomic<std::int64_t> last_used_ms{0};  // wall time; 0 = never
  pool::BudgetMeter used;                     // by what the key's budgets count

  void CountRequest(WallTime now);
  void CountTokens(std::int64_t tokens, WallTime now);
  void CountCost(std::int64_t nano_usd, WallTime now);
};

// A key as the shards have it. Immutable but for its counters.
struct HeldKey {
  ClientKey key;
  std::vector<routing::Pattern> models;   // key.models, compiled
  std::shared_ptr<KeyCounters> counters;  // shared with the snapshots before and after
};

// Why a key is refused, or why not.
enum class KeyState : std::uint8_t { kReady, kDisabled, kExpired, kBudgetSpent };
KeyState StateOf(const HeldKey& held, WallTime now);

// ClientAuth for a key that is switched off or has expired. Errors name the key by its name.
absl::Status CheckUsable(const ClientKey& key, WallTime now);
// Whether the key may ask for `model`. A key that may ask for some models only may ask for nothing that names none
// (files, batches), since what stands in those cannot be known.
bool MayAsk(const HeldKey& held, std::string_view model);
// Lets one request in and counts it: ClientAuth (param "model") for a model that the key may not ask for, ClientBudget
// with the time until the budget begins anew. Allocates nothing when it lets it in.
absl::Status Admit(const HeldKey& held, std::string_view model, WallTime now);

// InvalidRequest that names the field: name, models, limits.
absl::Status CheckClientKey(const ClientKey& key);

// The way to the table and back; what cannot be read of the options is an error that names the key.
store::ClientKeyRow ToRow(const ClientKey& key);
absl::StatusOr<ClientKey> FromRow(const store::ClientKeyRow& row);

}  // namespace ag::keys
