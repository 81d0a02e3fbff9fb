#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/wire/anthropic/messages_codec.h"
#include "gatewayd/wire/reasoning.h"
#include "gatewayd/wire/request_reader.h"

namespace ag::wire::anthropic {
namespace {

using json::Value;

// Fields that only steer Anthropic's own service; a foreign reply is good without them.
constexpr std::array<std::string_view, 4> kServiceOnly{"context_management", "inference_geo", "speed", "cache_control"};
// Fields that name the API's version in the body (Vertex, Bedrock); nothing to carry over.
constexpr std::array<std::string_view, 2> kVersions{"anthropic_version", "anthropic_beta"};

template <std::size_t N>
bool Contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Decoder {
 public:
  explicit Decoder(Arena& arena) : reader_(arena) {}

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
      Message message;
      message.role = Role::kSystem;
      message.field = "system";
      AG_RETURN_IF_ERROR(Content(*system, "system", message));
      if (!message.parts.empty()) list.push_back(message);
    }
    AG_RETURN_IF_ERROR(Messages(*messages, list));
    request_.messages = reader_.Keep(list);
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
    if (key == "tools" || key == "mcp_servers") return EmptyOrRefused(key, value);
    if (key == "tool_choice") return ToolChoice(value);
    if (key == "output_config") return OutputConfig(value);
    if (Contains(kServiceOnly, key)) {
      reader_.Drop(key, value);
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

  absl::Status Thinking(const Value& value) {
    const Value* type = value.Find("type");
    if (type == nullptr || !type->is_string()) return WrongType("thinking.type", "a string");
    ReasoningSpec& spec = Reasoning("thinking");
    if (type->str() == "disabled") {
      spec.mode = ReasoningSpec::Mode::kOff;
    } else if (type->str() == "enabled") {
      const Value* budget = value.FindNonNull("budget_tokens");
      const auto tokens = budget == nullptr ? std::nullopt : budget->AsInt();
      if (!tokens) return WrongType("thinking.budget_tokens", "an integer");
      spec.mode = ReasoningSpec::Mode::kBudget;
      spec.budget_tokens = *tokens;
      spec.visible = true;  // such models show it unless told otherwise
    } else if (type->str() != "adaptive") {
      return WrongType("thinking.type", "enabled, adaptive or disabled");
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
      if (key != "effort") {
        reader_.Refuse(field, member);
        continue;
      }
      const auto effort = EffortFromName(member.str());
      if (!effort) return WrongType(field, "low, medium, high, xhigh or max");
      ReasoningSpec& spec = Reasoning(field);
      spec.effort = *effort;
      if (spec.mode == ReasoningSpec::Mode::kAuto) spec.mode = ReasoningSpec::Mode::kEffort;
    }
    return absl::OkStatus();
  }

  absl::Status EmptyOrRefused(std::string_view key, const Value& value) {
    if (!value.is_array()) return WrongType(key, "an array");
    if (!value.items().empty()) reader_.Refuse(key, value);
    return absl::OkStatus();
  }

  absl::Status ToolChoice(const Value& value) {
    const Value* type = value.Find("type");
    if (type == nullptr || !type->is_string()) return WrongType("tool_choice.type", "a string");
    if (type->str() != "auto" && type->str() != "none") reader_.Refuse("tool_choice", value);
    return absl::OkStatus();
  }

  absl::Status Messages(const Value& value, std::vector<Message>& list) {
    if (!value.is_array() || value.items().empty()) return WrongType("messages", "a non-empty array of messages");
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      const Value& item = value.items()[i];
      Message message;
      message.field = reader_.At("messages", i);
      const Value* role = item.Find("role");
      const std::string_view name = role == nullptr ? std::string_view() : role->str();
      if (name == "user") {
        message.role = Role::kUser;
      } else if (name == "assistant") {
        message.role = Role::kAssistant;
      } else if (name == "system") {
        message.role = Role::kSystem;
      } else {
        return WrongType(reader_.Child(message.field, "role"), "user, assistant or system");
      }
      const Value* content = item.FindNonNull("content");
      const std::string_view field = reader_.Child(message.field, "content");
      if (content == nullptr) return WrongType(field, "a string or an array of content blocks");
      AG_RETURN_IF_ERROR(Content(*content, field, message));
      for (const auto& [key, member] : item.members()) {
        if (key != "role" && key != "content") reader_.Refuse(reader_.Child(message.field, key), member);
      }
      list.push_back(message);
    }
    return absl::OkStatus();
  }

  absl::Status Content(const Value& value, std::string_view field, Message& message) {
    std::vector<Part> parts;
    if (value.is_string()) {
      if (message.role != Role::kSystem || !value.str().empty()) {
        parts.push_back({TextPart{value.str()}, std::nullopt, field});
      }
    } else if (value.is_array()) {
      for (std::size_t i = 0; i < value.items().size(); ++i) {
        AG_RETURN_IF_ERROR(Block(value.items()[i], reader_.At(field, i), parts));
      }
    } else {
      return WrongType(field, "a string or an array of content blocks");
    }
    message.parts = reader_.Keep(parts);
    return absl::OkStatus();
  }

  absl::Status Block(const Value& item, std::string_view field, std::vector<Part>& parts) {
    const Value* type = item.Find("type");
    if (type == nullptr || !type->is_string()) return WrongType(reader_.Child(field, "type"), "a string");
    Part part;
    part.field = field;
    if (type->str() == "text") {
      AG_RETURN_IF_ERROR(TextBlock(item, part));
    } else if (type->str() == "thinking" || type->str() == "redacted_thinking") {
      part.value = ThinkingBlock(item, type->str());
    } else {
      reader_.Refuse(field, item);
      return absl::OkStatus();
    }
    parts.push_back(part);
    return absl::OkStatus();
  }

  absl::Status TextBlock(const Value& item, Part& part) {
    TextPart text;
    const Value* value = item.Find("text");
    if (value == nullptr) return WrongType(reader_.Child(part.field, "text"), "a string");
    AG_RETURN_IF_ERROR(reader_.Read(*value, reader_.Child(part.field, "text"), text.text));
    part.value = text;
    for (const auto& [key, member] : item.members()) {
      if (key == "type" || key == "text" || member.is_null()) continue;
      if (key == "cache_control") {
        const Value* ttl = member.Find("ttl");
        part.cache = CacheHint{ttl == nullptr ? std::string_view() : ttl->str()};
      } else if (key != "citations" || !member.items().empty()) {
        reader_.Drop(reader_.Child(part.field, key), member);
      }
    }
    return absl::OkStatus();
  }

  static ReasoningPart ThinkingBlock(const Value& item, std::string_view type) {
    ReasoningPart reasoning;
    reasoning.family = Family::kAnthropic;
    if (type == "redacted_thinking") {
      reasoning.kind = ReasoningPart::Kind::kRedacted;
      if (const Value* data = item.Find("data"); data != nullptr) reasoning.signature = data->str();
      return reasoning;
    }
    if (const Value* text = item.Find("thinking"); text != nullptr) reasoning.text = text->str();
    if (const Value* signature = item.Find("signature"); signature != nullptr) reasoning.signature = signature->str();
    return reasoning;
  }

  RequestReader reader_;
  ChatRequest request_;
};

}  // namespace

absl::StatusOr<const ChatRequest*> DecodeMessagesRequest(const Endpoint& /*endpoint*/, const Value& body,
                                                         Arena& arena) {
  return Decoder(arena).Decode(body);
}

}  // namespace ag::wire::anthropic
