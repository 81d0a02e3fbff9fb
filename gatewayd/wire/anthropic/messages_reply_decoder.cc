#include <absl/strings/str_cat.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/strings.h"
#include "gatewayd/wire/anthropic/messages_codec.h"
#include "gatewayd/wire/anthropic/messages_outcome.h"
#include "gatewayd/wire/reply_parts.h"

namespace ag::wire::anthropic {
namespace {

using json::Value;

std::string_view TextAt(const Value& object, std::string_view key) {
  const Value* value = object.Find(key);
  return value == nullptr ? std::string_view() : value->str();
}

std::optional<std::int64_t> CountAt(const Value& object, std::string_view key) {
  const Value* value = object.FindNonNull(key);
  return value == nullptr ? std::nullopt : value->AsInt();
}

// https://docs.claude.com/en/api/errors
ErrorDetail DetailOfType(std::string_view type) {
  struct Row {
    std::string_view type;
    int status;
  };
  static constexpr Row kRows[] = {{"invalid_request_error", 400}, {"authentication_error", 401},
                                  {"billing_error", 402},         {"permission_error", 403},
                                  {"not_found_error", 404},       {"request_too_large", 413},
                                  {"rate_limit_error", 429},      {"api_error", 500},
                                  {"timeout_error", 504},         {"overloaded_error", 529}};
  for (const Row& row : kRows) {
    if (row.type == type) return DetailFromHttpStatus(row.status);
  }
  return DetailFromHttpStatus(0);
}

class Decoder final : public ReplyDecoder {
 public:
  void OnStreamData(std::string_view /*name*/, std::string_view data, StreamEventSink& sink) override {
    if (ended_) return;
    const Value* event = Parse(data, sink);
    if (event == nullptr) return;
    const std::string_view type = TextAt(*event, "type");
    if (type == "message_start") {
      if (const Value* message = event->FindNonNull("message"); message != nullptr) Start(*message, sink);
    } else if (type == "content_block_start") {
      BlockStart(*event, sink);
    } else if (type == "content_block_delta") {
      BlockDelta(*event, sink);
    } else if (type == "content_block_stop") {
      BlockStop(*event, sink);
    } else if (type == "message_delta") {
      MessageDelta(*event, sink);
    } else if (type == "message_stop") {
      Complete(sink);
    } else if (type == "error") {
      ReadError(*event, sink);
    } else if (type != "ping") {  // the API may add events, and asks readers to go on
      Note(type, sink);
    }
  }

  void OnBody(std::string_view body, StreamEventSink& sink) override {
    const Value* message = Parse(body, sink);
    if (message == nullptr) return;
    if (message->FindNonNull("error") != nullptr) return ReadError(*message, sink);
    Start(*message, sink);
    int position = 0;
    if (const Value* content = message->FindNonNull("content"); content != nullptr) {
      for (const Value& block : content->items()) {
        BeginBlock(block, position, sink);
        if (ended_) return;
        EndBlock(position++, sink);
      }
    }
    ReadStopFields(*message, sink);
    Complete(sink);
  }

  void OnStreamEnd(StreamEventSink& sink) override {
    if (!ended_) Fail(StreamCutFailure(), sink);
  }

 private:
  struct Block {
    std::int64_t position;  // the provider's index
    int index;              // ours; -1 = a block that has no place
  };

  void Fail(const Failed& failed, StreamEventSink& sink) {
    ended_ = true;
    sink.OnEvent(failed);
  }

  const Value* Parse(std::string_view text, StreamEventSink& sink) {
    arena_.Reset();
    const auto parsed = json::Parse(text, arena_);
    if (parsed.ok() && (*parsed)->is_object()) return *parsed;
    Fail(ProtocolFailure("an event of the message is not a JSON object"), sink);
    return nullptr;
  }

  void Note(std::string_view field, StreamEventSink& sink) {
    LossNote note;
    note.loss.field = std::string(field);
    note.loss.reason.code = "reply_not_translated";
    sink.OnEvent(note);
  }

  void Start(const Value& message, StreamEventSink& sink) {
    sink.OnEvent(Started{TextAt(message, "id"), TextAt(message, "model")});
    if (const Value* usage = message.FindNonNull("usage"); usage != nullptr) NoteUsage(*usage, sink);
  }

  void NoteUsage(const Value& usage, StreamEventSink& sink) {
    if (!usage.is_object()) return;
    usage_ = ReadUsage(usage, usage_);
    sink.OnEvent(UsageUpdate{usage_});
  }

  void BlockStart(const Value& event, StreamEventSink& sink) {
    const Value* block = event.FindNonNull("content_block");
    if (block == nullptr) return Fail(ProtocolFailure("content_block_start without a block"), sink);
    BeginBlock(*block, CountAt(event, "index").value_or(0), sink);
  }

