#include <absl/strings/ascii.h>

#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/gemini/gemini_codec.h"
#include "gatewayd/wire/gemini/proto_key.h"
#include "gatewayd/wire/reasoning.h"
#include "gatewayd/wire/request_reader.h"

namespace ag::wire::gemini {
namespace {

using json::Value;

class Decoder {
 public:
  explicit Decoder(Arena& arena) : reader_(arena) {}

  absl::StatusOr<const ChatRequest*> Decode(const Endpoint& endpoint, const Value& root) {
    request_.dialect = Dialect::kGemini;
    request_.raw = &root;
    request_.model = endpoint.path_model;
    request_.stream = endpoint.operation == Operation::kGenerateStream;
    const Value* body = &root;
    if (endpoint.operation == Operation::kCountTokens) {
      // countTokens takes the contents, or a whole request in a wrapper.
      if (const Value* wrapped = FindKey(root, "generateContentRequest"); wrapped != nullptr) body = wrapped;
    }
    const Value* contents = FindKey(*body, "contents");
    if (contents == nullptr) return WrongType("contents", "an array of contents");
    for (const auto& [key, value] : body->members()) {
      if (!value.is_null()) AG_RETURN_IF_ERROR(Member(CamelCase(key), key, value));
    }
    std::vector<Message> list;
    for (const auto& [key, value] : body->members()) {
      if (!value.is_null() && CamelCase(key) == "systemInstruction") AG_RETURN_IF_ERROR(System(key, value, list));
    }
    AG_RETURN_IF_ERROR(Contents(*contents, list));
    request_.messages = reader_.Keep(list);
    request_.unknown = reader_.TakeUnknown();
    return reader_.arena().New<ChatRequest>(request_);
  }

 private:
  // `name` is the camelCase spelling, `key` what the client wrote: errors name the latter.
  absl::Status Member(const std::string& name, std::string_view key, const Value& value) {
    if (name == "contents" || name == "systemInstruction" || name == "model") return absl::OkStatus();
    if (name == "generationConfig") return GenerationConfig(key, value);
    if (name == "serviceTier") return reader_.Read(value, key, request_.service_tier);
    if (name == "safetySettings" || name == "labels" || name == "store") {
      reader_.Drop(key, value);
      return absl::OkStatus();
    }
    if ((name == "tools" && value.is_array() && value.items().empty()) || (name == "toolConfig" && Neutral(value))) {
      return absl::OkStatus();
    }
    reader_.Refuse(key, value);
    return absl::OkStatus();
  }

  // A tool configuration that asks for nothing.
  static bool Neutral(const Value& value) {
    for (const auto& [key, member] : value.members()) {
      if (CamelCase(key) != "functionCallingConfig") return false;
      const Value* mode = member.FindNonNull("mode");
      if (member.members().size() > 1 || (mode != nullptr && mode->str() != "AUTO" && mode->str() != "NONE")) {
        return false;
      }
    }
    return value.is_object();
  }

  absl::Status GenerationConfig(std::string_view parent, const Value& value) {
    if (!value.is_object()) return WrongType(parent, "an object");
    for (const auto& [key, member] : value.members()) {
      if (member.is_null()) continue;
      AG_RETURN_IF_ERROR(ConfigMember(CamelCase(key), reader_.Child(parent, key), member));
    }
    return absl::OkStatus();
  }

  absl::Status ConfigMember(const std::string& name, std::string_view field, const Value& value) {
    Sampling& sampling = request_.sampling;
    if (name == "temperature") return reader_.Read(value, field, sampling.temperature);
    if (name == "topP") return reader_.Read(value, field, sampling.top_p);
    if (name == "topK") return reader_.Read(value, field, sampling.top_k);
    if (name == "seed") return reader_.Read(value, field, sampling.seed);
    if (name == "presencePenalty") return reader_.Read(value, field, sampling.presence_penalty);
    if (name == "frequencyPenalty") return reader_.Read(value, field, sampling.frequency_penalty);
    if (name == "maxOutputTokens") {
      request_.max_tokens_field = field;
      return reader_.Read(value, field, request_.max_tokens);
    }
    if (name == "stopSequences") return reader_.Read(value, field, request_.stop);
    if (name == "candidateCount") return reader_.Read(value, field, request_.n);
    if (name == "responseLogprobs") return reader_.Read(value, field, request_.logprobs);
    if (name == "logprobs") return reader_.Read(value, field, request_.top_logprobs);
    if (name == "thinkingConfig") return Thinking(field, value);
    if (name == "responseMimeType" && value.str() == "text/plain") return absl::OkStatus();
    if (name == "responseModalities") return Modalities(field, value);
    if (name == "mediaResolution" || name == "enableEnhancedCivicAnswers" || name == "audioTimestamp") {
      reader_.Drop(field, value);
      return absl::OkStatus();
    }
    reader_.Refuse(field, value);
    return absl::OkStatus();
  }

  absl::Status Modalities(std::string_view field, const Value& value) {
    std::span<const std::string_view> kinds;
    AG_RETURN_IF_ERROR(reader_.Read(value, field, kinds));
    for (const std::string_view kind : kinds) {
      if (!EqualsIgnoreCase(kind, "text")) reader_.Refuse(field, value);
    }
    return absl::OkStatus();
  }

