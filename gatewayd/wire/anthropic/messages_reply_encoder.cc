#include <absl/strings/str_cat.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/anthropic/messages_codec.h"
#include "gatewayd/wire/error_body.h"

namespace ag::wire::anthropic {
namespace {

std::string_view StopName(StopReason reason) {
  switch (reason) {
    case StopReason::kMaxTokens:
      return "max_tokens";
    case StopReason::kContextWindow:
      return "model_context_window_exceeded";
    case StopReason::kRefusal:
      return "refusal";
    case StopReason::kToolUse:
      return "tool_use";
    case StopReason::kStopSequence:
      return "stop_sequence";
    case StopReason::kPauseTurn:
      return "pause_turn";
    case StopReason::kUnknown:
    case StopReason::kEndTurn:
      return "end_turn";
  }
  return "end_turn";
}

void WriteUsage(const Usage& usage, std::int64_t output, json::Writer& writer) {
  writer.BeginObject().Field("input_tokens", usage.input.value_or(0));
  if (usage.cache_write) writer.Field("cache_creation_input_tokens", *usage.cache_write);
  if (usage.cache_read) writer.Field("cache_read_input_tokens", *usage.cache_read);
  writer.Field("output_tokens", output);
  if (usage.reasoning) {
    writer.Key("output_tokens_details").BeginObject().Field("thinking_tokens", *usage.reasoning).EndObject();
  }
  writer.EndObject();
}

// The message object: whole for a plain reply, without content and stop for message_start.
void BeginMessage(std::string_view id, std::string_view model, json::Writer& writer) {
  writer.BeginObject().Field("id", id).Field("type", "message").Field("role", "assistant").Field("model", model);
}

void WriteStop(StopReason reason, const std::string& sequence, json::Writer& writer) {
  writer.Field("stop_reason", StopName(reason)).Key("stop_sequence");
  if (reason == StopReason::kStopSequence && !sequence.empty()) {
    writer.String(sequence);
  } else {
    writer.Null();
  }
}

// What the streamed and the plain form share. A reply of this dialect has one choice.
class Encoder : public ReplyEncoder {
 public:
  Encoder(const ReplyOptions& options, RandomSource& random)
      : options_(options), id_(absl::StrCat("msg_01", RandomToken(random, 22))) {}

  void OnEvent(const StreamEvent& event, std::string& out) final {
    if (const auto* begin = std::get_if<PartBegin>(&event)) {
      OnPart(*begin, out);
    } else if (const auto* delta = std::get_if<TextDelta>(&event)) {
      if (delta->index == open_part_) OnText(delta->text, out);
    } else if (const auto* end = std::get_if<PartEnd>(&event)) {
      if (end->index != open_part_) return;
      open_part_ = -1;
      OnBlockEnd(out);
    } else if (const auto* usage = std::get_if<UsageUpdate>(&event)) {
      usage_ = usage->usage;
    } else if (const auto* finished = std::get_if<Finished>(&event)) {
      // A refusal that came as text stays text; the stop reason says what it was (row 9).
      reason_ = refused_ ? StopReason::kRefusal : finished->reason;
      sequence_ = std::string(finished->stop_sequence);
    } else if (std::holds_alternative<Completed>(event)) {
      OnCompleted(out);
    }
  }

  std::vector<Loss> TakeLosses() final { return std::exchange(losses_, {}); }

 protected:
  virtual void OnBlock(PartKind kind, std::string& out) = 0;
  virtual void OnText(std::string_view text, std::string& out) = 0;
  virtual void OnBlockEnd(std::string& out) = 0;
  virtual void OnCompleted(std::string& out) = 0;

  const ReplyOptions& options() const { return options_; }
  const std::string& id() const { return id_; }
  const Usage& usage() const { return usage_; }
  StopReason reason() const { return reason_; }
  const std::string& sequence() const { return sequence_; }

 private:
  void OnPart(const PartBegin& part, std::string& out) {
    if (part.kind == PartKind::kRefusal) refused_ = true;
    const bool reasoning = part.kind == PartKind::kReasoning || part.kind == PartKind::kRedactedReasoning;
    if (part.kind == PartKind::kRedactedReasoning || (reasoning && !options_.show_reasoning)) {
      losses_.push_back({LossClass::kDrop, "reasoning", Reason{"reasoning_not_asked_for", {}}});
      return;
    }
    open_part_ = part.index;
    OnBlock(part.kind, out);
  }

