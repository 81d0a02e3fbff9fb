#include <absl/strings/str_cat.h>

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/anthropic/messages_codec.h"
#include "gatewayd/wire/encode_common.h"

namespace ag::wire::anthropic {
namespace {

// The API demands a limit; this one every model since Claude 3.5 takes.
constexpr std::int64_t kUnknownModelLimit = 8192;
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
    if (const auto limit = ClampedMaxTokens(request_, target_, out_)) {
      writer_.Field("max_tokens", *limit);
      return;
    }
    const catalog::ModelInfo& model = target_.model_info;
    const std::int64_t limit = model.known && model.max_output ? *model.max_output : kUnknownModelLimit;
    NoteApprox(out_, FieldOf(request_, Param::kMaxTokens), "required_default", {{"to", absl::StrCat(limit)}});
    writer_.Field("max_tokens", limit);
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
    if (!request_.reasoning || request_.reasoning->mode != ReasoningSpec::Mode::kAuto) return false;
    const catalog::ModelInfo& model = target_.model_info;
    if (!model.known || model.thinking != catalog::ThinkingStyle::kAdaptive) return false;
    writer_.Key("thinking").BeginObject().Field("type", "adaptive");
    if (request_.reasoning->visible) {
      writer_.Field("display", *request_.reasoning->visible ? "summarized" : "omitted");
    }
    writer_.EndObject();
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
  EncodedRequest out_;
  json::Writer writer_{out_.body};
};

}  // namespace

absl::StatusOr<EncodedRequest> EncodeMessagesRequest(const ChatRequest& request, const UpstreamTarget& target,
                                                     EncodePurpose purpose) {
  return Encoder(request, target).Encode(purpose);
}

}  // namespace ag::wire::anthropic
