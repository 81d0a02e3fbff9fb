#pragma once

#include <string>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/schema_cleaner.h"

// What Google's two ways to write a schema take: JSON Schema (parametersJsonSchema, responseJsonSchema) and its own
// Schema type, a subset of OpenAPI 3.0 (parameters, responseSchema).
namespace ag::wire::gemini {

// https://ai.google.dev/api/generate-content#GenerationConfig (responseJsonSchema)
const SchemaRules& ResponseSchemaRules();
// Parameters of functions take what Schema has, too.
const SchemaRules& FunctionSchemaRules();
// For models without JSON Schema: https://ai.google.dev/api/caching#Schema
const SchemaRules& OpenApiSchemaRules();

// A Schema as JSON Schema: types in lower case, `nullable` as a type, keys in camelCase, 64-bit limits as numbers.
std::string JsonSchemaOf(const json::Value& schema);

}  // namespace ag::wire::gemini
