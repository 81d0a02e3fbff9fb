#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gatewayd/auth/client_keys.h"
#include "gatewayd/auth/origin_guard.h"
#include "gatewayd/catalog/catalog.h"
#include "gatewayd/config/config.h"
#include "gatewayd/keys/key_book.h"
#include "gatewayd/pool/pool_snapshot.h"
#include "gatewayd/pool/scheduler.h"
#include "gatewayd/proxy/model_catalog.h"
#include "gatewayd/routing/model_router.h"
#include "gatewayd/upstream/provider.h"

namespace ag::proxy {

// A pool snapshot with what each request would otherwise work out again: the endpoints' URLs taken apart.
class PreparedPool {
 public:
  explicit PreparedPool(std::shared_ptr<const pool::PoolSnapshot> snapshot);

  const pool::PoolSnapshot& snapshot() const { return *snapshot_; }
  // `account` must be of this snapshot. Null when it does not speak the dialect, or its URL is no URL.
  const upstream::Endpoint* Find(const pool::PooledAccount& account, Dialect dialect) const;

 private:
  std::shared_ptr<const pool::PoolSnapshot> snapshot_;  // shared with the pool's owner and older states
  std::vector<std::array<std::optional<upstream::Endpoint>, kDialectCount>> endpoints_;
};

// Everything a request is decided by, as one immutable value. The control context builds a new one when anything
// changes and posts it to the shards; a request keeps the one that it began with.
struct ProxyState {
  config::ProxyConfig config;
  config::TranslationConfig translation;
  pool::PickPolicy picking;
  auth::AuthMode auth_mode = auth::AuthMode::kOff;  // never kAuto: resolved when the state is built
  auth::ClientKeySet keys;
  // What the further keys may do, in the order of keys.further; shared between states. Never null.
  std::shared_ptr<const keys::KeyRing> key_ring = std::make_shared<const keys::KeyRing>();
  auth::OriginPolicy origins;
  std::shared_ptr<const catalog::Catalog> catalog;     // shared: changes only with the override file
  std::shared_ptr<const PreparedPool> pool;            // shared between states
  std::shared_ptr<const routing::ModelRouter> router;  // shared between states
  std::shared_ptr<const ModelCatalog> models;          // shared between states
};

}  // namespace ag::proxy
