#pragma once

#include <string>

#include "gatewayd/base/json.h"

namespace ag::sandbox {

// A small value that satisfies a JSON schema, as JSON text without blanks; the same for the same schema. All properties
// are there (down to some depth: then the required ones only), arrays have the fewest items but one where any may be,
// texts read "sandbox". Knows $ref within the document, anyOf, oneOf, allOf, const, enum, the bounds of numbers, texts
// and arrays, the common formats, and either spelling of types ("string", "STRING"); `pattern` it does not heed.
std::string SampleOf(const json::Value& schema);

// The same for a tool's arguments, which are an object whatever the schema; null = a tool without a schema.
std::string ArgumentsFor(const json::Value* schema);

}  // namespace ag::sandbox
