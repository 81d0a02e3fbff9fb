#include "gatewayd/wire/encode_common.h"

#include <absl/strings/str_cat.h>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/loss_rules.h"
#include "gatewayd/wire/registry.h"

namespace ag::wire {
namespace {

void Note(EncodedRequest& out, LossClass expected, Loss loss) {
  AG_CHECK(loss.loss_class == expected);
  out.losses.push_back(std::move(loss));
}

// Rows 21 and 22: these serve affinity inside the gateway and are not sent to another company.
void NoteAffinityOnly(const ChatRequest& request, const UpstreamTarget& target, EncodedRequest& out) {
  if (!request.user.empty()) NoteDrop(out, request.user_field, "affinity_only");
  if (request.metadata != nullptr) NoteDrop(out, "metadata", "affinity_only");
  if (!request.prompt_cache_key.empty()) NoteDrop(out, "prompt_cache_key", "affinity_only");
  const std::string_view tier = request.service_tier;
  if (!tier.empty() && tier != "auto" && tier != "default" && tier != "standard") {
    NoteDrop(out, FieldOf(request, Param::kServiceTier), "other_provider");
  }
  if (request.store.value_or(false)) NoteDrop(out, "store", "other_provider");
  if (request.sampling.logit_bias != nullptr) NoteDrop(out, "logit_bias", "not_in_dialect");
  if (!request.verbosity.empty() && FamilyOf(target.dialect) != Family::kOpenAi) {
    NoteDrop(out, request.dialect == Dialect::kResponses ? "text.verbosity" : "verbosity", "not_in_dialect");
  }
  for (const Message& message : request.messages) {
    if (!message.name.empty()) NoteDrop(out, absl::StrCat(ToAbsl(message.field), ".name"), "not_in_dialect");
  }
}

void NoteCacheHint(const std::optional<CacheHint>& hint, std::string_view field, EncodedRequest& out) {
  if (hint) NoteDrop(out, absl::StrCat(ToAbsl(field), ".cache_control"), "not_in_dialect");
}

void NoteCacheHints(std::span<const Part> parts, EncodedRequest& out) {
  for (const Part& part : parts) {
    NoteCacheHint(part.cache, part.field, out);
    if (const auto* result = std::get_if<ToolResultPart>(&part.value)) NoteCacheHints(result->content, out);
  }
}

void NoteCacheHints(const ChatRequest& request, EncodedRequest& out) {
  for (const Message& message : request.messages) NoteCacheHints(message.parts, out);
  for (const ToolSpec& tool : request.tools) NoteCacheHint(tool.cache, tool.field, out);
}

}  // namespace

std::string_view FieldOf(const ChatRequest& request, Param param) {
  if (param == Param::kMaxTokens && !request.max_tokens_field.empty()) return request.max_tokens_field;
  return CodecOf(request.dialect).name_of(param);
}

void NoteDrop(EncodedRequest& out, std::string_view field, std::string_view code) {
  Note(out, LossClass::kDrop, LossOf(field, code));
}

void NoteApprox(EncodedRequest& out, std::string_view field, std::string_view code,
                std::vector<std::pair<std::string, std::string>> args) {
  Note(out, LossClass::kApprox, LossOf(field, code, std::move(args)));
}

absl::Status Untranslatable(const ChatRequest& request, const UpstreamTarget& target, std::string_view field,
                            std::string_view what) {
  return FieldError(ErrorKind::kUnsupported, field,
                    absl::StrCat("`", ToAbsl(field), "`: ", ToAbsl(what), " from the ", ToAbsl(NameOf(request.dialect)),
                                 " API to the ", ToAbsl(NameOf(target.dialect)),
                                 " API. Remove the field, or route the model to an account that speaks the ",
                                 ToAbsl(NameOf(request.dialect)), " API."));
}

absl::Status NothingToSend(const ChatRequest& request, const UpstreamTarget& target) {
  return Untranslatable(request, target, FieldOf(request, Param::kMessages), "messages without content cannot be sent");
}

absl::Status CheckForeign(const ChatRequest& request, const UpstreamTarget& target, EncodedRequest& out,
                          const ForeignRules& rules) {
  for (const UnknownField& unknown : request.unknown) {
    if (unknown.treatment == UnknownField::Treatment::kRefuse) {
      return Untranslatable(request, target, unknown.field, "this is not translated");
    }
    NoteDrop(out, unknown.field, "not_in_dialect");
  }
  NoteAffinityOnly(request, target, out);
  if (!rules.cache_hints) NoteCacheHints(request, out);
  if (!rules.logprobs && request.logprobs.value_or(false)) {
    return Untranslatable(request, target, FieldOf(request, Param::kLogprobs), "log probabilities are not translated");
  }
  if (request.n && *request.n < 1) {
    return FieldError(ErrorKind::kInvalidRequest, FieldOf(request, Param::kN),
                      absl::StrCat("`", ToAbsl(FieldOf(request, Param::kN)), "` must be at least 1."));
  }
  if (LeadingSystem(request) == request.messages.size()) {
    return Untranslatable(request, target, FieldOf(request, Param::kMessages),
                          "a conversation of system messages alone cannot be expressed");
  }
  const Message& last = request.messages.back();
  if (last.role == Role::kAssistant && !target.model_info.prefill) {
    return Untranslatable(
        request, target, last.field,
        absl::StrCat("the model ", target.model,
                     " is not known to continue a trailing assistant message, which is not translated"));
  }
  return absl::OkStatus();
}

void DropParam(const ChatRequest& request, EncodedRequest& out, Param param, std::string_view code) {
  NoteDrop(out, FieldOf(request, param), code);
}

Sampling FittingSampling(const ChatRequest& request, const UpstreamTarget& target, EncodedRequest& out) {
  Sampling fitting = request.sampling;
  fitting.logit_bias = nullptr;
  const catalog::ModelInfo& model = target.model_info;
  const auto drop = [&](auto& value, Param param, std::string_view code) {
    if (value) DropParam(request, out, param, code);
    value.reset();
  };
  if (!model.sampling) {
    drop(fitting.temperature, Param::kTemperature, "not_in_model");
    drop(fitting.top_p, Param::kTopP, "not_in_model");
    drop(fitting.top_k, Param::kTopK, "not_in_model");
  }
  if (fitting.temperature && !model.temperature_and_top_p) drop(fitting.top_p, Param::kTopP, "temperature_wins");
  if (!model.penalties) {
    drop(fitting.presence_penalty, Param::kPresencePenalty, "not_in_model");
    drop(fitting.frequency_penalty, Param::kFrequencyPenalty, "not_in_model");
  }
  return fitting;
}

Sampling WithoutChoice(const Sampling& sampling, const ChatRequest& request, std::string_view code,
                       EncodedRequest& out) {
  Sampling rest = sampling;
  if (rest.temperature) DropParam(request, out, Param::kTemperature, code);
  if (rest.top_p) DropParam(request, out, Param::kTopP, code);
  if (rest.top_k) DropParam(request, out, Param::kTopK, code);
  rest.temperature.reset();
  rest.top_p.reset();
  rest.top_k.reset();
  return rest;
}

std::optional<std::int64_t> ClampedMaxTokens(const ChatRequest& request, const UpstreamTarget& target,
                                             EncodedRequest& out) {
  const catalog::ModelInfo& model = target.model_info;
  if (!request.max_tokens || !model.max_output || *request.max_tokens <= *model.max_output) {
    return request.max_tokens;
  }
  NoteApprox(out, FieldOf(request, Param::kMaxTokens), "clamped",
             {{"from", absl::StrCat(*request.max_tokens)}, {"to", absl::StrCat(*model.max_output)}});
  return model.max_output;
}

absl::Status SplitStop(const ChatRequest& request, const UpstreamTarget& target, const StopRules& rules,
                       EncodedRequest& out, std::vector<std::string_view>& sent) {
  const std::size_t limit = !target.model_info.stop_sequences ? 0 : rules.limit;
  for (const std::string_view text : request.stop) {
    if (text.empty()) continue;
    if (sent.size() < limit && (rules.blank_allowed || !TrimSpace(text).empty())) {
      sent.push_back(text);
    } else {
      out.local_stop.push_back(text);
    }
  }
  if (out.local_stop.empty()) return absl::OkStatus();
  const std::string_view field = FieldOf(request, Param::kStop);
  if (request.n.value_or(1) > 1) {
    return Untranslatable(request, target, field, "more stop sequences than the target takes cannot go with n > 1");
  }
  NoteApprox(out, field, "matched_locally", {{"count", absl::StrCat(out.local_stop.size())}});
  return absl::OkStatus();
}

std::size_t LeadingSystem(const ChatRequest& request) {
  std::size_t count = 0;
  while (count < request.messages.size() &&
         (request.messages[count].role == Role::kSystem || request.messages[count].role == Role::kDeveloper)) {
    ++count;
  }
  return count;
}

std::vector<std::string_view> TextsOf(const Message& message, EncodedRequest& out) {
  std::vector<std::string_view> texts;
  for (const Part& part : message.parts) {
    std::string_view text;
    if (const auto* words = std::get_if<TextPart>(&part.value)) {
      text = words->text;
    } else if (const auto* refusal = std::get_if<RefusalPart>(&part.value)) {
      text = refusal->text;
    } else {
      const bool reasoning = std::holds_alternative<ReasoningPart>(part.value);
      NoteDrop(out, part.field, reasoning ? "other_provider_reasoning" : "only_text");
      continue;
    }
    if (!text.empty()) texts.push_back(text);
  }
  return texts;
}

std::string WrappedSystem(const Message& message, EncodedRequest& out) {
  std::string text = "<system>";
  for (const std::string_view piece : TextsOf(message, out)) text.append(piece);
  text.append("</system>");
  NoteApprox(out, message.field, "system_in_place");
  return text;
}

void WriteNumber(json::Writer& writer, std::string_view key, const std::optional<Number>& number) {
  if (number) writer.Key(key).Raw(number->raw);
}

void WriteStrings(json::Writer& writer, std::string_view key, const std::vector<std::string_view>& texts) {
  if (texts.empty()) return;
  writer.Key(key).BeginArray();
  for (const std::string_view text : texts) writer.String(text);
  writer.EndArray();
}

}  // namespace ag::wire
