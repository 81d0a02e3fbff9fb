#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"

namespace ag::sandbox {

// What the sandbox reads out of a request; the rest of the request it ignores, as it makes its answers up.
struct Ask {
  struct Tool {
    std::string name;
    std::string arguments;  // JSON that satisfies the tool's schema, made up
  };

  std::string model;
  std::string text;                        // the last text of the user
  std::optional<std::string> tool_output;  // when the conversation ends with a tool's result
  std::vector<Tool> tools;
  std::optional<std::string> forced_tool;  // tool_choice demands one; empty = any
  std::int64_t input_tokens = 0;           // about four characters each
  std::optional<std::int64_t> max_tokens;
  std::vector<std::string> stops;
  bool stream = false;
  bool include_usage = false;  // chat and completions: stream_options.include_usage
};

// Fail with kInvalidRequest naming the field, as the provider would.
absl::StatusOr<Ask> ReadChat(const json::Value& body);
absl::StatusOr<Ask> ReadCompletions(const json::Value& body);
absl::StatusOr<Ask> ReadResponses(const json::Value& body);
enum class MaxTokens { kRequired, kIgnored };  // count_tokens has none
absl::StatusOr<Ask> ReadMessages(const json::Value& body, MaxTokens max_tokens);
// The model stands in the path. Accepts camelCase and snake_case keys, and countTokens' generateContentRequest.
absl::StatusOr<Ask> ReadGemini(const json::Value& body, std::string_view model);

// Made-up arguments for a JSON schema (either spelling of types: "string", "STRING").
std::string ArgumentsFor(const json::Value* schema);

}  // namespace ag::sandbox
