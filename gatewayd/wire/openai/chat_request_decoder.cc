#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/wire/openai/chat_codec.h"
#include "gatewayd/wire/reasoning.h"
#include "gatewayd/wire/request_reader.h"

namespace ag::wire::openai {
namespace {

using json::Value;

// Fields that only steer OpenAI's own service or a compatible server's sampling; a foreign reply is good without them.
constexpr std::array<std::string_view, 9> kServiceOnly{"prediction",
                                                       "verbosity",
                                                       "prompt_cache_options",
                                                       "prompt_cache_retention",
                                                       "moderation",
                                                       "chat_template_kwargs",
                                                       "min_p",
                                                       "repetition_penalty",
                                                       "top_a"};

class Decoder {
 public:
  explicit Decoder(Arena& arena) : reader_(arena) {}

  absl::StatusOr<const ChatRequest*> Decode(const Value& body) {
    request_.dialect = Dialect::kChat;
    request_.raw = &body;
    const Value* messages = body.FindNonNull("messages");
    if (messages == nullptr) return WrongType("messages", "an array of messages");
    for (const auto& [key, value] : body.members()) {
      if (!value.is_null()) AG_RETURN_IF_ERROR(Member(key, value));
    }
    AG_RETURN_IF_ERROR(Messages(*messages));
    request_.unknown = reader_.TakeUnknown();
    return reader_.arena().New<ChatRequest>(request_);
  }

 private:
  absl::Status Member(std::string_view key, const Value& value) {
    if (key == "messages") return absl::OkStatus();
    if (key == "model") return reader_.Read(value, key, request_.model);
    if (key == "stream") return reader_.Read(value, key, request_.stream);
    if (key == "stream_options") return StreamOptions(value);
    if (key == "n") return reader_.Read(value, key, request_.n);
    if (key == "stop") return Stop(value);
    if (key == "max_tokens" || key == "max_completion_tokens") return MaxTokens(key, value);
    if (key == "logprobs") return reader_.Read(value, key, request_.logprobs);
    if (key == "top_logprobs") return reader_.Read(value, key, request_.top_logprobs);
    if (key == "service_tier") return reader_.Read(value, key, request_.service_tier);
    if (key == "store") return reader_.Read(value, key, request_.store);
    if (key == "prompt_cache_key") return reader_.Read(value, key, request_.prompt_cache_key);
    if (key == "user" || key == "safety_identifier") return User(key, value);
    if (key == "metadata") {
      request_.metadata = &value;
      return absl::OkStatus();
    }
    if (key == "reasoning_effort") return ReasoningEffort(value);
    if (key == "modalities") return Modalities(value);
    if (key == "response_format") return ResponseFormat(value);
    if (key == "tools" || key == "functions") return EmptyOrRefused(key, value);
    if (key == "parallel_tool_calls") return reader_.Read(value, key, request_.parallel_tool_calls);
    if (key == "tool_choice" || key == "function_call") return ToolChoice(key, value);
    if (std::find(kServiceOnly.begin(), kServiceOnly.end(), key) != kServiceOnly.end()) {
      reader_.Drop(key, value);
      return absl::OkStatus();
    }
    return SamplingMember(key, value);
  }

  absl::Status SamplingMember(std::string_view key, const Value& value) {
    Sampling& sampling = request_.sampling;
    if (key == "temperature") return reader_.Read(value, key, sampling.temperature);
    if (key == "top_p") return reader_.Read(value, key, sampling.top_p);
    if (key == "top_k") return reader_.Read(value, key, sampling.top_k);  // compatible servers have it
    if (key == "seed") return reader_.Read(value, key, sampling.seed);
    if (key == "presence_penalty") return reader_.Read(value, key, sampling.presence_penalty);
    if (key == "frequency_penalty") return reader_.Read(value, key, sampling.frequency_penalty);
    if (key == "logit_bias") {
      if (!value.members().empty()) sampling.logit_bias = &value;
      return absl::OkStatus();
    }
    reader_.Refuse(key, value);
    return absl::OkStatus();
  }

  absl::Status StreamOptions(const Value& value) {
    if (!value.is_object()) return WrongType("stream_options", "an object");
    for (const auto& [key, member] : value.members()) {
      const std::string_view field = reader_.Child("stream_options", key);
      if (key == "include_usage") {
        AG_RETURN_IF_ERROR(reader_.Read(member, field, request_.include_usage));
      } else if (key != "include_obfuscation") {  // padding of OpenAI's own chunks
        reader_.Drop(field, member);
      }
    }
    return absl::OkStatus();
  }

  absl::Status Stop(const Value& value) {
    if (!value.is_string()) return reader_.Read(value, "stop", request_.stop);
    request_.stop = reader_.Keep(std::vector<std::string_view>{value.str()});
    return absl::OkStatus();
  }

  // The newer name wins when both are there, as with the provider.
  absl::Status MaxTokens(std::string_view key, const Value& value) {
    if (request_.max_tokens_field == "max_completion_tokens") return absl::OkStatus();
    request_.max_tokens_field = key;
    return reader_.Read(value, key, request_.max_tokens);
  }

  absl::Status User(std::string_view key, const Value& value) {
    if (request_.user_field == "safety_identifier") return absl::OkStatus();
    request_.user_field = key;
    return reader_.Read(value, key, request_.user);
  }

  absl::Status ReasoningEffort(const Value& value) {
    ReasoningSpec spec;
    spec.field = "reasoning_effort";
    const auto effort = EffortFromName(value.str());
    if (effort) {
      spec.mode = ReasoningSpec::Mode::kEffort;
      spec.effort = *effort;
    } else if (value.str() == "none") {
      spec.mode = ReasoningSpec::Mode::kOff;
    } else {
      return WrongType("reasoning_effort", "none, minimal, low, medium, high or xhigh");
    }
    request_.reasoning = spec;
    return absl::OkStatus();
  }

