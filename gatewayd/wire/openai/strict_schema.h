#pragma once

#include "gatewayd/base/json.h"

namespace ag::wire::openai {

// Strict functions and strict output formats take a part of JSON Schema only:
// https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
// True if the schema is one that strict functions take as it stands: every object is closed and demands all that it
// names.
bool IsStrictSchema(const json::Value& schema);

}  // namespace ag::wire::openai
