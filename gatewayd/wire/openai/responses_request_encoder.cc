#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <cstdint>
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
#include "gatewayd/wire/openai/responses_codec.h"
#include "gatewayd/wire/openai/responses_input_encoder.h"
#include "gatewayd/wire/openai/responses_tools_encoder.h"
#include "gatewayd/wire/reasoning.h"

namespace ag::wire::openai {
namespace {

constexpr std::int64_t kMinOutputTokens = 16;  // the API refuses less
// Chat fields that Responses knows under the same name and in the same form.
constexpr std::array<std::string_view, 2> kShared{"prompt_cache_options", "prompt_cache_retention"};

class Encoder {
 public:
  Encoder(const ChatRequest& request, const UpstreamTarget& target, EncodePurpose purpose, Arena& arena)
      : request_(request), target_(target), purpose_(purpose), arena_(arena) {}

  absl::StatusOr<EncodedRequest> Encode() {
    AG_RETURN_IF_ERROR(Check());
    ResponsesInputWriter input(FittingHistory(request_, target_, arena_, out_), target_, arena_, out_, writer_);
    writer_.BeginObject().Field("model", target_.model);
    AG_RETURN_IF_ERROR(input.Write());
    sent_state_ = input.sent_state();
    ResponsesToolsWriter tools(request_, target_, out_, writer_);
    AG_RETURN_IF_ERROR(tools.WriteTools());
    AG_RETURN_IF_ERROR(tools.WriteText());
    WriteReasoning();
    if (purpose_ != EncodePurpose::kCountTokens) AG_RETURN_IF_ERROR(WriteReplyFields());
    writer_.EndObject();
    return std::move(out_);
  }

 private:
  bool SameFamily() const { return FamilyOf(request_.dialect) == Family::kOpenAi; }

  absl::Status Check() {
    if (request_.n.value_or(1) > 1) {
      return Untranslatable(request_, target_, FieldOf(request_, Param::kN), "more than one reply is not translated");
    }
    if (!SameFamily()) return CheckForeign(request_, target_, out_, {.logprobs = true});
    for (const UnknownField& unknown : request_.unknown) {
      if (std::find(kShared.begin(), kShared.end(), unknown.field) != kShared.end()) continue;
      if (unknown.treatment == UnknownField::Treatment::kRefuse) {
        return Untranslatable(request_, target_, unknown.field, "this is not translated");
      }
      NoteDrop(out_, unknown.field, "not_in_dialect");
    }
    for (const Message& message : request_.messages) {
      if (!message.name.empty()) NoteDrop(out_, absl::StrCat(ToAbsl(message.field), ".name"), "not_in_dialect");
    }
    if (request_.sampling.logit_bias != nullptr) NoteDrop(out_, "logit_bias", "not_in_dialect");
    return absl::OkStatus();
  }

  // What shapes a reply and has no bearing on the count of the prompt's tokens.
  absl::Status WriteReplyFields() {
    if (auto limit = ClampedMaxTokens(request_, target_, out_)) {
      if (*limit < kMinOutputTokens) {
        NoteApprox(out_, FieldOf(request_, Param::kMaxTokens), "raised_to_minimum",
                   {{"from", absl::StrCat(*limit)}, {"to", absl::StrCat(kMinOutputTokens)}});
      }
      writer_.Field("max_output_tokens", std::max(*limit, kMinOutputTokens));
    }
    WriteSampling();
    std::vector<std::string_view> sent;
    AG_RETURN_IF_ERROR(SplitStop(request_, target_, {0, true}, out_, sent));
    WriteInclude();
    if (request_.top_logprobs && request_.logprobs.value_or(false)) {
      writer_.Field("top_logprobs", *request_.top_logprobs);
    }
    if (SameFamily()) WriteFamilyFields();
    // The gateway keeps conversations itself; a copy with the provider is made only where a client asks for it.
    writer_.Field("store", SameFamily() && request_.store.value_or(false));
    if (purpose_ == EncodePurpose::kStream) writer_.Field("stream", true);
    return absl::OkStatus();
  }