  void BeginBlock(const Value& block, std::int64_t position, StreamEventSink& sink) {
    const std::string_view type = TextAt(block, "type");
    PartBegin begin;
    begin.index = next_index_;
    std::string_view text;
    if (type == "text") {
      text = TextAt(block, "text");
      if (const Value* citations = block.FindNonNull("citations");
          citations != nullptr && !citations->items().empty()) {
        Note("citations", sink);
      }
    } else if (type == "thinking") {
      begin.kind = PartKind::kReasoning;
      text = TextAt(block, "thinking");
    } else if (type == "redacted_thinking") {
      begin.kind = PartKind::kRedactedReasoning;
    } else {
      return Fail(ProtocolFailure(
                      absl::StrCat("it holds a block of type ", ToAbsl(type), ", which the request did not ask for")),
                  sink);
    }
    blocks_.push_back({position, next_index_++});
    sink.OnEvent(begin);
    if (!text.empty()) sink.OnEvent(TextDelta{begin.index, text});
    const std::string_view state = TextAt(block, type == "thinking" ? "signature" : "data");
    if (!state.empty()) sink.OnEvent(SignatureDelta{begin.index, Family::kAnthropic, state});
  }

  void BlockDelta(const Value& event, StreamEventSink& sink) {
    const Value* delta = event.FindNonNull("delta");
    const Block* block = FindBlock(CountAt(event, "index").value_or(0));
    if (delta == nullptr || block == nullptr) {
      return Fail(ProtocolFailure("a delta that belongs to no content block"), sink);
    }
    const std::string_view type = TextAt(*delta, "type");
    if (type == "text_delta" || type == "thinking_delta") {
      const std::string_view text = TextAt(*delta, type == "text_delta" ? "text" : "thinking");
      if (!text.empty()) sink.OnEvent(TextDelta{block->index, text});
    } else if (type == "signature_delta") {
      sink.OnEvent(SignatureDelta{block->index, Family::kAnthropic, TextAt(*delta, "signature")});
    } else {
      Note(type == "citations_delta" ? std::string_view("citations") : type, sink);
    }
  }

  void BlockStop(const Value& event, StreamEventSink& sink) { EndBlock(CountAt(event, "index").value_or(0), sink); }

  void EndBlock(std::int64_t position, StreamEventSink& sink) {
    const Block* block = FindBlock(position);
    if (block == nullptr) return;
    sink.OnEvent(PartEnd{block->index});
    blocks_.erase(blocks_.begin() + (block - blocks_.data()));
  }

  const Block* FindBlock(std::int64_t position) const {
    for (const Block& block : blocks_) {
      if (block.position == position) return &block;
    }
    return nullptr;
  }

  void MessageDelta(const Value& event, StreamEventSink& sink) {
    if (const Value* usage = event.FindNonNull("usage"); usage != nullptr) NoteUsage(*usage, sink);
    if (const Value* delta = event.FindNonNull("delta"); delta != nullptr) ReadStopFields(*delta, sink);
  }

  void ReadStopFields(const Value& value, StreamEventSink& sink) {
    const std::string_view reason = TextAt(value, "stop_reason");
    if (reason.empty()) return;
    reason_ = ReadStop(reason);
    if (reason_ == StopReason::kUnknown) {
      reason_ = StopReason::kEndTurn;
      Note(absl::StrCat("stop_reason=", ToAbsl(reason)), sink);
    }
    stop_sequence_ = std::string(TextAt(value, "stop_sequence"));
    if (const Value* details = value.FindNonNull("stop_details"); details != nullptr) {
      refusal_ = std::string(TextAt(*details, "explanation"));
    }
  }

  void ReadError(const Value& event, StreamEventSink& sink) {
    Failed failed;
    failed.json = event.raw();
    failed.error = DetailFromHttpStatus(0);
    if (const Value* error = event.FindNonNull("error"); error != nullptr) {
      const std::string_view type = TextAt(*error, "type");
      failed.error = DetailOfType(type);
      failed.error.http_status = 0;
      failed.error.provider_code = std::string(type);
      failed.error.provider_text = std::string(TextAt(*error, "message"));
    }
    Fail(failed, sink);
  }

  void Complete(StreamEventSink& sink) {
    if (!reason_) return Fail(ProtocolFailure("the message has no stop_reason"), sink);
    ended_ = true;
    while (!blocks_.empty()) EndBlock(blocks_.front().position, sink);
    Finished finished;
    finished.reason = *reason_;
    finished.stop_sequence = stop_sequence_;
    finished.refusal = refusal_;
    sink.OnEvent(finished);
    sink.OnEvent(Completed{});
  }

  Arena arena_;
  std::vector<Block> blocks_;
  int next_index_ = 0;
  Usage usage_;
  std::optional<StopReason> reason_;
  std::string stop_sequence_;
  std::string refusal_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<ReplyDecoder> MakeMessagesReplyDecoder() { return std::make_unique<Decoder>(); }

}  // namespace ag::wire::anthropic
