#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/dialect.h"
#include "gatewayd/catalog/catalog.h"
#include "gatewayd/pool/pool_snapshot.h"
#include "gatewayd/upstream/provider.h"

namespace ag::proxy {

// What GET /v1/models and /v1beta/models answer: the union of what the enabled accounts' providers list and the route
// aliases, each in the asking client's shape. A provider's own object goes out untouched to a client of its family.
// Immutable; built on the control context when the pool, the lists or the routes change.
class ModelCatalog {
 public:
  // The provider objects of each account, as its last refresh brought them. Kept by the refresher.
  using Listings = std::map<AccountId, std::vector<upstream::ListedModel>>;

  ModelCatalog(const pool::PoolSnapshot& pool, const Listings& listings, const std::vector<std::string>& aliases,
               const catalog::Catalog& catalog);

  // The same with those models only that `wanted` takes.
  std::shared_ptr<const ModelCatalog> Only(const std::function<bool(std::string_view)>& wanted) const;

  // One page in the documented list shape of `client`. `query` may hold the API's own paging (limit, after_id,
  // before_id; pageSize, pageToken).
  std::string List(Family client, std::string_view query) const;
  // One model's object, or none when neither an account nor a route has it.
  std::optional<std::string> Get(Family client, std::string_view id) const;
  std::vector<std::string> Names() const;

 private:
  ModelCatalog() = default;

  struct Entry {
    std::string id;
    std::string owner;                  // preset name of the first that has it
    std::map<Family, std::string> raw;  // the providers' objects, by the listing provider's family
    catalog::ModelInfo info;            // for families without one
  };
  static std::string Render(const Entry& entry, Family client);
  std::string ListAnthropic(std::string_view query) const;
  std::string ListGemini(std::string_view query) const;
  std::size_t IndexOf(std::string_view id) const;

  std::vector<Entry> entries_;
};

}  // namespace ag::proxy
