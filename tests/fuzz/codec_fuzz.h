#pragma once

#include <cstddef>
#include <cstdint>

#include "gatewayd/base/dialect.h"

namespace ag::wire {

// What the fuzz program of one dialect does with its input. The first byte says what the rest is, a request of the
// dialect (high bit) or a provider's reply, and picks the options; the second picks how a reply is split.
void FuzzCodec(Dialect dialect, const std::uint8_t* data, std::size_t size);

}  // namespace ag::wire
