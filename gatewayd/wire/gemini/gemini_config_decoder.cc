#include "gatewayd/wire/gemini/gemini_config_decoder.h"

#include <absl/strings/ascii.h>

#include <algorithm>
#include <string>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/gemini/gemini_tools_decoder.h"
#include "gatewayd/wire/gemini/proto_key.h"
#include "gatewayd/wire/reasoning.h"

namespace ag::wire::gemini {
namespace {

using json::Value;

// What only Google's models know and an answer is good without.
constexpr std::string_view kHints[] = {
    "enableEnhancedCivicAnswers", "audioTimestamp", "speechConfig", "imageConfig", "routingConfig",
    "modelSelectionConfig",       "modelConfig"};

class ConfigDecoder {
 public:
  ConfigDecoder(RequestReader& reader, ChatRequest& request, std::string_view& image_detail)
      : reader_(reader), request_(request), image_detail_(image_detail) {}

  absl::Status Read(std::string_view parent, const Value& value) {
    if (!value.is_object()) return WrongType(parent, "an object");
    for (const auto& [key, member] : value.members()) {
      if (!member.is_null()) AG_RETURN_IF_ERROR(Member(CamelCase(key), reader_.Child(parent, key), member));
    }
    return SettleFormat();
  }

 private:
  absl::Status Member(const std::string& name, std::string_view field, const Value& value) {
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
    return Output(name, field, value);
  }

  absl::Status Output(const std::string& name, std::string_view field, const Value& value) {
    if (name == "responseMimeType") {
      mime_field_ = field;
      return reader_.Read(value, field, mime_);
    }
    if (name == "responseSchema" || name == "responseJsonSchema") {
      format_.field = field;
      format_.schema = name == "responseSchema" ? ReadSchema(value, reader_) : &value;
      return absl::OkStatus();
    }
    if (name == "responseModalities") return Modalities(field, value);
    if (name == "mediaResolution") {
      const std::string_view level = EnumText(value);
      if (level == "MEDIA_RESOLUTION_LOW" || level == "1") image_detail_ = "low";
      if (level == "MEDIA_RESOLUTION_HIGH" || level == "3") image_detail_ = "high";
      return absl::OkStatus();
    }
    if (std::find(std::begin(kHints), std::end(kHints), name) != std::end(kHints)) {
      reader_.Drop(field, value);
    } else {
      reader_.Refuse(field, value);
    }
    return absl::OkStatus();
  }

  // A media type without a schema asks for any JSON; a schema counts whatever the media type says.
  absl::Status SettleFormat() {
    const bool json = mime_ == "application/json";
    if (!mime_.empty() && mime_ != "text/plain" && !json) {
      return FieldError(ErrorKind::kUnsupported, mime_field_,
                        "`" + std::string(mime_field_) + "`: only text/plain and application/json are translated.");
    }
    if (format_.schema != nullptr) {
      format_.kind = ResponseFormat::Kind::kJsonSchema;
    } else if (json) {
      format_.kind = ResponseFormat::Kind::kJsonObject;
      format_.field = mime_field_;
    } else {
      return absl::OkStatus();
    }
    request_.response_format = format_;
    return absl::OkStatus();
  }

  // https://ai.google.dev/api/generate-content#Modality
  absl::Status Modalities(std::string_view field, const Value& value) {
    for (const Value& kind : value.items()) {
      const std::string_view name = EnumText(kind);
      if (!EqualsIgnoreCase(name, "text") && name != "1" && name != "0") reader_.Refuse(field, value);
    }
    return value.is_array() ? absl::OkStatus() : WrongType(field, "an array of modalities");
  }

  absl::Status Thinking(std::string_view parent, const Value& value) {
    if (!value.is_object()) return WrongType(parent, "an object");
    ReasoningSpec spec;
    spec.field = parent;
    for (const auto& [key, member] : value.members()) {
      if (member.is_null()) continue;
      const std::string_view field = reader_.Child(parent, key);
      if (IsSpelling(key, "includeThoughts")) {
        AG_RETURN_IF_ERROR(reader_.Read(member, field, spec.visible));
      } else if (IsSpelling(key, "thinkingBudget")) {
        AG_RETURN_IF_ERROR(Budget(field, member, spec));
      } else if (IsSpelling(key, "thinkingLevel")) {
        AG_RETURN_IF_ERROR(Level(field, member, spec));
      } else {
        reader_.Refuse(field, member);
      }
    }
    request_.reasoning = spec;
    return absl::OkStatus();
  }

  absl::Status Budget(std::string_view field, const Value& value, ReasoningSpec& spec) {
    const auto budget = value.AsInt();
    if (!budget) return WrongType(field, "an integer");
    spec.budget_tokens = *budget;
    spec.mode = *budget < 0    ? ReasoningSpec::Mode::kAuto
                : *budget == 0 ? ReasoningSpec::Mode::kOff
                               : ReasoningSpec::Mode::kBudget;
    return absl::OkStatus();
  }

  absl::Status Level(std::string_view field, const Value& value, ReasoningSpec& spec) {
    const std::string name = absl::AsciiStrToLower(ToAbsl(value.str()));
    if (name == "thinking_level_unspecified") return absl::OkStatus();
    const auto effort = EffortFromName(name);
    if (!effort) return WrongType(field, "minimal, low, medium, high or xhigh");
    spec.mode = ReasoningSpec::Mode::kEffort;
    spec.effort = *effort;
    return absl::OkStatus();
  }

  RequestReader& reader_;
  ChatRequest& request_;
  std::string_view& image_detail_;
  std::string_view mime_;
  std::string_view mime_field_;
  ResponseFormat format_;
};

}  // namespace

absl::Status ReadGenerationConfig(const Value& value, std::string_view field, RequestReader& reader,
                                  ChatRequest& request, std::string_view& image_detail) {
  return ConfigDecoder(reader, request, image_detail).Read(field, value);
}

}  // namespace ag::wire::gemini
