#pragma once

#include <absl/status/status.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/sandbox/ask.h"

namespace ag::sandbox {

std::string_view TextOf(const json::Value* value);  // empty for null and for what is no text
std::optional<std::int64_t> IntegerOf(const json::Value* value);
// The member under either name.
const json::Value* Either(const json::Value& object, std::string_view a, std::string_view b);

// Collects a conversation into an Ask: counts what would be tokens, keeps what the user said last and what came since,
// and minds which tool calls are still to be answered. The reader of each protocol calls it, in order.
class Conversation {
 public:
  explicit Conversation(Ask& ask) : ask_(ask) {}

  void Count(std::string_view text) { characters_ += text.size(); }
  void CountRaw(const json::Value* value) {
    if (value != nullptr) Count(value->raw());
  }

  void BeginTurn() { ++turns_; }
  // A user's turn with text is a new prompt: earlier tool results are no longer what the conversation ends with.
  void AddUserText(std::string_view text);
  void BeginModelTurn();
  // Bytes in base64; `type` may be empty.
  void AddMedium(Ask::Medium::Kind kind, std::string_view type, std::string_view base64);
  void AddMediumAt(Ask::Medium::Kind kind, std::string_view url);
  // "data:TYPE;base64,…", or a URL.
  void AddMediumUrl(Ask::Medium::Kind kind, std::string_view url);

  void AddCall(std::string_view id) { open_calls_.emplace_back(id); }
  // False when no call of that id waits for a result.
  bool AddOutput(std::string_view id, std::string text);
  const std::vector<std::string>& open_calls() const { return open_calls_; }

  void AddState() { ++ask_.states_returned; }
  void Finish() { ask_.input_tokens = static_cast<std::int64_t>((characters_ + 3) / 4 + 3 * turns_); }

 private:
  Ask& ask_;
  std::vector<std::string> open_calls_;
  std::size_t characters_ = 0;
  std::size_t turns_ = 0;
};

// A refusal of the request: InvalidRequest that names the field; `code` is the provider's own, or empty.
absl::Status Refuse(std::string_view param, std::string_view message, std::string_view code = {});
absl::Status CheckTemperature(const json::Value& body, double most);
void AddStops(const json::Value* value, Ask& ask);
void AddTool(std::string_view name, const json::Value* schema, Ask& ask);

}  // namespace ag::sandbox
