#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>

#include "gatewayd/pool/hash.h"

namespace ag::pool {

// A model's upstream name with its hash, which is never 0: who asks many accounts for one model hashes it once. Does
// not own the name.
class ModelKey {
 public:
  ModelKey() : ModelKey(std::string_view()) {}  // no model: the account as a whole
  template <std::convertible_to<std::string_view> Name>
  explicit(false) ModelKey(const Name& name)  // a name stands wherever a key does
      : name_(name), hash_(HashOf(name_)) {
    if (hash_ == 0) hash_ = 1;
  }

  std::string_view name() const { return name_; }
  std::uint64_t hash() const { return hash_; }

 private:
  std::string_view name_;
  std::uint64_t hash_ = 0;
};

}  // namespace ag::pool
