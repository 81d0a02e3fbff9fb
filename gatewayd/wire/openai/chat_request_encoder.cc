#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/encode_common.h"
#include "gatewayd/wire/encode_content.h"
#include "gatewayd/wire/openai/chat_codec.h"
#include "gatewayd/wire/openai/chat_message_writer.h"
#include "gatewayd/wire/openai/chat_tools_writer.h"
#include "gatewayd/wire/reasoning.h"

namespace ag::wire::openai {
namespace {

constexpr std::size_t kMaxStop = 4;
// Members that OpenAI's other APIs share with chat, in the same form.
constexpr std::array<std::string_view, 2> kShared{"prompt_cache_options", "prompt_cache_retention"};

bool IsShared(std::string_view field) { return std::find(kShared.begin(), kShared.end(), field) != kShared.end(); }

class Encoder {
 public:
  Encoder(const ChatRequest& request, const UpstreamTarget& target, Arena& arena)
      : request_(request), target_(target), arena_(arena) {}

  absl::StatusOr<EncodedRequest> Encode(EncodePurpose purpose) {
    if (purpose == EncodePurpose::kCountTokens) {
      return MakeError(ErrorKind::kUnsupported, "The chat API has no endpoint that counts tokens.");
    }
    AG_RETURN_IF_ERROR(Check());
    writer_.BeginObject().Field("model", target_.model).Key("messages");
    const ChatRequest& fitting = FittingHistory(request_, target_, arena_, out_);
    AG_RETURN_IF_ERROR(ChatMessageWriter(fitting, target_, arena_, out_, writer_).Write());
    AG_RETURN_IF_ERROR(ChatToolsWriter(request_, target_, out_, writer_).Write());
    if (const auto limit = ClampedMaxTokens(request_, target_, out_)) {
      writer_.Field(target_.quirks.max_completion_tokens ? "max_completion_tokens" : "max_tokens", *limit);
    }
    WriteSampling();
    std::vector<std::string_view> stop;
    AG_RETURN_IF_ERROR(SplitStop(request_, target_, {kMaxStop, true}, out_, stop));
    WriteStrings(writer_, "stop", stop);
    if (request_.n.value_or(1) > 1) writer_.Field("n", *request_.n);
    WriteReasoning();
    if (OwnService()) WriteServiceFields();
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
  // True between two APIs of OpenAI's own service: what steers the service then passes (rows 4, 21, 22).
  bool OwnService() const { return FamilyOf(request_.dialect) == Family::kOpenAi && target_.quirks.openai_service; }

  // What a foreign client's request is checked for; for one of the same service, without what passes.
  absl::Status Check() {
    if (request_.logprobs.value_or(false) && target_.model_info.known && !target_.model_info.sampling) {
      return Untranslatable(request_, target_, FieldOf(request_, Param::kLogprobs),
                            absl::StrCat("the model ", target_.model,
                                         " has no log probabilities, which are not "
                                         "translated"));
    }
    ChatRequest foreign = request_;
    if (OwnService()) {
      foreign.user = foreign.prompt_cache_key = foreign.service_tier = {};
      foreign.metadata = nullptr;
      foreign.store.reset();
      foreign.sampling.logit_bias = nullptr;
      const auto unknown = arena_.NewSpan<UnknownField>(request_.unknown.size());
      const auto end = std::remove_copy_if(request_.unknown.begin(), request_.unknown.end(), unknown.begin(),
                                           [](const UnknownField& field) { return IsShared(field.field); });
      foreign.unknown = unknown.first(static_cast<std::size_t>(end - unknown.begin()));
    } else if (!request_.verbosity.empty()) {
      NoteDrop(out_, "verbosity", "not_in_dialect");
    }
    return CheckForeign(foreign, target_, out_, {.logprobs = true});
  }

  void WriteSampling() {
    const Sampling sampling = FittingSampling(request_, target_, out_);
    WriteNumber(writer_, "temperature", sampling.temperature);
    WriteNumber(writer_, "top_p", sampling.top_p);
    WriteNumber(writer_, "presence_penalty", sampling.presence_penalty);
    WriteNumber(writer_, "frequency_penalty", sampling.frequency_penalty);
    if (sampling.seed) writer_.Field("seed", *sampling.seed);
    if (sampling.top_k) DropParam(request_, out_, Param::kTopK, "not_in_dialect");
    if (!request_.logprobs.value_or(false)) return;
    writer_.Field("logprobs", true);
    if (request_.top_logprobs) writer_.Field("top_logprobs", *request_.top_logprobs);
  }

  void WriteServiceFields() {
    if (request_.sampling.logit_bias != nullptr) writer_.Key("logit_bias").Raw(request_.sampling.logit_bias->raw());
    if (!request_.verbosity.empty()) writer_.Field("verbosity", request_.verbosity);
    if (!request_.user.empty()) writer_.Field(request_.user_field, request_.user);
    if (request_.metadata != nullptr) writer_.Key("metadata").Raw(request_.metadata->raw());
    if (!request_.prompt_cache_key.empty()) writer_.Field("prompt_cache_key", request_.prompt_cache_key);
    if (!request_.service_tier.empty()) writer_.Field("service_tier", request_.service_tier);
    if (request_.store.value_or(false)) writer_.Field("store", true);
    for (const UnknownField& unknown : request_.unknown) {
      if (IsShared(unknown.field)) writer_.Key(unknown.field).Raw(unknown.value->raw());
    }
  }

  // Automatic is what a model does when nothing is said.
  void WriteReasoning() {
    if (!request_.reasoning || request_.reasoning->mode == ReasoningSpec::Mode::kAuto) return;
    const ReasoningSpec& spec = *request_.reasoning;
    if (spec.mode == ReasoningSpec::Mode::kOff) return SwitchReasoningOff(spec);
    const catalog::ModelInfo& model = target_.model_info;
    const bool trusted = !model.known && OwnService();
    if (trusted || (model.known && model.thinking == catalog::ThinkingStyle::kEffort)) {
      writer_.Field("reasoning_effort", EffortFor(spec, model));
    } else {
      NoteDrop(out_, spec.field, model.known ? "not_in_model" : "unknown_model");
    }
  }

  void SwitchReasoningOff(const ReasoningSpec& spec) {
    const catalog::ModelInfo& model = target_.model_info;
    const bool effort = model.known && model.thinking == catalog::ThinkingStyle::kEffort;
    if (target_.quirks.thinking_switch && (!model.known || model.thinking_can_be_off)) {
      writer_.Key("thinking").BeginObject().Field("type", "disabled").EndObject();
    } else if (effort && std::find(model.efforts.begin(), model.efforts.end(), "none") != model.efforts.end()) {
      writer_.Field("reasoning_effort", "none");
    } else if (effort) {
      ReasoningSpec lowest = spec;
      lowest.effort = ReasoningSpec::Effort::kMinimal;
      const std::string_view name = EffortFor(lowest, model);
      NoteApprox(out_, spec.field, "thinking_lowest", {{"to", std::string(name)}});
      writer_.Field("reasoning_effort", name);
    } else if (!model.known || model.thinking != catalog::ThinkingStyle::kNone || model.thinks_by_default) {
      NoteApprox(out_, spec.field, "thinking_not_switched_off");
    }
  }

  const ChatRequest& request_;
  const UpstreamTarget& target_;
  Arena& arena_;
  EncodedRequest out_;
  json::Writer writer_{out_.body};
};

}  // namespace

absl::StatusOr<EncodedRequest> EncodeChatRequest(const ChatRequest& request, const UpstreamTarget& target,
                                                 EncodePurpose purpose, Arena& arena) {
  return Encoder(request, target, arena).Encode(purpose);
}

}  // namespace ag::wire::openai
