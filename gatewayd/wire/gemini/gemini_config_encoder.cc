#include "gatewayd/wire/gemini/gemini_config_encoder.h"

#include <absl/strings/str_cat.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/encode_common.h"
#include "gatewayd/wire/encode_content.h"
#include "gatewayd/wire/gemini/gemini_content_encoder.h"
#include "gatewayd/wire/gemini/gemini_schema.h"
#include "gatewayd/wire/gemini/gemini_tools_encoder.h"
#include "gatewayd/wire/reasoning.h"

namespace ag::wire::gemini {
namespace {

constexpr std::size_t kMaxStop = 5;
constexpr std::int64_t kMaxCandidates = 8;
constexpr std::int64_t kMinBudget = 1024;  // below it thinking is not worth its name (TRANSLATION row 3)

class ConfigEncoder {
 public:
  ConfigEncoder(const ChatRequest& request, const UpstreamTarget& target, EncodedRequest& out)
      : request_(request), target_(target), out_(out) {}

  absl::Status Write(bool stream, bool functions, json::Writer& writer) {
    std::vector<std::string_view> stop;
    AG_RETURN_IF_ERROR(SplitStop(request_, target_, {kMaxStop, true}, out_, stop));
    std::string text;
    json::Writer config(text);
    config.BeginObject();
    WriteSampling(config);
    max_tokens_ = ClampedMaxTokens(request_, target_, out_);
    if (max_tokens_) config.Field("maxOutputTokens", *max_tokens_);
    WriteStrings(config, "stopSequences", stop);
    AG_RETURN_IF_ERROR(WriteChoices(config, stream));
    WriteThinking(config);
    AG_RETURN_IF_ERROR(WriteFormat(config, functions));
    if (const auto resolution = MediaResolution(request_, out_); !resolution.empty()) {
      config.Field("mediaResolution", resolution);
    }
    config.EndObject();
    if (text != "{}") writer.Key("generationConfig").Raw(text);
    return absl::OkStatus();
  }

 private:
  absl::Status WriteChoices(json::Writer& config, bool stream) {
    if (request_.n.value_or(1) > kMaxCandidates) {
      return Untranslatable(request_, target_, FieldOf(request_, Param::kN), "more than 8 choices cannot be asked for");
    }
    if (request_.n.value_or(1) > 1) config.Field("candidateCount", *request_.n);
    if (!request_.logprobs.value_or(false)) return absl::OkStatus();
    // The Gemini API has them in plain replies alone.
    if (!target_.model_info.logprobs || (stream && !target_.quirks.vertex)) {
      return Untranslatable(request_, target_, FieldOf(request_, Param::kLogprobs),
                            absl::StrCat("the model ", target_.model,
                                         " is not known to give log probabilities here, which are not translated"));
    }
    config.Field("responseLogprobs", true);
    if (request_.top_logprobs.value_or(0) > 0) config.Field("logprobs", *request_.top_logprobs);
    return absl::OkStatus();
  }

  void WriteSampling(json::Writer& config) {
    const Sampling sampling = FittingSampling(request_, target_, out_);
    WriteNumber(config, "temperature", sampling.temperature);
    WriteNumber(config, "topP", sampling.top_p);
    if (sampling.top_k) config.Field("topK", *sampling.top_k);
    if (sampling.seed) {
      if (*sampling.seed >= std::numeric_limits<std::int32_t>::min() &&
          *sampling.seed <= std::numeric_limits<std::int32_t>::max()) {
        config.Field("seed", *sampling.seed);
      } else {
        DropParam(request_, out_, Param::kSeed, "out_of_range");
      }
    }
    // Only some models have penalties, and the others answer 400: they go to models that are known to take them.
    if (target_.model_info.known) {
      WriteNumber(config, "presencePenalty", sampling.presence_penalty);
      WriteNumber(config, "frequencyPenalty", sampling.frequency_penalty);
      return;
    }
    if (sampling.presence_penalty) DropParam(request_, out_, Param::kPresencePenalty, "unknown_model");
    if (sampling.frequency_penalty) DropParam(request_, out_, Param::kFrequencyPenalty, "unknown_model");
  }

