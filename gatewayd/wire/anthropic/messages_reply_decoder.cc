#include <absl/strings/str_cat.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/strings.h"
#include "gatewayd/wire/anthropic/messages_codec.h"
#include "gatewayd/wire/anthropic/messages_outcome.h"
#include "gatewayd/wire/reply_parts.h"

namespace ag::wire::anthropic {
namespace {

using json::Value;

constexpr std::string_view kWebSearch = "web_search";

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

// Characters of UTF-8 text: bytes that do not continue one.
std::int64_t CharactersOf(std::string_view text) {
  std::int64_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
  return count;
}

// False for a delta that only another kind of block has.
bool Takes(PartKind kind, std::string_view delta) {
  if (delta == "text_delta" || delta == "citations_delta") return kind == PartKind::kText;
  if (delta == "thinking_delta" || delta == "signature_delta") return kind == PartKind::kReasoning;
  if (delta == "input_json_delta") return kind == PartKind::kToolCall || kind == PartKind::kServerTool;
  return true;
}

// A reply of https://docs.claude.com/en/api/messages or its stream. Blocks come one after the other. What no other
// provider's reply has (code execution, MCP, compaction …) is skipped and noted.
class Decoder final : public ReplyDecoder {
 public:
  void OnStreamData(std::string_view /*name*/, std::string_view data, StreamEventSink& sink) override {
    if (ended_) return;
    const Value* event = Parse(data, sink);
    if (event == nullptr) return;
    const std::string_view type = TextAt(*event, "type");
    if (type == "content_block_delta") {
      BlockDelta(*event, sink);
    } else if (type == "content_block_start") {
      const Value* block = event->FindNonNull("content_block");
      if (block == nullptr) return Fail(ProtocolFailure("content_block_start without a block"), sink);
      BeginBlock(*block, CountAt(*event, "index").value_or(0), sink);
    } else if (type == "content_block_stop") {
      if (open_ && open_->position == CountAt(*event, "index").value_or(0)) EndBlock(sink);
    } else if (type == "message_start") {
      if (const Value* message = event->FindNonNull("message"); message != nullptr) Start(*message, sink);
    } else if (type == "message_delta") {
      if (const Value* usage = event->FindNonNull("usage"); usage != nullptr) NoteUsage(*usage, sink);
      if (const Value* delta = event->FindNonNull("delta"); delta != nullptr) ReadStopFields(*delta, sink);
    } else if (type == "message_stop") {
      Complete(sink);
    } else if (type == "error" || (type.empty() && event->FindNonNull("error") != nullptr)) {
      ReadError(*event, sink);
    }  // ping, and events that the API may add: it asks readers to go on
  }

  void OnBody(std::string_view body, StreamEventSink& sink) override {
    const Value* message = Parse(body, sink);
    if (message == nullptr) return;
    if (message->FindNonNull("error") != nullptr) return ReadError(*message, sink);
    Start(*message, sink);
    if (const Value* content = message->FindNonNull("content"); content != nullptr) {
      std::int64_t position = 0;
      for (const Value& block : content->items()) {
        BeginBlock(block, position++, sink);
        EndBlock(sink);
      }
    }
    ReadStopFields(*message, sink);
    Complete(sink);
  }

  void OnStreamEnd(StreamEventSink& sink) override {
    if (!ended_) Fail(StreamCutFailure(), sink);
  }

 private:
  struct Citation {
    std::string url;
    std::string title;
    std::string cited_text;
  };
  struct Block {
    std::int64_t position = 0;  // the provider's index
    int index = -1;             // ours; -1 = a block that has no place
    PartKind kind = PartKind::kText;
    bool arguments_due = false;  // a call whose arguments have not come yet
    std::int64_t characters = 0;
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

  static void Note(std::string_view field, std::string_view code, StreamEventSink& sink) {
    LossNote note;
    note.loss.field = std::string(field);
    note.loss.reason.code = std::string(code);
    sink.OnEvent(note);
  }

  void Start(const Value& message, StreamEventSink& sink) {
    const Value* usage = message.FindNonNull("usage");
    if (!std::exchange(started_, true)) {
      Started started{TextAt(message, "id"), TextAt(message, "model")};
      const std::string_view tier = usage == nullptr ? std::string_view() : TextAt(*usage, "service_tier");
      if (tier != "standard") started.service_tier = tier;
      sink.OnEvent(started);
    }
    if (usage != nullptr) NoteUsage(*usage, sink);
  }

  // Of a server that left message_start out.
  void StartUnsaid(StreamEventSink& sink) {
    if (!std::exchange(started_, true)) sink.OnEvent(Started{});
  }

  void NoteUsage(const Value& usage, StreamEventSink& sink) {
    if (!usage.is_object()) return;
    StartUnsaid(sink);
    usage_ = ReadUsage(usage, usage_);
    sink.OnEvent(UsageUpdate{usage_});
  }

  void BeginBlock(const Value& block, std::int64_t position, StreamEventSink& sink) {
    EndBlock(sink);  // of a server that forgot to
    StartUnsaid(sink);
    open_ = Block{.position = position};
    const std::string_view type = TextAt(block, "type");
    if (type == "text") {
      Begin(PartKind::kText, sink);
      Text(TextAt(block, "text"), sink);
      if (const Value* citations = block.FindNonNull("citations"); citations != nullptr) {
        for (const Value& citation : citations->items()) KeepCitation(citation, sink);
      }
    } else if (type == "thinking") {
      Begin(PartKind::kReasoning, sink);
      Text(TextAt(block, "thinking"), sink);
      State(TextAt(block, "signature"), sink);
    } else if (type == "redacted_thinking") {
      Begin(PartKind::kRedactedReasoning, sink);
      State(TextAt(block, "data"), sink);
    } else if (type == "tool_use") {
      BeginCall(block, PartKind::kToolCall, sink);
    } else if (type == "server_tool_use" && TextAt(block, "name") == kWebSearch) {
      BeginCall(block, PartKind::kServerTool, sink);
    } else {
      Note(absl::StrCat("content[", position, "]"), "server_tool_reply", sink);
    }
  }

