#include "gatewayd/wire/openai/chat_reply_encoder.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <memory>
#include <variant>

#include "gatewayd/wire/loss_rules.h"
#include "gatewayd/wire/openai/chat_codec.h"

namespace ag::wire::openai {

ChatReplyEncoder::ChatReplyEncoder(const ReplyOptions& options, RandomSource& random)
    : options_(options),
      id_(absl::StrCat("chatcmpl-", RandomToken(random, 29))),
      function_call_(WantsFunctionCall(options.request)),
      parts_(options.request) {}

void ChatReplyEncoder::OnEvent(const StreamEvent& event, std::string& out) {
  if (const auto* started = std::get_if<Started>(&event)) {
    OnStarted(TierName(started->service_tier));
  } else if (const auto* begin = std::get_if<PartBegin>(&event)) {
    Begin(*begin, out);
  } else if (const auto* delta = std::get_if<TextDelta>(&event)) {
    const Part* part = parts_.Find(delta->index);
    if (part == nullptr || part->kind == PartKind::kServerTool || part->kind == PartKind::kRedactedReasoning) return;
    parts_.CountText(*part, delta->text);
    if (!delta->text.empty()) OnText(*part, delta->text, out);
  } else if (const auto* arguments = std::get_if<ArgumentsDelta>(&event)) {
    Arguments(*arguments, out);
  } else if (const auto* citation = std::get_if<UrlCitation>(&event)) {
    if (Part* part = parts_.Find(citation->index)) parts_.Cite(*part, *citation);
  } else if (const auto* end = std::get_if<PartEnd>(&event)) {
    if (Part* part = parts_.Find(end->index)) End(*part, out);
  } else if (const auto* logprobs = std::get_if<LogprobsDelta>(&event)) {
    OnLogprobs(*logprobs, out);
  } else if (const auto* usage = std::get_if<UsageUpdate>(&event)) {
    usage_ = usage->usage;
  } else if (const auto* finished = std::get_if<Finished>(&event)) {
    if (finished->reason == StopReason::kPauseTurn) losses_.push_back(LossOf("stop_reason", "pause_turn_ended"));
    OnFinished(*finished, out);
  } else if (std::holds_alternative<Completed>(event)) {
    OnCompleted(out);
  }
}

void ChatReplyEncoder::Begin(const PartBegin& begin, std::string& out) {
  const Part& part = parts_.Begin(begin);
  if (part.kind == PartKind::kServerTool) return Drop("output", "server_tool_reply");
  if (part.kind == PartKind::kToolCall && IsSurplus(part)) return Drop("function_call", "reply_not_translated");
  OnBegin(part, begin, out);
}

void ChatReplyEncoder::Arguments(const ArgumentsDelta& delta, std::string& out) {
  Part* part = parts_.Find(delta.index);
  if (part == nullptr || part->kind != PartKind::kToolCall || IsSurplus(*part) || delta.json.empty()) return;
  part->has_arguments = true;
  if (part->wrapped) {
    part->arguments.append(delta.json);
  } else {
    OnArguments(*part, delta.json, out);
  }
}

void ChatReplyEncoder::End(Part& part, std::string& out) {
  if (part.kind == PartKind::kToolCall && !IsSurplus(part)) {
    if (part.wrapped) {
      OnArguments(part, CustomInput(part.arguments), out);
    } else if (!part.has_arguments && !part.custom) {
      OnArguments(part, "{}", out);  // arguments are an object, also of a call that has none
    }
  }
  if (const auto annotations = parts_.Annotations(part); !annotations.empty()) OnAnnotations(part, annotations, out);
}

std::string_view ChatReplyEncoder::FinishOf(const Finished& finished) const {
  const std::string_view name = FinishName(finished.reason, parts_.Count(finished.choice, PartKind::kToolCall) > 0);
  return name == "tool_calls" && function_call_ ? "function_call" : name;
}

std::string_view ChatReplyEncoder::LateRefusal(const Finished& finished) const {
  return parts_.Count(finished.choice, PartKind::kRefusal) > 0 ? std::string_view() : finished.refusal;
}

void ChatReplyEncoder::Drop(std::string_view field, std::string_view code) {
  const auto same = [code](const Loss& loss) { return loss.reason.code == code; };
  if (std::none_of(losses_.begin(), losses_.end(), same)) losses_.push_back(LossOf(field, code));
}

std::unique_ptr<ReplyEncoder> MakeChatReplyEncoder(const ReplyOptions& options, RandomSource& random) {
  return options.framing == StreamFraming::kNone ? MakeChatBodyEncoder(options, random)
                                                 : MakeChatStreamEncoder(options, random);
}

}  // namespace ag::wire::openai
