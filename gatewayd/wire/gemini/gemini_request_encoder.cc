#include <absl/strings/str_cat.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/wire/encode_common.h"
#include "gatewayd/wire/gemini/gemini_codec.h"
#include "gatewayd/wire/reasoning.h"

namespace ag::wire::gemini {
namespace {

constexpr std::size_t kMaxStop = 5;
constexpr std::int64_t kMaxCandidates = 8;

class Encoder {
 public:
  Encoder(const ChatRequest& request, const UpstreamTarget& target) : request_(request), target_(target) {}

  absl::StatusOr<EncodedRequest> Encode(EncodePurpose purpose) {
    AG_RETURN_IF_ERROR(CheckForeign(request_, target_, out_));
    if (request_.n.value_or(1) > kMaxCandidates) {
      return Untranslatable(request_, target_, FieldOf(request_, Param::kN), "more than 8 choices cannot be asked for");
    }
    writer_.BeginObject();
    if (purpose == EncodePurpose::kCountTokens) {
      // Only the wrapped form counts the system instruction: https://ai.google.dev/api/tokens
      writer_.Key("generateContentRequest").BeginObject().Field("model", absl::StrCat("models/", target_.model));
    }
    WriteSystem();
    WriteContents();
    if (purpose == EncodePurpose::kCountTokens) {
      writer_.EndObject();
    } else {
      AG_RETURN_IF_ERROR(WriteConfig());
    }
    writer_.EndObject();
    return std::move(out_);
  }

 private:
  void WriteParts(const std::vector<std::string_view>& texts) {
    writer_.Key("parts").BeginArray();
    for (const std::string_view text : texts) writer_.BeginObject().Field("text", text).EndObject();
    writer_.EndArray();
  }

  void WriteSystem() {
    std::vector<std::string_view> texts;
    for (const Message& message : request_.messages.first(LeadingSystem(request_))) {
      const std::vector<std::string_view> some = TextsOf(message, out_);
      texts.insert(texts.end(), some.begin(), some.end());
    }
    if (texts.empty()) return;
    writer_.Key("systemInstruction").BeginObject();
    WriteParts(texts);
    writer_.EndObject();
  }

  void WriteContents() {
    writer_.Key("contents").BeginArray();
    for (const Message& message : request_.messages.subspan(LeadingSystem(request_))) {
      if (message.role == Role::kSystem || message.role == Role::kDeveloper) {
        const std::string wrapped = WrappedSystem(message, out_);
        writer_.BeginObject().Field("role", "user");
        WriteParts({wrapped});
        writer_.EndObject();
        continue;
      }
      const std::vector<std::string_view> texts = TextsOf(message, out_);
      if (texts.empty()) {  // the API refuses a content without parts
        NoteApprox(out_, message.field, "empty_message_removed");
        continue;
      }
      writer_.BeginObject().Field("role", message.role == Role::kAssistant ? "model" : "user");
      WriteParts(texts);
      writer_.EndObject();
    }
    writer_.EndArray();
  }

  absl::Status WriteConfig() {
    std::vector<std::string_view> stop;
    AG_RETURN_IF_ERROR(SplitStop(request_, target_, {kMaxStop, true}, out_, stop));
    std::string text;
    json::Writer config(text);
    config.BeginObject();
    WriteSampling(config);
    if (const auto limit = ClampedMaxTokens(request_, target_, out_)) config.Field("maxOutputTokens", *limit);
    WriteStrings(config, "stopSequences", stop);
    if (request_.n.value_or(1) > 1) config.Field("candidateCount", *request_.n);
    WriteThinking(config);
    config.EndObject();
    if (text != "{}") writer_.Key("generationConfig").Raw(text);
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
      thinking.Field("thinkingBudget", BudgetFor(spec, model));
    }
    // The chat API has no word for visibility: an effort asks to see it (row 2).
    const bool from_chat = request_.dialect == Dialect::kChat && AsksToReason(spec);
    if (!off && (spec.visible || from_chat)) thinking.Field("includeThoughts", spec.visible.value_or(from_chat));
    thinking.EndObject();
    if (text != "{}") config.Key("thinkingConfig").Raw(text);
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
  EncodedRequest out_;
  json::Writer writer_{out_.body};
};

}  // namespace

absl::StatusOr<EncodedRequest> EncodeGeminiRequest(const ChatRequest& request, const UpstreamTarget& target,
                                                   EncodePurpose purpose, Arena& /*arena*/) {
  return Encoder(request, target).Encode(purpose);
}

}  // namespace ag::wire::gemini
