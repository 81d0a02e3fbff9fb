#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/sandbox/ask.h"
#include "gatewayd/sandbox/conversation.h"
#include "gatewayd/sandbox/openai_ask.h"
#include "gatewayd/sandbox/sample.h"
#include "gatewayd/sandbox/signature.h"

// https://platform.claude.com/docs/en/api/messages
namespace ag::sandbox {

std::string MessagesBinding(std::string_view thought) { return absl::StrCat("messages:", ToAbsl(thought)); }

namespace {

// Reads the turns; a place is written as the provider writes it: "messages.1.content.0".
class MessagesTurns {
 public:
  explicit MessagesTurns(Conversation& conversation) : conversation_(conversation) {}

  absl::Status Add(const json::Value& message) {
    place_ = absl::StrCat("messages.", number_++);
    const json::Value* content = message.FindNonNull("content");
    if (TextOf(message.Find("role")) == "assistant") {
      conversation_.BeginModelTurn();
      return AddModelTurn(content);
    }
    conversation_.BeginTurn();
    std::string text(TextOf(content));
    if (content != nullptr) {
      for (std::size_t i = 0; i < content->items().size(); ++i) {
        AG_RETURN_IF_ERROR(AddUserBlock(content->items()[i], absl::StrCat(place_, ".content.", i), text));
      }
    }
    if (!conversation_.open_calls().empty()) {
      return Refuse(place_,
                    absl::StrCat(place_, ": `tool_use` ids were found without `tool_result` blocks immediately ",
                                 "after: ", absl::StrJoin(conversation_.open_calls(), ", "),
                                 ". Each `tool_use` block must have a corresponding `tool_result` block in the ",
                                 "next message."));
    }
    conversation_.AddUserText(text);
    return absl::OkStatus();
  }

  // Where the last turn of the model calls a tool without having thought first; else empty.
  const std::string& thoughtless_call() const { return thoughtless_call_; }

