#include <absl/strings/str_cat.h>

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
#include "gatewayd/wire/anthropic/messages_thinking_encoder.h"
#include "gatewayd/wire/anthropic/messages_tools_encoder.h"
#include "gatewayd/wire/anthropic/messages_turns_encoder.h"
#include "gatewayd/wire/encode_common.h"
#include "gatewayd/wire/encode_content.h"
#include "gatewayd/wire/turns.h"

namespace ag::wire::anthropic {
namespace {

// The API demands a limit; this one every model since Claude 3.5 takes.
constexpr std::int64_t kUnknownModelLimit = 8192;
// The API states no maximum.
constexpr std::size_t kMaxStop = std::numeric_limits<std::size_t>::max();

class Encoder {
 public:
  Encoder(const ChatRequest& request, const UpstreamTarget& target, EncodePurpose purpose, Arena& arena,
          EncodedRequest& out)
      : request_(request),
        target_(target),
        replies_(purpose != EncodePurpose::kCountTokens),
        streams_(purpose == EncodePurpose::kStream),
        arena_(arena),
        out_(out) {}

  absl::Status Encode() {
    AG_ASSIGN_OR_RETURN(const ToolPlan tools, PlanTools(request_, target_, out_));
    std::vector<Turn> turns = BuildTurns(request_, TurnRules{}, arena_, out_);
    RemoveBlank(turns, out_);
    if (turns.empty()) return NothingToSend(request_, target_);
    writer_.BeginObject().Field("model", target_.model);
    ThinkingSituation situation;
    if (replies_) situation.max_tokens = WriteMaxTokens();
    situation.forces_call = tools.forces_call();
    situation.lost_state = LoopLacksThinking(turns);
    const ThinkingPlan thinking = PlanThinking(request_, target_, situation, out_);
    AG_RETURN_IF_ERROR(WriteSystem());
    AG_RETURN_IF_ERROR(WriteTurns(request_, target_, turns, arena_, writer_, out_));
    WriteTools(request_, target_, tools, writer_, out_);
    WriteThinking(thinking, writer_);
    WriteOutputConfig(thinking, tools);
    if (replies_) {
      WriteSampling(thinking.on());
      AG_RETURN_IF_ERROR(WriteStop());
      // Row 21: the API itself places the mark behind the last block that can be cached.
      if (target_.auto_cache && (tools.offers() || turns.size() >= 2)) {
        writer_.Key("cache_control").BeginObject().Field("type", "ephemeral").EndObject();
      }
      if (streams_) writer_.Field("stream", true);
    }
    writer_.EndObject();
    return absl::OkStatus();
  }

 private:
  std::int64_t WriteMaxTokens() {
    std::optional<std::int64_t> limit = ClampedMaxTokens(request_, target_, out_);
    if (!limit) {
      limit = target_.model_info.max_output.value_or(kUnknownModelLimit);
      NoteApprox(out_, FieldOf(request_, Param::kMaxTokens), "required_default", {{"to", absl::StrCat(*limit)}});
    }
    writer_.Field("max_tokens", *limit);
    return *limit;
  }

  absl::Status WriteSystem() {
    std::vector<std::string_view> texts;
    AG_RETURN_IF_ERROR(SystemTexts(request_, target_, texts));
    std::erase_if(texts, [](std::string_view text) { return TrimSpace(text).empty(); });
    if (texts.empty()) return absl::OkStatus();
    writer_.Key("system");
    if (texts.size() == 1) {
      writer_.String(texts.front());
      return absl::OkStatus();
    }
    writer_.BeginArray();
    for (const std::string_view text : texts) {
      writer_.BeginObject().Field("type", "text").Field("text", text).EndObject();
    }
    writer_.EndArray();
    return absl::OkStatus();
  }

  void WriteOutputConfig(const ThinkingPlan& thinking, const ToolPlan& tools) {
    if (thinking.effort.empty() && tools.format_schema.empty()) return;
    writer_.Key("output_config").BeginObject();
    if (!thinking.effort.empty()) writer_.Field("effort", thinking.effort);
    if (!tools.format_schema.empty()) {
      writer_.Key("format").BeginObject().Field("type", "json_schema");
      writer_.Key("schema").Raw(tools.format_schema).EndObject();
    }
    writer_.EndObject();
  }

  void WriteSampling(bool thinking) {
    Sampling sampling = FittingSampling(request_, target_, out_);
    const auto drop = [&](bool set, Param param) {
      if (set) DropParam(request_, out_, param, "not_in_dialect");
    };
    drop(sampling.seed.has_value(), Param::kSeed);
    drop(sampling.presence_penalty.has_value(), Param::kPresencePenalty);
    drop(sampling.frequency_penalty.has_value(), Param::kFrequencyPenalty);
    if (thinking) sampling = WithoutChoice(sampling, request_, "thinking_on", out_);
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

  // Stop sequences of white space alone are refused.
  absl::Status WriteStop() {
    std::vector<std::string_view> stop;
    AG_RETURN_IF_ERROR(SplitStop(request_, target_, {kMaxStop, false}, out_, stop));
    WriteStrings(writer_, "stop_sequences", stop);
    return absl::OkStatus();
  }

  const ChatRequest& request_;
  const UpstreamTarget& target_;
  const bool replies_;
  const bool streams_;
  Arena& arena_;
  EncodedRequest& out_;
  json::Writer writer_{out_.body};
};

}  // namespace

absl::StatusOr<EncodedRequest> EncodeMessagesRequest(const ChatRequest& request, const UpstreamTarget& target,
                                                     EncodePurpose purpose, Arena& arena) {
  EncodedRequest out;
  AG_RETURN_IF_ERROR(CheckForeign(request, target, out));
  if (request.n.value_or(1) > 1) {
    return Untranslatable(request, target, FieldOf(request, Param::kN), "several choices cannot be asked for");
  }
  const ChatRequest& fitting = FittingHistory(request, target, arena, out);
  AG_RETURN_IF_ERROR(Encoder(fitting, target, purpose, arena, out).Encode());
  return out;
}

}  // namespace ag::wire::anthropic
