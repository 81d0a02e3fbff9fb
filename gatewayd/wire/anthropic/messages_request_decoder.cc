#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/wire/anthropic/messages_codec.h"
#include "gatewayd/wire/anthropic/messages_content_decoder.h"
#include "gatewayd/wire/anthropic/messages_tools_decoder.h"
#include "gatewayd/wire/reasoning.h"
#include "gatewayd/wire/request_reader.h"

namespace ag::wire::anthropic {
namespace {

using json::Value;

// Fields that only steer Anthropic's own service; a foreign reply is good without them. MCP servers are tools that the
// service runs.
constexpr std::array<std::string_view, 12> kServiceOnly{
    "context_management", "inference_geo",  "speed",     "cache_control",         "compaction",      "diagnostics",
    "mcp_servers",        "billing_policy", "fallbacks", "fallback_credit_token", "user_profile_id", "workspace_id"};
// Fields that name the API's version in the body (Vertex, Bedrock); nothing to carry over.
constexpr std::array<std::string_view, 2> kVersions{"anthropic_version", "anthropic_beta"};

template <std::size_t N>
bool Contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What such a field says when it changes nothing.
bool SaysNothing(const Value& value) { return value.str() == "standard" || value.raw() == "[]" || value.raw() == "{}"; }

class Decoder {
 public:
  explicit Decoder(Arena& arena) : reader_(arena), content_(reader_) {}

  absl::StatusOr<const ChatRequest*> Decode(const Value& body) {
    request_.dialect = Dialect::kMessages;
    request_.raw = &body;
    const Value* messages = body.FindNonNull("messages");
    if (messages == nullptr) return WrongType("messages", "an array of messages");
    for (const auto& [key, value] : body.members()) {
      if (!value.is_null()) AG_RETURN_IF_ERROR(Member(key, value));
    }
    std::vector<Message> list;
    if (const Value* system = body.FindNonNull("system"); system != nullptr) {
      AG_RETURN_IF_ERROR(AddMessage(Role::kSystem, "system", "system", *system, list));
    }
    AG_RETURN_IF_ERROR(Messages(*messages, list));
    for (const auto& added : content_.added_tools()) {
      AG_RETURN_IF_ERROR(ReadTool(*added.definition, added.field, reader_, tools_));
    }
    request_.messages = reader_.Keep(list);
    request_.tools = reader_.Keep(tools_);
    request_.unknown = reader_.TakeUnknown();
    return reader_.arena().New<ChatRequest>(request_);
  }

 private:
  absl::Status Member(std::string_view key, const Value& value) {
    if (key == "messages" || key == "system") return absl::OkStatus();
    if (key == "model") return reader_.Read(value, key, request_.model);
    if (key == "stream") return reader_.Read(value, key, request_.stream);
    if (key == "max_tokens") {
      request_.max_tokens_field = key;
      return reader_.Read(value, key, request_.max_tokens);
    }
    if (key == "stop_sequences") return reader_.Read(value, key, request_.stop);
    if (key == "temperature") return reader_.Read(value, key, request_.sampling.temperature);
    if (key == "top_p") return reader_.Read(value, key, request_.sampling.top_p);
    if (key == "top_k") return reader_.Read(value, key, request_.sampling.top_k);
    if (key == "service_tier") return reader_.Read(value, key, request_.service_tier);
    if (key == "metadata") return Metadata(value);
    if (key == "thinking") return Thinking(value);
    if (key == "tools") return Tools(value);
    if (key == "tool_choice") return ReadToolChoice(value, reader_, request_);
    if (key == "output_config") return OutputConfig(value);
    if (key == "output_format") return Format(value, key);  // its place before output_config
    if (Contains(kServiceOnly, key)) {
      if (!SaysNothing(value)) reader_.Drop(key, value);
    } else if (!Contains(kVersions, key)) {
      reader_.Refuse(key, value);
    }
    return absl::OkStatus();
  }

  absl::Status Metadata(const Value& value) {
    if (!value.is_object()) return WrongType("metadata", "an object");
    for (const auto& [key, member] : value.members()) {
      if (member.is_null()) continue;
      const std::string_view field = reader_.Child("metadata", key);
      if (key != "user_id") {
        reader_.Drop(field, member);
        continue;
      }
      request_.user_field = field;
      AG_RETURN_IF_ERROR(reader_.Read(member, field, request_.user));
    }
    return absl::OkStatus();
  }

  // `thinking` and `output_config.effort` together make one spec, in whichever order they come.
  ReasoningSpec& Reasoning(std::string_view field) {
    if (!request_.reasoning) request_.reasoning = ReasoningSpec{.field = field};
    return *request_.reasoning;
  }

  // https://platform.claude.com/docs/en/build-with-claude/thinking
  absl::Status Thinking(const Value& value) {
    const Value* type = value.Find("type");
    if (type == nullptr || !type->is_string()) return WrongType("thinking.type", "a string");
    ReasoningSpec& spec = Reasoning("thinking");
    if (type->str() == "disabled" || type->str() == "between_tools") {
      spec.mode = ReasoningSpec::Mode::kOff;
    } else if (type->str() == "enabled") {
      const Value* budget = value.FindNonNull("budget_tokens");
      const auto tokens = budget == nullptr ? std::nullopt : budget->AsInt();
      if (!tokens) return WrongType("thinking.budget_tokens", "an integer");
      spec.mode = ReasoningSpec::Mode::kBudget;
      spec.budget_tokens = *tokens;
      spec.visible = true;  // such models show it unless told otherwise
    } else if (type->str() != "adaptive") {
      return WrongType("thinking.type", "enabled, adaptive, between_tools or disabled");
    }
    if (const Value* display = value.FindNonNull("display"); display != nullptr) {
      spec.visible = display->str() == "summarized";
    }
    return absl::OkStatus();
  }

