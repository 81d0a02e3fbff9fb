#include "gatewayd/proxy/proxy_state.h"

#include <utility>

namespace ag::proxy {

PreparedPool::PreparedPool(std::shared_ptr<const pool::PoolSnapshot> snapshot) : snapshot_(std::move(snapshot)) {
  endpoints_.resize(snapshot_->accounts.size());
  for (std::size_t i = 0; i < endpoints_.size(); ++i) {
    const pool::Account& account = snapshot_->accounts[i].account;
    for (const auto& [dialect, endpoint] : account.endpoints) {
      auto url = http::ParseUrl(endpoint.base_url);
      if (!url) continue;
      upstream::Endpoint prepared;
      prepared.url = *std::move(url);
      prepared.auth = endpoint.auth;
      prepared.family = FamilyOf(dialect);
      prepared.project = account.project;
      endpoints_[i][static_cast<std::size_t>(dialect)] = std::move(prepared);
    }
  }
}

const upstream::Endpoint* PreparedPool::Find(const pool::PooledAccount& account, Dialect dialect) const {
  const auto index = static_cast<std::size_t>(&account - snapshot_->accounts.data());
  const auto& endpoint = endpoints_[index][static_cast<std::size_t>(dialect)];
  return endpoint ? &*endpoint : nullptr;
}

}  // namespace ag::proxy
