#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <cstddef>
#include <list>
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
  mutable absl::Mutex mutex_;
  std::list<Entry> order_ ABSL_GUARDED_BY(mutex_);  // oldest first
  std::unordered_map<std::string, std::list<Entry>::iterator> index_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ag::pool