  absl::Status OutputConfig(const Value& value) {
    if (!value.is_object()) return WrongType("output_config", "an object");
    for (const auto& [key, member] : value.members()) {
      if (member.is_null()) continue;
      const std::string_view field = reader_.Child("output_config", key);
      if (key == "effort") {
        AG_RETURN_IF_ERROR(Effort(member, field));
      } else if (key == "format") {
        AG_RETURN_IF_ERROR(Format(member, field));
      } else if (key == "task_budget") {  // tells the model what is left for the whole task
        reader_.Drop(field, member);
      } else {
        reader_.Refuse(field, member);
      }
    }
    return absl::OkStatus();
  }

  absl::Status Effort(const Value& value, std::string_view field) {
    const auto effort = EffortFromName(value.str());
    if (!effort) return WrongType(field, "low, medium, high, xhigh or max");
    ReasoningSpec& spec = Reasoning(field);
    spec.effort = *effort;
    if (spec.mode == ReasoningSpec::Mode::kAuto) spec.mode = ReasoningSpec::Mode::kEffort;
    return absl::OkStatus();
  }

  // https://platform.claude.com/docs/en/build-with-claude/structured-outputs
  absl::Status Format(const Value& value, std::string_view field) {
    const Value* type = value.Find("type");
    if (type == nullptr || type->str() != "json_schema") return WrongType(reader_.Child(field, "type"), "json_schema");
    const Value* schema = value.FindNonNull("schema");
    if (schema == nullptr || !schema->is_object()) return WrongType(reader_.Child(field, "schema"), "a JSON schema");
    ResponseFormat format;
    format.kind = ResponseFormat::Kind::kJsonSchema;
    format.schema = schema;
    format.strict = true;  // the API keeps to the schema
    format.field = field;
    request_.response_format = format;
    return absl::OkStatus();
  }

  absl::Status Tools(const Value& value) {
    if (!value.is_array()) return WrongType("tools", "an array");
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      AG_RETURN_IF_ERROR(ReadTool(value.items()[i], reader_.At("tools", i), reader_, tools_));
    }
    return absl::OkStatus();
  }

  // A compaction block stands for the conversation before it: its summary is text where that was not sent.
  static void TellWhatWas(std::vector<Part>& parts) {
    for (Part& part : parts) {
      const auto* block = std::get_if<ServerToolPart>(&part.value);
      const Value* summary = block == nullptr || block->type != "compaction" ? nullptr : block->raw->Find("content");
      if (summary != nullptr && !summary->str().empty()) part.value = TextPart{summary->str()};
    }
  }

  absl::Status AddMessage(Role role, std::string_view field, std::string_view content_field, const Value& content,
                          std::vector<Message>& list) {
    std::vector<Part> parts;
    AG_RETURN_IF_ERROR(content_.Read(content, content_field, parts));
    if (list.empty() || list.back().role == Role::kSystem) TellWhatWas(parts);
    // An empty system prompt says nothing, and neither does a message that only changed the tools.
    const bool blank = role == Role::kSystem && (content.is_string() ? content.str().empty() : parts.empty());
    if (blank) return absl::OkStatus();
    Message message;
    message.role = role;
    message.field = field;
    message.parts = reader_.Keep(parts);
    list.push_back(message);
    return absl::OkStatus();
  }

  absl::Status Messages(const Value& value, std::vector<Message>& list) {
    if (!value.is_array() || value.items().empty()) return WrongType("messages", "a non-empty array of messages");
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      const Value& item = value.items()[i];
      const std::string_view field = reader_.At("messages", i);
      const auto role = RoleOf(item);
      if (!role) return WrongType(reader_.Child(field, "role"), "user, assistant or system");
      const Value* content = item.FindNonNull("content");
      const std::string_view content_field = reader_.Child(field, "content");
      if (content == nullptr) return WrongType(content_field, "a string or an array of content blocks");
      AG_RETURN_IF_ERROR(AddMessage(*role, field, content_field, *content, list));
      for (const auto& [key, member] : item.members()) {
        if (key != "role" && key != "content") reader_.Refuse(reader_.Child(field, key), member);
      }
    }
    return absl::OkStatus();
  }

  static std::optional<Role> RoleOf(const Value& message) {
    const Value* role = message.Find("role");
    const std::string_view name = role == nullptr ? std::string_view() : role->str();
    if (name == "user") return Role::kUser;
    if (name == "assistant") return Role::kAssistant;
    if (name == "system") return Role::kSystem;
    return std::nullopt;
  }

  RequestReader reader_;
  ContentDecoder content_;
  std::vector<ToolSpec> tools_;
  ChatRequest request_;
};

}  // namespace

absl::StatusOr<const ChatRequest*> DecodeMessagesRequest(const Endpoint& /*endpoint*/, const Value& body,
                                                         Arena& arena) {
  return Decoder(arena).Decode(body);
}

}  // namespace ag::wire::anthropic
