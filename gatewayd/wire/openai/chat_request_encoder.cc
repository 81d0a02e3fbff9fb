#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/wire/encode_common.h"
#include "gatewayd/wire/openai/chat_codec.h"
#include "gatewayd/wire/reasoning.h"

namespace ag::wire::openai {
namespace {

constexpr std::size_t kMaxStop = 4;

class Encoder {
 public:
  Encoder(const ChatRequest& request, const UpstreamTarget& target) : request_(request), target_(target) {}

  absl::StatusOr<EncodedRequest> Encode(EncodePurpose purpose) {
    if (purpose == EncodePurpose::kCountTokens) {
      return MakeError(ErrorKind::kUnsupported, "The chat API has no endpoint that counts tokens.");
    }
    AG_RETURN_IF_ERROR(CheckForeign(request_, target_, out_));
    writer_.BeginObject().Field("model", target_.model);
    writer_.Key("messages").BeginArray();
    for (const Message& message : request_.messages) WriteMessage(message);
    writer_.EndArray();
    if (const auto limit = ClampedMaxTokens(request_, target_, out_)) {
      writer_.Field(target_.quirks.max_completion_tokens ? "max_completion_tokens" : "max_tokens", *limit);
    }
    WriteSampling();
    std::vector<std::string_view> stop;
    AG_RETURN_IF_ERROR(SplitStop(request_, target_, {kMaxStop, true}, out_, stop));
    WriteStrings(writer_, "stop", stop);
    if (request_.n.value_or(1) > 1) writer_.Field("n", *request_.n);
    WriteReasoning();
    if (purpose == EncodePurpose::kStream) {
      writer_.Field("stream", true);
      if (target_.quirks.stream_usage) {
        writer_.Key("stream_options").BeginObject().Field("include_usage", true).EndObject();
      }
    }
    writer_.EndObject();
    return std::move(out_);
  }

 private:
  std::string_view RoleName(Role role) const {
    switch (role) {
      case Role::kDeveloper:
        return target_.quirks.developer_role ? "developer" : "system";
      case Role::kSystem:
        return "system";
      case Role::kUser:
        return "user";
      case Role::kAssistant:
        return "assistant";
    }
    return "user";
  }

  void WriteMessage(const Message& message) {
    const std::vector<std::string_view> texts = TextsOf(message, out_);
    writer_.BeginObject().Field("role", RoleName(message.role)).Key("content");
    if (texts.size() <= 1) {
      writer_.String(texts.empty() ? std::string_view() : texts.front());
    } else {
      writer_.BeginArray();
      for (const std::string_view text : texts) {
        writer_.BeginObject().Field("type", "text").Field("text", text).EndObject();
      }
      writer_.EndArray();
    }
    writer_.EndObject();
  }

  void WriteSampling() {
    const Sampling sampling = FittingSampling(request_, target_, out_);
    WriteNumber(writer_, "temperature", sampling.temperature);
    WriteNumber(writer_, "top_p", sampling.top_p);
    WriteNumber(writer_, "presence_penalty", sampling.presence_penalty);
    WriteNumber(writer_, "frequency_penalty", sampling.frequency_penalty);
    if (sampling.seed) writer_.Field("seed", *sampling.seed);
    if (sampling.top_k) DropParam(request_, out_, Param::kTopK, "not_in_dialect");
  }

  // Automatic is what a model does when nothing is said.
  void WriteReasoning() {
    if (!request_.reasoning || request_.reasoning->mode == ReasoningSpec::Mode::kAuto) return;
    const ReasoningSpec& spec = *request_.reasoning;
    const catalog::ModelInfo& model = target_.model_info;
    const bool off = spec.mode == ReasoningSpec::Mode::kOff;
    if (!model.known || model.thinking != catalog::ThinkingStyle::kEffort) {
      const bool is_off = model.known && model.thinking == catalog::ThinkingStyle::kNone;
      if (!off) NoteDrop(out_, spec.field, model.known ? "not_in_model" : "unknown_model");
      if (off && !is_off) NoteApprox(out_, spec.field, "thinking_not_switched_off");
    } else if (!off) {
      writer_.Field("reasoning_effort", EffortFor(spec, model));
    } else if (std::find(model.efforts.begin(), model.efforts.end(), "none") != model.efforts.end()) {
      writer_.Field("reasoning_effort", "none");
    } else {
      ReasoningSpec lowest = spec;
      lowest.effort = ReasoningSpec::Effort::kMinimal;
      const std::string_view effort = EffortFor(lowest, model);
      NoteApprox(out_, spec.field, "thinking_lowest", {{"to", std::string(effort)}});
      writer_.Field("reasoning_effort", effort);
    }
  }

  const ChatRequest& request_;
  const UpstreamTarget& target_;
  EncodedRequest out_;
  json::Writer writer_{out_.body};
};

}  // namespace

absl::StatusOr<EncodedRequest> EncodeChatRequest(const ChatRequest& request, const UpstreamTarget& target,
                                                 EncodePurpose purpose, Arena& /*arena*/) {
  return Encoder(request, target).Encode(purpose);
}

}  // namespace ag::wire::openai
