#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gatewayd/base/ids.h"

namespace ag::pool {

// Which account issued a response, file, cache or thread id: a request that names one must go there. Bounded, oldest
// out. Thread-safe by a mutex (docs/adr/0004): only requests that carry or create such ids touch it.
class ResourceOwner {
 public:
  explicit ResourceOwner(std::size_t capacity = 65'536) : capacity_(capacity) {}

  void Remember(std::string_view resource_id, const AccountId& account);
  std::optional<AccountId> Find(std::string_view resource_id) const;
  // Forgets everything of a removed account.
  void Forget(const AccountId& account);

 private:
  struct Entry {
    std::string resource_id;
    AccountId account;
  };
  const std::size_t capacity_;
  // Guards what follows. Not Abseil's: ThreadSanitizer cannot see the locks of a library that was built without it.
  mutable std::mutex mutex_;
  std::list<Entry> order_;  // oldest first
  std::unordered_map<std::string, std::list<Entry>::iterator> index_;
};

}  // namespace ag::pool
