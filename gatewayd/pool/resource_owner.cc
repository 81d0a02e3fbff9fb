#include "gatewayd/pool/resource_owner.h"

#include <iterator>

namespace ag::pool {

void ResourceOwner::Remember(std::string_view resource_id, const AccountId& account) {
  if (resource_id.empty()) return;
  const std::lock_guard lock(mutex_);
  const auto found = index_.find(std::string(resource_id));
  if (found != index_.end()) {
    found->second->account = account;
    order_.splice(order_.end(), order_, found->second);
    return;
  }
  order_.push_back({std::string(resource_id), account});
  index_.emplace(order_.back().resource_id, std::prev(order_.end()));
  if (index_.size() <= capacity_) return;
  index_.erase(order_.front().resource_id);
  order_.pop_front();
}

std::optional<AccountId> ResourceOwner::Find(std::string_view resource_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = index_.find(std::string(resource_id));
  if (found == index_.end()) return std::nullopt;
  return found->second->account;
}

void ResourceOwner::Forget(const AccountId& account) {
  const std::lock_guard lock(mutex_);
  for (auto it = order_.begin(); it != order_.end();) {
    if (it->account == account) {
      index_.erase(it->resource_id);
      it = order_.erase(it);
    } else {
      ++it;
    }
  }
}

}  // namespace ag::pool
