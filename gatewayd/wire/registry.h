#pragma once

#include "gatewayd/base/dialect.h"
#include "gatewayd/wire/dialect_codec.h"

namespace ag::wire {

// The one list of dialects. Never fails: every value of Dialect has its codec.
const DialectCodec& CodecOf(Dialect dialect);
// The dialect that speaks for a family: its errors have the shape that all of the family have.
const DialectCodec& CodecOf(Family family);

}  // namespace ag::wire
