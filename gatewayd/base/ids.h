#pragma once

#include <compare>
#include <string>
#include <utility>

namespace ag {

// A string id that cannot be mixed up with another kind of id.
template <typename Tag>
class StrongId {
 public:
  StrongId() = default;
  explicit StrongId(std::string value) : value_(std::move(value)) {}

  const std::string& value() const { return value_; }
  bool empty() const { return value_.empty(); }

  friend auto operator<=>(const StrongId&, const StrongId&) = default;
  friend bool operator==(const StrongId&, const StrongId&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const StrongId& id) {
    return H::combine(std::move(state), id.value_);
  }

 private:
  std::string value_;
};

using AccountId = StrongId<struct AccountIdTag>;
using ClientKeyId = StrongId<struct ClientKeyIdTag>;

}  // namespace ag
