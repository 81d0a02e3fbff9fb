#include "gatewayd/pool/pool_snapshot.h"

#include <algorithm>

namespace ag::pool {

const PooledAccount* PoolSnapshot::Find(const AccountId& id) const {
  if (index != nullptr) {
    const auto position = index->Find(id);
    return position ? &accounts[*position] : nullptr;
  }
  const auto found = std::find_if(accounts.begin(), accounts.end(),
                                  [&id](const PooledAccount& pooled) { return pooled.account.id == id; });
  return found == accounts.end() ? nullptr : &*found;
}

}  // namespace ag::pool
