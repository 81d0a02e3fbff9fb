#pragma once

#include "gatewayd/base/dialect.h"
#include "gatewayd/wire/dialect_codec.h"

namespace ag::wire {

// The one list of dialects. Never fails: every value of Dialect has its codec.
const DialectCodec& CodecOf(Dialect dialect);

}  // namespace ag::wire