 private:
  absl::Status AddModelTurn(const json::Value* content) {
    thoughtless_call_.clear();
    conversation_.Count(TextOf(content));
    if (content == nullptr) return absl::OkStatus();
    bool thought = false;
    for (std::size_t i = 0; i < content->items().size(); ++i) {
      const json::Value& block = content->items()[i];
      const std::string_view type = TextOf(block.Find("type"));
      const std::string place = absl::StrCat(place_, ".content.", i);
      thought = thought || type == "thinking" || type == "redacted_thinking";
      if (type == "thinking") {
        AG_RETURN_IF_ERROR(CheckThought(block, place));
      } else if (type == "tool_use") {
        if (!thought) thoughtless_call_ = place;
        conversation_.AddCall(TextOf(block.Find("id")));
      } else {
        conversation_.Count(TextOf(block.Find("text")));
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckThought(const json::Value& block, std::string_view place) {
    const std::string_view thought = TextOf(block.Find("thinking"));
    if (!IsSignature(TextOf(block.Find("signature")), MessagesBinding(thought))) {
      return Refuse(place, absl::StrCat(ToAbsl(place), ": Invalid `signature` in `thinking` block"));
    }
    conversation_.AddState();
    return absl::OkStatus();
  }

  absl::Status AddUserBlock(const json::Value& block, std::string_view place, std::string& text) {
    const std::string_view type = TextOf(block.Find("type"));
    if (type == "tool_result") return AddResult(block, place);
    AddContent(block, text);
    return absl::OkStatus();
  }

  absl::Status AddResult(const json::Value& block, std::string_view place) {
    const json::Value* content = block.FindNonNull("content");
    std::string text(TextOf(content));
    if (content != nullptr) {
      for (const json::Value& part : content->items()) AddContent(part, text);
    }
    const std::string_view id = TextOf(block.Find("tool_use_id"));
    if (conversation_.AddOutput(id, std::move(text))) return absl::OkStatus();
    return Refuse(place, absl::StrCat(ToAbsl(place), ": unexpected `tool_use_id` found in `tool_result` blocks: ",
                                      ToAbsl(id), ". Each `tool_result` block must have a corresponding `tool_use` ",
                                      "block in the previous message."));
  }

  void AddContent(const json::Value& block, std::string& text) {
    const std::string_view type = TextOf(block.Find("type"));
    if (type != "image" && type != "document") {
      absl::StrAppend(&text, text.empty() ? "" : " ", ToAbsl(TextOf(block.Find("text"))));
      return;
    }
    const auto kind = type == "image" ? Ask::Medium::Kind::kImage : Ask::Medium::Kind::kFile;
    const json::Value* source = block.FindNonNull("source");
    if (source == nullptr) return;
    if (const json::Value* url = source->FindNonNull("url")) {
      conversation_.AddMediumAt(kind, url->str());
    } else {
      conversation_.AddMedium(kind, TextOf(source->Find("media_type")), TextOf(source->Find("data")));
    }
  }

  Conversation& conversation_;
  std::size_t number_ = 0;
  std::string place_;
  std::string thoughtless_call_;
};

absl::Status ReadLimits(const json::Value& body, MaxTokens max_tokens, Ask& ask) {
  ask.max_tokens = IntegerOf(body.FindNonNull("max_tokens"));
  if (max_tokens == MaxTokens::kIgnored) return absl::OkStatus();
  if (!ask.max_tokens) return Refuse("max_tokens", "max_tokens: Field required");
  if (*ask.max_tokens < 1) {
    return Refuse("max_tokens", "max_tokens: Input should be greater than or equal to 1");
  }
  return absl::OkStatus();
}

// https://platform.claude.com/docs/en/build-with-claude/extended-thinking
absl::Status ReadThinking(const json::Value& body, const MessagesTurns& turns, Ask& ask) {
  const json::Value* thinking = body.FindNonNull("thinking");
  const std::string_view type = thinking == nullptr ? std::string_view() : TextOf(thinking->Find("type"));
  ask.thinking.allowed = !type.empty() && type != "disabled";
  if (!ask.thinking.allowed) return absl::OkStatus();
  ask.thinking.visible = TextOf(thinking->Find("display")) != "omitted";
  ask.thinking.with_state = true;
  if (type != "enabled") return absl::OkStatus();
  const std::int64_t budget = IntegerOf(thinking->FindNonNull("budget_tokens")).value_or(0);
  if (budget < 1024) {
    return Refuse("thinking", "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024");
  }
  if (ask.max_tokens && *ask.max_tokens <= budget) {
    return Refuse("max_tokens", "`max_tokens` must be greater than `thinking.budget_tokens`.");
  }
  if (ask.forced_tool) return Refuse("tool_choice", "Thinking may not be enabled when tool_choice forces tool use.");
  if (ask.Thinks() && !ask.tool_outputs.empty() && !turns.thoughtless_call().empty()) {
    return Refuse(
        turns.thoughtless_call(),
        absl::StrCat(turns.thoughtless_call(), ".type: Expected `thinking` or `redacted_thinking`, but found ",
                     "`tool_use`. When `thinking` is enabled, a final `assistant` message must start with a ",
                     "thinking block."));
  }
  return absl::OkStatus();
}

void ReadTools(const json::Value& body, Conversation& conversation, Ask& ask) {
  if (const json::Value* tools = body.FindNonNull("tools")) {
    conversation.CountRaw(tools);
    for (const json::Value& tool : tools->items())
      AddTool(TextOf(tool.Find("name")), tool.FindNonNull("input_schema"), ask);
  }
  const json::Value* choice = body.FindNonNull("tool_choice");
  if (choice == nullptr) return;
  const std::string_view type = TextOf(choice->Find("type"));
  if (type == "any") ask.forced_tool = "";
  if (type == "tool") ask.forced_tool = TextOf(choice->Find("name"));
  if (type == "none") ask.tools.clear();
  const json::Value* one = choice->FindNonNull("disable_parallel_tool_use");
  ask.one_call = one != nullptr && one->AsBool(false);
}

// output_config.format, or output_format as it was called in the beta.
void ReadOutputFormat(const json::Value& body, Ask& ask) {
  const json::Value* config = body.FindNonNull("output_config");
  const json::Value* format = config == nullptr ? nullptr : config->FindNonNull("format");
  if (format == nullptr) format = body.FindNonNull("output_format");
  const json::Value* schema = format == nullptr ? nullptr : format->FindNonNull("schema");
  if (schema != nullptr) ask.json = SampleOf(*schema);
}

}  // namespace

absl::StatusOr<Ask> ReadMessages(const json::Value& body, MaxTokens max_tokens) {
  Ask ask;
  if (absl::Status status = ReadCommon(body, ask); !status.ok()) {
    if (!body.is_object()) return status;
    return Refuse("model", "model: Field required");
  }
  // SDKs that get this answer send the whole conversation from then on.
  if (body.FindNonNull("thread") != nullptr) {
    return Refuse("thread", "Message threads are not supported: the sandbox keeps none.", "thread_unsupported_request");
  }
  AG_RETURN_IF_ERROR(ReadLimits(body, max_tokens, ask));
  const json::Value* messages = body.FindNonNull("messages");
  if (messages == nullptr || messages->items().empty()) {
    return Refuse("messages", "messages: at least one message is required");
  }
  AG_RETURN_IF_ERROR(CheckTemperature(body, 1));
  Conversation conversation(ask);
  conversation.CountRaw(body.FindNonNull("system"));
  MessagesTurns turns(conversation);
  for (const json::Value& message : messages->items()) AG_RETURN_IF_ERROR(turns.Add(message));
  ReadTools(body, conversation, ask);
  AG_RETURN_IF_ERROR(ReadThinking(body, turns, ask));
  ReadOutputFormat(body, ask);
  AddStops(body.FindNonNull("stop_sequences"), ask);
  conversation.Finish();
  return ask;
}

}  // namespace ag::sandbox