  absl::Status Thinking(std::string_view parent, const Value& value) {
    if (!value.is_object()) return WrongType(parent, "an object");
    ReasoningSpec spec;
    spec.field = parent;
    for (const auto& [key, member] : value.members()) {
      if (member.is_null()) continue;
      const std::string name = CamelCase(key);
      const std::string_view field = reader_.Child(parent, key);
      if (name == "includeThoughts") {
        AG_RETURN_IF_ERROR(reader_.Read(member, field, spec.visible));
      } else if (name == "thinkingBudget") {
        const auto budget = member.AsInt();
        if (!budget) return WrongType(field, "an integer");
        spec.budget_tokens = *budget;
        spec.mode = *budget < 0    ? ReasoningSpec::Mode::kAuto
                    : *budget == 0 ? ReasoningSpec::Mode::kOff
                                   : ReasoningSpec::Mode::kBudget;
      } else if (name == "thinkingLevel") {
        AG_RETURN_IF_ERROR(Level(field, member, spec));
      } else {
        reader_.Refuse(field, member);
      }
    }
    request_.reasoning = spec;
    return absl::OkStatus();
  }

  absl::Status Level(std::string_view field, const Value& value, ReasoningSpec& spec) {
    const std::string name = absl::AsciiStrToLower(ToAbsl(value.str()));
    if (name == "thinking_level_unspecified") return absl::OkStatus();
    const auto effort = EffortFromName(name);
    if (!effort) return WrongType(field, "minimal, low, medium or high");
    spec.mode = ReasoningSpec::Mode::kEffort;
    spec.effort = *effort;
    return absl::OkStatus();
  }

  absl::Status System(std::string_view key, const Value& value, std::vector<Message>& list) {
    Message message;
    message.role = Role::kSystem;
    message.field = key;
    if (value.is_string()) {
      message.parts = reader_.Keep(std::vector<Part>{{TextPart{value.str()}, std::nullopt, message.field}});
    } else {
      AG_RETURN_IF_ERROR(Parts(value, message));
    }
    if (!message.parts.empty()) list.push_back(message);
    return absl::OkStatus();
  }

  // A single content instead of a list of one is what the provider accepts, too.
  absl::Status Contents(const Value& value, std::vector<Message>& list) {
    if (value.is_object()) return Content(value, "contents", list);
    if (!value.is_array() || value.items().empty()) return WrongType("contents", "a non-empty array of contents");
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      AG_RETURN_IF_ERROR(Content(value.items()[i], reader_.At("contents", i), list));
    }
    return absl::OkStatus();
  }

  absl::Status Content(const Value& item, std::string_view field, std::vector<Message>& list) {
    if (!item.is_object()) return WrongType(field, "an object");
    Message message;
    message.field = field;
    const Value* role = FindKey(item, "role");
    const std::string_view name = role == nullptr ? "user" : role->str();
    if (name == "model") {
      message.role = Role::kAssistant;
    } else if (name != "user" && !name.empty()) {
      if (name == "function") {
        reader_.Refuse(field, item);
        return absl::OkStatus();
      }
      return WrongType(reader_.Child(field, "role"), "user or model");
    }
    for (const auto& [key, member] : item.members()) {
      if (key != "role" && key != "parts") reader_.Refuse(reader_.Child(field, key), member);
    }
    AG_RETURN_IF_ERROR(Parts(item, message));
    list.push_back(message);
    return absl::OkStatus();
  }

  absl::Status Parts(const Value& content, Message& message) {
    const Value* value = FindKey(content, "parts");
    if (value == nullptr) return absl::OkStatus();
    const std::string_view field = reader_.Child(message.field, "parts");
    std::vector<Part> parts;
    if (value->is_object()) {
      AG_RETURN_IF_ERROR(ReadPart(*value, field, parts));
    } else if (value->is_array()) {
      for (std::size_t i = 0; i < value->items().size(); ++i) {
        AG_RETURN_IF_ERROR(ReadPart(value->items()[i], reader_.At(field, i), parts));
      }
    } else {
      return WrongType(field, "an array of parts");
    }
    message.parts = reader_.Keep(parts);
    return absl::OkStatus();
  }

  absl::Status ReadPart(const Value& item, std::string_view field, std::vector<Part>& parts) {
    if (!item.is_object()) return WrongType(field, "an object");
    const Value* text = FindKey(item, "text");
    if (text == nullptr) {
      reader_.Refuse(field, item);
      return absl::OkStatus();
    }
    std::string_view words;
    AG_RETURN_IF_ERROR(reader_.Read(*text, reader_.Child(field, "text"), words));
    const Value* thought = FindKey(item, "thought");
    const bool is_thought = thought != nullptr && thought->AsBool(false);
    ReasoningPart reasoning;
    reasoning.family = Family::kGemini;
    reasoning.text = words;
    for (const auto& [key, member] : item.members()) {
      const std::string name = CamelCase(key);
      if (name == "text" || name == "thought") continue;
      if (name == "thoughtSignature" && is_thought) {
        reasoning.signature = member.str();
      } else if (name == "thoughtSignature") {
        reader_.Drop(reader_.Child(field, key), member);
      } else {
        reader_.Refuse(reader_.Child(field, key), member);
      }
    }
    Part part;
    part.field = field;
    if (is_thought) {
      part.value = reasoning;
    } else {
      part.value = TextPart{words};
    }
    parts.push_back(part);
    return absl::OkStatus();
  }

  RequestReader reader_;
  ChatRequest request_;
};

}  // namespace

absl::StatusOr<const ChatRequest*> DecodeGeminiRequest(const Endpoint& endpoint, const Value& body, Arena& arena) {
  return Decoder(arena).Decode(endpoint, body);
}

}  // namespace ag::wire::gemini
