#pragma once

#include "gatewayd/base/json.h"
#include "gatewayd/wire/schema_cleaner.h"

namespace ag::wire::openai {

// The part of JSON Schema that strict functions and strict output formats take:
// https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
const SchemaRules& StrictSchemaRules();

// True if strict functions take the schema as it stands: every object is closed and demands all that it names.
bool IsStrictSchema(const json::Value& schema);

}  // namespace ag::wire::openai
