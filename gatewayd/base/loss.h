#pragma once

#include <cstdint>
#include <string>

#include "gatewayd/base/reason.h"

namespace ag {

enum class LossClass : std::uint8_t { kApprox, kDrop };

// One field of a request or reply that the other dialect cannot say exactly. Listed in the request's record, so that
// nothing is lost silently.
struct Loss {
  LossClass loss_class = LossClass::kDrop;
  std::string field;  // as the source dialect writes it, e.g. "top_k", "messages[2].content[0].cache_control"
  Reason reason;

  friend bool operator==(const Loss&, const Loss&) = default;
};

}  // namespace ag