  ReplyOptions options_;
  std::string id_;
  Usage usage_;
  StopReason reason_ = StopReason::kUnknown;
  std::string sequence_;
  int open_part_ = -1;
  bool refused_ = false;
  std::vector<Loss> losses_;
};

class StreamEncoder final : public Encoder {
 public:
  using Encoder::Encoder;

  void OnError(const absl::Status& error, std::string& out) override {
    out.append(EncodeStreamError(error, Dialect::kMessages, {}));
  }
  void KeepAlive(std::string& out) override { out.append(KeepAliveEvent(Dialect::kMessages)); }

 private:
  // Late, so that figures which come before the first block stand in message_start.
  void Begin(std::string& out) {
    if (std::exchange(begun_, true)) return;
    out.append("event: message_start\ndata: {\"type\":\"message_start\",\"message\":");
    json::Writer writer(out);
    BeginMessage(id(), options().model, writer);
    writer.Key("content").BeginArray().EndArray().Key("stop_reason").Null().Key("stop_sequence").Null().Key("usage");
    Usage early = usage();
    early.reasoning.reset();
    WriteUsage(early, 0, writer);
    writer.EndObject();
    out.append("}\n\n");
  }

  void OnBlock(PartKind kind, std::string& out) override {
    Begin(out);
    thinking_ = kind == PartKind::kReasoning;
    absl::StrAppend(&out, "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":", block_,
                    ",\"content_block\":",
                    thinking_ ? R"({"type":"thinking","thinking":"","signature":""})" : R"({"type":"text","text":""})",
                    "}\n\n");
  }

  void OnText(std::string_view text, std::string& out) override {
    absl::StrAppend(&out, "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":", block_,
                    ",\"delta\":{\"type\":\"",
                    thinking_ ? "thinking_delta\",\"thinking\":" : "text_delta\",\"text\":", json::Quote(text),
                    "}}\n\n");
  }

  void OnBlockEnd(std::string& out) override {
    absl::StrAppend(&out, "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":", block_,
                    "}\n\n");
    ++block_;
  }

  void OnCompleted(std::string& out) override {
    Begin(out);
    out.append("event: message_delta\ndata: ");
    json::Writer writer(out);
    writer.BeginObject().Field("type", "message_delta").Key("delta").BeginObject();
    WriteStop(reason(), sequence(), writer);
    writer.EndObject().Key("usage");
    WriteUsage(usage(), usage().OutputTotal(), writer);
    writer.EndObject();
    out.append("\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
  }

  bool begun_ = false;
  bool thinking_ = false;
  int block_ = 0;
};

class BodyEncoder final : public Encoder {
 public:
  using Encoder::Encoder;

  void OnError(const absl::Status& /*error*/, std::string& /*out*/) override {}
  void KeepAlive(std::string& /*out*/) override {}

 private:
  struct Block {
    bool thinking;
    std::string text;
  };

  void OnBlock(PartKind kind, std::string& /*out*/) override { blocks_.push_back({kind == PartKind::kReasoning, {}}); }
  void OnText(std::string_view text, std::string& /*out*/) override { blocks_.back().text.append(text); }
  void OnBlockEnd(std::string& /*out*/) override {}

  void OnCompleted(std::string& out) override {
    json::Writer writer(out);
    BeginMessage(id(), options().model, writer);
    writer.Key("content").BeginArray();
    for (const Block& block : blocks_) {
      writer.BeginObject();
      if (block.thinking) {
        writer.Field("type", "thinking").Field("thinking", block.text).Field("signature", "");
      } else {
        writer.Field("type", "text").Field("text", block.text);
      }
      writer.EndObject();
    }
    writer.EndArray();
    WriteStop(reason(), sequence(), writer);
    writer.Key("usage");
    WriteUsage(usage(), usage().OutputTotal(), writer);
    writer.EndObject();
  }

  std::vector<Block> blocks_;
};

}  // namespace

std::unique_ptr<ReplyEncoder> MakeMessagesReplyEncoder(const ReplyOptions& options, RandomSource& random) {
  if (options.framing == StreamFraming::kNone) return std::make_unique<BodyEncoder>(options, random);
  return std::make_unique<StreamEncoder>(options, random);
}

}  // namespace ag::wire::anthropic