  void Begin(PartKind kind, StreamEventSink& sink) {
    PartBegin begin;
    begin.kind = open_->kind = kind;
    begin.index = open_->index = next_index_++;
    sink.OnEvent(begin);
  }

  void BeginCall(const Value& block, PartKind kind, StreamEventSink& sink) {
    PartBegin begin;
    begin.kind = open_->kind = kind;
    begin.index = open_->index = next_index_++;
    begin.tool_id = TextAt(block, "id");
    if (kind == PartKind::kToolCall) begin.tool_name = TextAt(block, "name");
    if (kind == PartKind::kServerTool) begin.server_type = kWebSearch;
    sink.OnEvent(begin);
    // A stream gives an empty input first and its text in deltas; a call without arguments may have no deltas at all.
    open_->arguments_due = true;
    const Value* input = block.FindNonNull("input");
    if (input != nullptr && !input->members().empty()) Arguments(input->raw(), sink);
  }

  void Text(std::string_view text, StreamEventSink& sink) {
    if (text.empty()) return;
    open_->characters += CharactersOf(text);
    sink.OnEvent(TextDelta{open_->index, text});
  }

  void State(std::string_view bytes, StreamEventSink& sink) const {
    if (!bytes.empty()) sink.OnEvent(SignatureDelta{open_->index, Family::kAnthropic, bytes});
  }

  void Arguments(std::string_view json, StreamEventSink& sink) {
    if (json.empty()) return;
    open_->arguments_due = false;
    sink.OnEvent(ArgumentsDelta{open_->index, json});
  }

  // Only citations of the web cross to other providers. They are of the whole block, whose length is known at its end.
  void KeepCitation(const Value& citation, StreamEventSink& sink) {
    if (TextAt(citation, "type") == "web_search_result_location") {
      citations_.push_back({std::string(TextAt(citation, "url")), std::string(TextAt(citation, "title")),
                            std::string(TextAt(citation, "cited_text"))});
    } else if (!std::exchange(document_cited_, true)) {
      Note("citations", "document_citation", sink);
    }
  }

  void BlockDelta(const Value& event, StreamEventSink& sink) {
    const Value* delta = event.FindNonNull("delta");
    if (delta == nullptr || !open_ || open_->position != CountAt(event, "index").value_or(0)) {
      return Fail(ProtocolFailure("a delta that belongs to no content block"), sink);
    }
    if (open_->index < 0) return;
    const std::string_view type = TextAt(*delta, "type");
    if (!Takes(open_->kind, type)) {
      Fail(ProtocolFailure("a delta of another kind than its content block"), sink);
    } else if (type == "text_delta") {
      Text(TextAt(*delta, "text"), sink);
    } else if (type == "input_json_delta") {
      Arguments(TextAt(*delta, "partial_json"), sink);
    } else if (type == "thinking_delta") {
      Text(TextAt(*delta, "thinking"), sink);
    } else if (type == "signature_delta") {
      State(TextAt(*delta, "signature"), sink);
    } else if (type == "citations_delta") {
      if (const Value* citation = delta->FindNonNull("citation"); citation != nullptr) KeepCitation(*citation, sink);
    } else {
      Note(type, "reply_not_translated", sink);
    }
  }

  void EndBlock(StreamEventSink& sink) {
    if (!open_) return;
    if (open_->index >= 0) {
      if (open_->arguments_due) sink.OnEvent(ArgumentsDelta{open_->index, "{}"});
      for (const Citation& each : citations_) {
        sink.OnEvent(UrlCitation{open_->index, each.url, each.title, each.cited_text, 0, open_->characters});
      }
      citations_.clear();
      sink.OnEvent(PartEnd{open_->index});
    }
    open_.reset();
  }

  void ReadStopFields(const Value& value, StreamEventSink& sink) {
    const std::string_view reason = TextAt(value, "stop_reason");
    if (reason.empty()) return;
    reason_ = ReadStop(reason);
    if (reason_ == StopReason::kUnknown) {
      reason_ = StopReason::kEndTurn;
      Note(absl::StrCat("stop_reason=", ToAbsl(reason)), "reply_not_translated", sink);
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
    StartUnsaid(sink);
    EndBlock(sink);
    ended_ = true;
    Finished finished;
    finished.reason = *reason_;
    finished.stop_sequence = stop_sequence_;
    finished.refusal = refusal_;
    sink.OnEvent(finished);
    sink.OnEvent(Completed{});
  }

  Arena arena_;  // of one document
  std::optional<Block> open_;
  std::vector<Citation> citations_;  // of the open block
  int next_index_ = 0;
  Usage usage_;
  std::optional<StopReason> reason_;
  std::string stop_sequence_;
  std::string refusal_;
  bool started_ = false;
  bool document_cited_ = false;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<ReplyDecoder> MakeMessagesReplyDecoder() { return std::make_unique<Decoder>(); }

}  // namespace ag::wire::anthropic