  absl::Status Modalities(const Value& value) {
    std::span<const std::string_view> kinds;
    AG_RETURN_IF_ERROR(reader_.Read(value, "modalities", kinds));
    for (const std::string_view kind : kinds) {
      if (kind != "text") reader_.Refuse("modalities", value);
    }
    return absl::OkStatus();
  }

  absl::Status ResponseFormat(const Value& value) {
    const Value* type = value.Find("type");
    if (type == nullptr || !type->is_string()) return WrongType("response_format.type", "a string");
    if (type->str() != "text") reader_.Refuse("response_format", value);
    return absl::OkStatus();
  }

  absl::Status EmptyOrRefused(std::string_view key, const Value& value) {
    if (!value.is_array()) return WrongType(key, "an array");
    if (!value.items().empty()) reader_.Refuse(key, value);
    return absl::OkStatus();
  }

  absl::Status ToolChoice(std::string_view key, const Value& value) {
    if (value.str() != "auto" && value.str() != "none") reader_.Refuse(key, value);
    return absl::OkStatus();
  }

  absl::Status Messages(const Value& value) {
    if (!value.is_array() || value.items().empty()) return WrongType("messages", "a non-empty array of messages");
    std::vector<Message> messages;
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      const std::string_view field = reader_.At("messages", i);
      const Value& item = value.items()[i];
      const Value* role = item.Find("role");
      if (role == nullptr || !role->is_string()) return WrongType(reader_.Child(field, "role"), "a string");
      Message message;
      message.field = field;
      if (role->str() == "system") {
        message.role = Role::kSystem;
      } else if (role->str() == "developer") {
        message.role = Role::kDeveloper;
      } else if (role->str() == "user") {
        message.role = Role::kUser;
      } else if (role->str() == "assistant") {
        message.role = Role::kAssistant;
      } else if (role->str() == "tool" || role->str() == "function") {
        reader_.Refuse(field, item);
        continue;
      } else {
        return WrongType(reader_.Child(field, "role"), "system, developer, user, assistant or tool");
      }
      AG_RETURN_IF_ERROR(ReadMessage(item, message));
      messages.push_back(message);
    }
    request_.messages = reader_.Keep(messages);
    return absl::OkStatus();
  }

  absl::Status ReadMessage(const Value& item, Message& message) {
    std::vector<Part> parts;
    const Value* reasoning = nullptr;
    std::string_view reasoning_field;
    for (const auto& [key, value] : item.members()) {
      if (value.is_null() || key == "role") continue;
      const std::string_view field = reader_.Child(message.field, key);
      if (key == "content") {
        AG_RETURN_IF_ERROR(Content(value, field, parts));
      } else if (key == "name") {
        AG_RETURN_IF_ERROR(reader_.Read(value, field, message.name));
      } else if (key == "refusal") {
        parts.push_back({RefusalPart{value.str()}, std::nullopt, field});
      } else if (key == "reasoning_content" || (key == "reasoning" && reasoning == nullptr)) {
        reasoning = &value;
        reasoning_field = field;
      } else if (key == "tool_calls" && value.is_array() && value.items().empty()) {
        continue;
      } else if (key == "annotations" || key == "reasoning_details" || key == "cache_control") {
        if (!value.is_array() || !value.items().empty()) reader_.Drop(field, value);
      } else {
        reader_.Refuse(field, value);
      }
    }
    if (reasoning != nullptr && !reasoning->str().empty()) {
      ReasoningPart part;
      part.text = reasoning->str();
      parts.insert(parts.begin(), Part{part, std::nullopt, reasoning_field});
    }
    message.parts = reader_.Keep(parts);
    return absl::OkStatus();
  }

  absl::Status Content(const Value& value, std::string_view field, std::vector<Part>& parts) {
    if (value.is_string()) {
      parts.push_back({TextPart{value.str()}, std::nullopt, field});
      return absl::OkStatus();
    }
    if (!value.is_array()) return WrongType(field, "a string or an array of parts");
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      AG_RETURN_IF_ERROR(ContentPart(value.items()[i], reader_.At(field, i), parts));
    }
    return absl::OkStatus();
  }

  absl::Status ContentPart(const Value& item, std::string_view field, std::vector<Part>& parts) {
    const Value* type = item.Find("type");
    if (type == nullptr || !type->is_string()) return WrongType(reader_.Child(field, "type"), "a string");
    const std::string_view kind = type->str();
    if (kind != "text" && kind != "refusal") {
      reader_.Refuse(field, item);
      return absl::OkStatus();
    }
    const Value* text = item.Find(kind);
    if (text == nullptr || !text->is_string()) return WrongType(reader_.Child(field, kind), "a string");
    for (const auto& [key, value] : item.members()) {
      if (key != "type" && key != kind) reader_.Drop(reader_.Child(field, key), value);
    }
    Part part;
    part.field = field;
    if (kind == "text") {
      part.value = TextPart{text->str()};
    } else {
      part.value = RefusalPart{text->str()};
    }
    parts.push_back(part);
    return absl::OkStatus();
  }

  RequestReader reader_;
  ChatRequest request_;
};

}  // namespace

absl::StatusOr<const ChatRequest*> DecodeChatRequest(const Endpoint& /*endpoint*/, const Value& body, Arena& arena) {
  return Decoder(arena).Decode(body);
}

}  // namespace ag::wire::openai
