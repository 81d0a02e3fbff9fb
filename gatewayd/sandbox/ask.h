#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"

namespace ag::sandbox {

// What the sandbox reads out of a request; the rest of the request it ignores, as it makes its answers up. What the
// providers check of a conversation it checks too: that each tool call has its result, that reasoning state comes back
// as it was issued.
struct Ask {
  struct Tool {
    std::string name;
    std::string arguments;  // JSON that satisfies the tool's schema, made up
  };
  // An image or a file that the user sent.
  struct Medium {
    enum class Kind { kImage, kFile };
    Kind kind = Kind::kImage;
    std::string about;  // "image/png, 70 bytes", or a URL
  };
  // What the request says of reasoning. The sandbox thinks when the prompt says "sandbox:think" and the request allows
  // it as its protocol demands.
  struct Thinking {
    bool allowed = false;
    bool visible = false;     // thoughts or a summary of them are asked for
    bool with_state = false;  // and the opaque state
  };

  std::string model;
  std::string text;                       // the last text of the user
  std::vector<std::string> tool_outputs;  // that the conversation ends with
  std::vector<Medium> media;              // since the last turn of the model
  std::vector<Tool> tools;
  std::optional<std::string> forced_tool;  // tool_choice demands one; empty = any
  bool one_call = false;                   // parallel calls are not wanted
  std::optional<std::string> json;         // structured output: a value that satisfies the schema, made up
  Thinking thinking;
  int states_returned = 0;        // opaque states of earlier answers that came back, each of them genuine
  std::int64_t input_tokens = 0;  // about four characters each
  std::optional<std::int64_t> max_tokens;
  std::vector<std::string> stops;
  bool stream = false;
  bool include_usage = false;  // chat and completions: stream_options.include_usage

  bool Thinks() const { return thinking.allowed && text.find("sandbox:think") != std::string::npos; }
};

// What an opaque state belongs to in each protocol (see signature.h): Anthropic ties it to the thought's text, Gemini
// to the function called ("" = a text).
std::string ResponsesBinding();
std::string MessagesBinding(std::string_view thought);
std::string GeminiBinding(std::string_view function);

// Fail with kInvalidRequest naming the field, as the provider would.
absl::StatusOr<Ask> ReadChat(const json::Value& body);
absl::StatusOr<Ask> ReadCompletions(const json::Value& body);
absl::StatusOr<Ask> ReadResponses(const json::Value& body);
enum class MaxTokens { kRequired, kIgnored };  // count_tokens has none
absl::StatusOr<Ask> ReadMessages(const json::Value& body, MaxTokens max_tokens);
// The model stands in the path. Accepts camelCase and snake_case keys, and countTokens' generateContentRequest.
absl::StatusOr<Ask> ReadGemini(const json::Value& body, std::string_view model);

}  // namespace ag::sandbox