  // Earlier models answer a mixture of JSON output and functions with 400.
  absl::Status WriteFormat(json::Writer& config, bool functions) {
    if (!request_.response_format || request_.response_format->kind == ResponseFormat::Kind::kText) {
      return absl::OkStatus();
    }
    const ResponseFormat& format = *request_.response_format;
    if (functions && target_.model_info.known && !MixesTools(target_)) {
      return Untranslatable(request_, target_, format.field,
                            absl::StrCat("the model ", target_.model,
                                         " takes functions or JSON output, not both, which is not translated"));
    }
    config.Field("responseMimeType", "application/json");
    if (format.kind != ResponseFormat::Kind::kJsonSchema || format.schema == nullptr) return absl::OkStatus();
    const bool json_schema = target_.model_info.json_schema;
    const auto clean = CleanForTarget(*format.schema, json_schema ? ResponseSchemaRules() : OpenApiSchemaRules());
    if (!clean.ok()) {
      return Untranslatable(request_, target_, format.field,
                            "a schema that the model cannot be told is not translated");
    }
    NoteSchemaChanges(*clean, format.field, out_);
    config.Key(json_schema ? "responseJsonSchema" : "responseSchema").Raw(clean->json);
    return absl::OkStatus();
  }

  // A level for the models that have levels, a budget for the others, never both (row 1).
  void WriteThinking(json::Writer& config) {
    if (!request_.reasoning) return;
    const ReasoningSpec& spec = *request_.reasoning;
    const catalog::ModelInfo& model = target_.model_info;
    const bool off = spec.mode == ReasoningSpec::Mode::kOff;
    const bool levels = model.thinking == catalog::ThinkingStyle::kLevel;
    if (!model.known || (model.thinking != catalog::ThinkingStyle::kBudget && !levels)) {
      if (AsksToReason(spec)) NoteDrop(out_, spec.field, model.known ? "not_in_model" : "unknown_model");
      if (off && !model.known) NoteApprox(out_, spec.field, "thinking_not_switched_off");
      return;
    }
    std::string text;
    json::Writer thinking(text);
    thinking.BeginObject();
    if (off) {
      WriteOff(thinking, spec, levels);
    } else if (AsksToReason(spec) && levels) {
      thinking.Field("thinkingLevel", EffortFor(spec, model));
    } else if (AsksToReason(spec)) {
      WriteBudget(thinking, spec);
    }
    // The chat API has no word for visibility: an effort asks to see it (row 2).
    const bool from_chat = request_.dialect == Dialect::kChat && AsksToReason(spec);
    if (!off && (spec.visible || from_chat)) thinking.Field("includeThoughts", spec.visible.value_or(from_chat));
    thinking.EndObject();
    if (text != "{}") config.Key("thinkingConfig").Raw(text);
  }

  // The budget is a part of the limit, which is never raised.
  void WriteBudget(json::Writer& thinking, const ReasoningSpec& spec) {
    const std::int64_t budget = BudgetFor(spec, target_.model_info);
    if (!max_tokens_ || budget < *max_tokens_) {
      thinking.Field("thinkingBudget", budget);
      return;
    }
    const std::int64_t lowered = *max_tokens_ - 1;
    if (lowered >= kMinBudget) {
      NoteApprox(out_, spec.field, "clamped", {{"from", absl::StrCat(budget)}, {"to", absl::StrCat(lowered)}});
      thinking.Field("thinkingBudget", lowered);
      return;
    }
    NoteApprox(out_, spec.field, "no_room_to_think");
    const catalog::ModelInfo& model = target_.model_info;
    thinking.Field("thinkingBudget", model.thinking_can_be_off ? 0 : model.min_budget.value_or(lowered));
  }

  void WriteOff(json::Writer& thinking, const ReasoningSpec& spec, bool levels) {
    const catalog::ModelInfo& model = target_.model_info;
    if (model.thinking_can_be_off && !levels) {
      thinking.Field("thinkingBudget", 0);
      return;
    }
    ReasoningSpec lowest = spec;
    lowest.mode = ReasoningSpec::Mode::kEffort;
    lowest.effort = ReasoningSpec::Effort::kMinimal;
    NoteApprox(out_, spec.field, "thinking_lowest");
    if (levels) {
      thinking.Field("thinkingLevel", EffortFor(lowest, model));
    } else {
      thinking.Field("thinkingBudget", model.min_budget.value_or(BudgetFor(lowest, model)));
    }
  }

  const ChatRequest& request_;
  const UpstreamTarget& target_;
  EncodedRequest& out_;
  std::optional<std::int64_t> max_tokens_;
};

}  // namespace

absl::Status WriteGenerationConfig(const ChatRequest& request, const UpstreamTarget& target, EncodePurpose purpose,
                                   bool functions, EncodedRequest& out, json::Writer& writer) {
  return ConfigEncoder(request, target, out).Write(purpose == EncodePurpose::kStream, functions, writer);
}

}  // namespace ag::wire::gemini
