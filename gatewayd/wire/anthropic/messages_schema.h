#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/codec.h"

// JSON schemas as the messages API wants them (TRANSLATION row 19).
namespace ag::wire::anthropic {

// A tool's `input_schema` without `strict`: the client's own bytes, but for the root, which must be an object without
// anyOf, oneOf or allOf. Null and what is no schema become an open object. What is taken from the root is listed under
// `field` ("schema_keyword").
// https://platform.claude.com/docs/en/agents-and-tools/tool-use/implement-tool-use
std::string OpenSchema(const json::Value* schema, std::string_view field, EncodedRequest& out);

// The schema for strict tools and output_config.format, with what was removed listed under `field`. Unsupported when it
// cannot be expressed.
// https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
absl::StatusOr<std::string> StrictSchema(const json::Value& schema, std::string_view field, EncodedRequest& out);

}  // namespace ag::wire::anthropic
