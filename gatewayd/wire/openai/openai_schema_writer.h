#pragma once

#include <absl/status/status.h>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/codec.h"

// What chat and Responses requests say of schemas in the same members. Schemas of OpenAI's own clients go as they are;
// those of others are brought into the strict form (openai_schema.h), for other providers hold their models to a schema
// always.
namespace ag::wire::openai {

// Where the members go; all references outlive the call.
struct SchemaSink {
  const ChatRequest& request;
  const UpstreamTarget& target;
  EncodedRequest& out;
  json::Writer& writer;
};

// "parameters" of a function that has some. True if the model is to be held to them ("strict").
bool WriteParameters(const ToolSpec& tool, const SchemaSink& sink);

// "name", "description", "schema" and "strict" of an output format of the type "json_schema". Unsupported, naming the
// field, for a schema that has no strict form.
absl::Status WriteJsonSchema(const ResponseFormat& format, const SchemaSink& sink);

}  // namespace ag::wire::openai
