#pragma once

#include "gatewayd/wire/schema_cleaner.h"

namespace ag::wire::openai {

// The part of JSON Schema that strict functions and strict output formats take:
// https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
const SchemaRules& StrictSchemaRules();

}  // namespace ag::wire::openai
