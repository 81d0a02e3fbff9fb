#pragma once

#include <cstdint>
#include <string_view>

#include "gatewayd/base/json.h"
#include "gatewayd/base/usage.h"
#include "gatewayd/wire/codec.h"

namespace ag::wire::openai {

// What changes of a response object while it is made.
struct ResponseState {
  std::string_view status = "in_progress";  // in_progress, completed, incomplete, failed
  std::string_view output;                  // the finished items, separated by commas
  Usage usage;                              // null in the object while it is not known
  std::string_view incomplete_reason;       // max_output_tokens, content_filter
  std::string_view error_code;              // empty = no error
  std::string_view error_message;
  std::string_view service_tier;  // as the upstream named it; empty = it named none
};

// Writes the response object (https://platform.openai.com/docs/api-reference/responses/object), which repeats the
// fields of the request that it answers, with the documented defaults for what the request left out.
void WriteResponseObject(const ReplyOptions& options, std::string_view id, const ResponseState& state,
                         json::Writer& writer);

}  // namespace ag::wire::openai