  void WriteSampling() {
    const Sampling sampling = FittingSampling(request_, target_, out_);
    WriteNumber(writer_, "temperature", sampling.temperature);
    WriteNumber(writer_, "top_p", sampling.top_p);
    if (sampling.top_k) DropParam(request_, out_, Param::kTopK, "not_in_dialect");
    if (sampling.seed) DropParam(request_, out_, Param::kSeed, "not_in_dialect");
    if (sampling.presence_penalty) DropParam(request_, out_, Param::kPresencePenalty, "not_in_dialect");
    if (sampling.frequency_penalty) DropParam(request_, out_, Param::kFrequencyPenalty, "not_in_dialect");
  }

  // Encrypted reasoning is how a conversation that the provider does not store goes on; a model that does not reason
  // refuses to be asked for it (https://platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items).
  void WriteInclude() {
    const catalog::ModelInfo& model = target_.model_info;
    const bool reasons = model.known && model.thinking != catalog::ThinkingStyle::kNone;
    std::vector<std::string_view> include;
    if (reasons || wrote_effort_ || sent_state_) include.emplace_back("reasoning.encrypted_content");
    if (request_.logprobs.value_or(false)) include.emplace_back("message.output_text.logprobs");
    WriteStrings(writer_, "include", include);
  }

  void WriteFamilyFields() {
    if (request_.metadata != nullptr) writer_.Key("metadata").Raw(request_.metadata->raw());
    if (!request_.user.empty()) writer_.Field(request_.user_field, request_.user);
    if (!request_.prompt_cache_key.empty()) writer_.Field("prompt_cache_key", request_.prompt_cache_key);
    if (!request_.service_tier.empty()) writer_.Field("service_tier", request_.service_tier);
    for (const UnknownField& unknown : request_.unknown) {
      if (std::find(kShared.begin(), kShared.end(), unknown.field) != kShared.end()) {
        writer_.Key(unknown.field).Raw(unknown.value->raw());
      }
    }
  }

  // Rows 1 and 2.
  void WriteReasoning() {
    if (!request_.reasoning) return;
    const std::string effort = Effort(*request_.reasoning);
    const bool visible = request_.reasoning->visible.value_or(false) && Reasons();
    if (effort.empty() && !visible) return;
    wrote_effort_ = !effort.empty() && effort != "none";
    writer_.Key("reasoning").BeginObject();
    if (!effort.empty()) writer_.Field("effort", effort);
    if (visible) writer_.Field("summary", "auto");
    writer_.EndObject();
  }

  // A model that nobody described is trusted with what a client of the same family asks of it.
  bool Reasons() const {
    const catalog::ModelInfo& model = target_.model_info;
    return model.known ? model.thinking == catalog::ThinkingStyle::kEffort : SameFamily();
  }

  // The effort to ask for; empty = none is said.
  std::string Effort(const ReasoningSpec& spec) {
    if (spec.mode == ReasoningSpec::Mode::kAuto) return {};
    const catalog::ModelInfo& model = target_.model_info;
    const bool off = spec.mode == ReasoningSpec::Mode::kOff;
    if (!Reasons()) {
      const bool is_off = model.known && model.thinking == catalog::ThinkingStyle::kNone;
      if (!off) NoteDrop(out_, spec.field, model.known ? "not_in_model" : "unknown_model");
      if (off && !is_off) NoteApprox(out_, spec.field, "thinking_not_switched_off");
      return {};
    }
    if (!off) return std::string(EffortFor(spec, model));
    if (!model.known || std::find(model.efforts.begin(), model.efforts.end(), "none") != model.efforts.end()) {
      return "none";
    }
    ReasoningSpec lowest = spec;
    lowest.mode = ReasoningSpec::Mode::kEffort;
    lowest.effort = ReasoningSpec::Effort::kMinimal;
    const std::string effort(EffortFor(lowest, model));
    NoteApprox(out_, spec.field, "thinking_lowest", {{"to", effort}});
    return effort;
  }

  const ChatRequest& request_;
  const UpstreamTarget& target_;
  EncodePurpose purpose_;
  Arena& arena_;
  EncodedRequest out_;
  json::Writer writer_{out_.body};
  bool sent_state_ = false;
  bool wrote_effort_ = false;
};

}  // namespace

absl::StatusOr<EncodedRequest> EncodeResponsesRequest(const ChatRequest& request, const UpstreamTarget& target,
                                                      EncodePurpose purpose, Arena& arena) {
  return Encoder(request, target, purpose, arena).Encode();
}

}  // namespace ag::wire::openai
