#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/anthropic/messages_codec.h"
#include "gatewayd/wire/encode_common.h"
#include "gatewayd/wire/reasoning.h"

namespace ag::wire::anthropic {
namespace {

// The API demands a limit; this one every model since Claude 3.5 takes.
constexpr std::int64_t kUnknownModelLimit = 8192;
// The API takes no smaller budget.
constexpr std::int64_t kLeastBudget = 1024;
// The API states no maximum.
constexpr std::size_t kMaxStop = std::numeric_limits<std::size_t>::max();

class Encoder {
 public:
  Encoder(const ChatRequest& request, const UpstreamTarget& target) : request_(request), target_(target) {}

  absl::StatusOr<EncodedRequest> Encode(EncodePurpose purpose) {
    AG_RETURN_IF_ERROR(CheckForeign(request_, target_, out_));
    if (request_.n.value_or(1) > 1) {
      return Untranslatable(request_, target_, FieldOf(request_, Param::kN), "several choices cannot be asked for");
    }
    writer_.BeginObject().Field("model", target_.model);
    if (purpose != EncodePurpose::kCountTokens) WriteMaxTokens();
    WriteSystem();
    WriteMessages();
    const bool thinking = WriteThinking();
    if (purpose != EncodePurpose::kCountTokens) {
      WriteSampling(thinking);
      // Stop sequences of white space alone are refused.
      std::vector<std::string_view> stop;
      AG_RETURN_IF_ERROR(SplitStop(request_, target_, {kMaxStop, false}, out_, stop));
      WriteStrings(writer_, "stop_sequences", stop);
      if (purpose == EncodePurpose::kStream) writer_.Field("stream", true);
    }
    writer_.EndObject();
    return std::move(out_);
  }

 private:
  void WriteMaxTokens() {
    limit_ = ClampedMaxTokens(request_, target_, out_);
    if (!limit_) {
      const catalog::ModelInfo& model = target_.model_info;
      limit_ = model.known && model.max_output ? *model.max_output : kUnknownModelLimit;
      NoteApprox(out_, FieldOf(request_, Param::kMaxTokens), "required_default", {{"to", absl::StrCat(*limit_)}});
    }
    writer_.Field("max_tokens", *limit_);
  }

  void WriteBlocks(const std::vector<std::string_view>& texts) {
    if (texts.size() == 1) {
      writer_.String(texts.front());
      return;
    }
    writer_.BeginArray();
    for (const std::string_view text : texts) {
      writer_.BeginObject().Field("type", "text").Field("text", text).EndObject();
    }
    writer_.EndArray();
  }

  void WriteSystem() {
    std::vector<std::string_view> texts;
    for (const Message& message : request_.messages.first(LeadingSystem(request_))) {
      const std::vector<std::string_view> some = TextsOf(message, out_);
      texts.insert(texts.end(), some.begin(), some.end());
    }
    if (texts.empty()) return;
    writer_.Key("system");
    WriteBlocks(texts);
  }

  void WriteMessages() {
    writer_.Key("messages").BeginArray();
    for (const Message& message : request_.messages.subspan(LeadingSystem(request_))) {
      if (message.role == Role::kSystem || message.role == Role::kDeveloper) {
        writer_.BeginObject().Field("role", "user").Field("content", WrappedSystem(message, out_)).EndObject();
        continue;
      }
      const std::vector<std::string_view> texts = TextsOf(message, out_);
      if (texts.empty()) {  // the API refuses empty text
        NoteApprox(out_, message.field, "empty_message_removed");
        continue;
      }
      writer_.BeginObject().Field("role", message.role == Role::kAssistant ? "assistant" : "user").Key("content");
      WriteBlocks(texts);
      writer_.EndObject();
    }
    writer_.EndArray();
  }

  // True if thinking was asked for. Saying nothing means off.
  bool WriteThinking() {
    if (!request_.reasoning || request_.reasoning->mode == ReasoningSpec::Mode::kOff) return false;
    const ReasoningSpec& spec = *request_.reasoning;
    const catalog::ModelInfo& model = target_.model_info;
    if (model.known && model.thinking == catalog::ThinkingStyle::kAdaptive) {
      WriteAdaptive(spec);
      return true;
    }
    if (!AsksToReason(spec)) return false;
    if (!model.known || model.thinking != catalog::ThinkingStyle::kBudget) {
      NoteDrop(out_, spec.field, model.known ? "not_in_model" : "unknown_model");
      return false;
    }
    return WriteBudget(spec);
  }

  void WriteAdaptive(const ReasoningSpec& spec) {
    writer_.Key("thinking").BeginObject().Field("type", "adaptive");
    // The chat API has no word for visibility: an effort asks to see it (row 2).
    const bool from_chat = request_.dialect == Dialect::kChat && AsksToReason(spec);
    if (spec.visible || from_chat) {
      writer_.Field("display", spec.visible.value_or(from_chat) ? "summarized" : "omitted");
    }
    writer_.EndObject();
    if (AsksToReason(spec)) {
      writer_.Key("output_config").BeginObject().Field("effort", EffortFor(spec, target_.model_info)).EndObject();
    }
  }

  // The budget stays below max_tokens, which is never raised (row 3).
  bool WriteBudget(const ReasoningSpec& spec) {
    std::int64_t budget = std::max(BudgetFor(spec, target_.model_info), kLeastBudget);
    if (limit_ && budget >= *limit_) {
      budget = *limit_ - 1;
      if (budget < kLeastBudget) {
        NoteApprox(out_, spec.field, "no_room_to_think");
        return false;
      }
      NoteApprox(out_, spec.field, "clamped", {{"to", absl::StrCat(budget)}});
    }
    writer_.Key("thinking").BeginObject().Field("type", "enabled").Field("budget_tokens", budget).EndObject();
    return true;
  }

  void WriteSampling(bool thinking) {
    const Sampling sampling = FittingSampling(request_, target_, out_);
    const auto drop = [&](bool set, Param param, std::string_view code) {
      if (set) DropParam(request_, out_, param, code);
    };
    drop(sampling.seed.has_value(), Param::kSeed, "not_in_dialect");
    drop(sampling.presence_penalty.has_value(), Param::kPresencePenalty, "not_in_dialect");
    drop(sampling.frequency_penalty.has_value(), Param::kFrequencyPenalty, "not_in_dialect");
    if (thinking) {
      drop(sampling.temperature.has_value(), Param::kTemperature, "thinking_on");
      drop(sampling.top_p.has_value(), Param::kTopP, "thinking_on");
      drop(sampling.top_k.has_value(), Param::kTopK, "thinking_on");
      return;
    }
    if (sampling.temperature && sampling.temperature->value > 1) {
      NoteApprox(out_, FieldOf(request_, Param::kTemperature), "clamped",
                 {{"from", std::string(sampling.temperature->raw)}, {"to", "1"}});
      writer_.Field("temperature", 1);
    } else {
      WriteNumber(writer_, "temperature", sampling.temperature);
    }
    WriteNumber(writer_, "top_p", sampling.top_p);
    if (sampling.top_k) writer_.Field("top_k", *sampling.top_k);
  }

  const ChatRequest& request_;
  const UpstreamTarget& target_;
  std::optional<std::int64_t> limit_;  // max_tokens as sent
  EncodedRequest out_;
  json::Writer writer_{out_.body};
};

}  // namespace

absl::StatusOr<EncodedRequest> EncodeMessagesRequest(const ChatRequest& request, const UpstreamTarget& target,
                                                     EncodePurpose purpose, Arena& /*arena*/) {
  return Encoder(request, target).Encode(purpose);
}

}  // namespace ag::wire::anthropic
