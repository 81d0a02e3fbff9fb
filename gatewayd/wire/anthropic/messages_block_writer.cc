#include "gatewayd/wire/anthropic/messages_block_writer.h"

#include <utility>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"

namespace ag::wire::anthropic {
namespace {

using Type = BlockHead::Type;

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
      break;
  }
  return "end_turn";
}

void WriteUsage(const MessageFacts& facts, std::int64_t output, json::Writer& writer) {
  const Usage& usage = facts.usage;
  writer.BeginObject().Field("input_tokens", usage.input.value_or(0));
  if (usage.cache_write) writer.Field("cache_creation_input_tokens", *usage.cache_write);
  if (usage.cache_read) writer.Field("cache_read_input_tokens", *usage.cache_read);
  writer.Field("output_tokens", output);
  if (usage.reasoning) {
    writer.Key("output_tokens_details").BeginObject().Field("thinking_tokens", *usage.reasoning).EndObject();
  }
  if (facts.searches > 0) {
    writer.Key("server_tool_use").BeginObject().Field("web_fetch_requests", 0);
    writer.Field("web_search_requests", facts.searches).EndObject();
  }
  if (!facts.service_tier.empty()) writer.Field("service_tier", facts.service_tier);
  writer.EndObject();
}

// The message object: whole for a plain reply, without content and stop for message_start.
void BeginMessage(const MessageFacts& facts, json::Writer& writer) {
  writer.BeginObject().Field("id", facts.id).Field("type", "message").Field("role", "assistant");
  writer.Field("model", facts.model);
}

void WriteStop(const MessageFacts& facts, json::Writer& writer) {
  writer.Field("stop_reason", StopName(facts.reason)).Key("stop_sequence");
  if (facts.reason == StopReason::kStopSequence && !facts.stop_sequence.empty()) {
    writer.String(facts.stop_sequence);
  } else {
    writer.Null();
  }
  if (facts.reason != StopReason::kRefusal) return;
  writer.Key("stop_details").BeginObject().Field("type", "refusal").Key("category").Null().Key("explanation");
  facts.refusal.empty() ? writer.Null() : writer.String(facts.refusal);
  writer.EndObject();
}

// What no other provider tells: where in the page it stands.
void WriteCitation(const UrlCitation& citation, json::Writer& writer) {
  writer.BeginObject().Field("type", "web_search_result_location").Field("cited_text", citation.cited_text);
  writer.Field("encrypted_index", "").Key("title");
  citation.title.empty() ? writer.Null() : writer.String(citation.title);
  writer.Field("url", citation.url).EndObject();
}

// The block as far as it is known when it opens; an open object.
void BeginBlock(const BlockHead& head, json::Writer& writer) {
  writer.BeginObject();
  switch (head.type) {
    case Type::kText:
      writer.Field("type", "text");
      return;
    case Type::kThinking:
      writer.Field("type", "thinking");
      return;
    case Type::kRedactedThinking:
      writer.Field("type", "redacted_thinking").Field("data", head.data);
      return;
    case Type::kToolUse:
      writer.Field("type", "tool_use").Field("id", head.id).Field("name", head.name);
      return;
    case Type::kServerToolUse:
      writer.Field("type", "server_tool_use").Field("id", head.id).Field("name", head.name);
      return;
    case Type::kSearchResult:
      writer.Field("type", "web_search_tool_result").Field("tool_use_id", head.id);
      writer.Key("content").BeginArray().EndArray();
      return;
  }
}

class StreamWriter final : public BlockWriter {
 public:
  void Open(const BlockHead& head, const MessageFacts& facts, std::string& out) override {
    Begin(facts, out);
    type_ = head.type;
    out.append("event: content_block_start\ndata: ");
    json::Writer writer(out);
    writer.BeginObject().Field("type", "content_block_start").Field("index", block_).Key("content_block");
    BeginBlock(head, writer);
    if (type_ == Type::kText) writer.Field("text", "");
    if (type_ == Type::kThinking) writer.Field("thinking", "").Field("signature", "");
    if (type_ == Type::kToolUse || type_ == Type::kServerToolUse) writer.Key("input").BeginObject().EndObject();
    writer.EndObject().EndObject();
    out.append("\n\n");
  }

  void Text(std::string_view text, std::string& out) override {
    const bool thinking = type_ == Type::kThinking;
    Delta(thinking ? "thinking_delta" : "text_delta", thinking ? "thinking" : "text", text, out);
  }
  void Input(std::string_view json, std::string& out) override { Delta("input_json_delta", "partial_json", json, out); }
  void Signature(std::string_view signature, std::string& out) override {
    Delta("signature_delta", "signature", signature, out);
  }

  void Citation(const UrlCitation& citation, std::string& out) override {
    out.append("event: content_block_delta\ndata: ");
    json::Writer writer(out);
    writer.BeginObject().Field("type", "content_block_delta").Field("index", block_).Key("delta").BeginObject();
    writer.Field("type", "citations_delta").Key("citation");
    WriteCitation(citation, writer);
    writer.EndObject().EndObject();
    out.append("\n\n");
  }

  bool Close(std::string& out) override {
    out.append("event: content_block_stop\ndata: ");
    json::Writer(out).BeginObject().Field("type", "content_block_stop").Field("index", block_++).EndObject();
    out.append("\n\n");
    return true;
  }

  void Finish(const MessageFacts& facts, std::string& out) override {
    Begin(facts, out);
    out.append("event: message_delta\ndata: ");
    json::Writer writer(out);
    writer.BeginObject().Field("type", "message_delta").Key("delta").BeginObject();
    WriteStop(facts, writer);
    writer.EndObject().Key("usage");
    WriteUsage(facts, facts.usage.OutputTotal(), writer);
    writer.EndObject();
    out.append("\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
  }

 private:
  // Late, so that figures which come before the first block stand in message_start.
  void Begin(const MessageFacts& facts, std::string& out) {
    if (std::exchange(begun_, true)) return;
    out.append("event: message_start\ndata: ");
    json::Writer writer(out);
    writer.BeginObject().Field("type", "message_start").Key("message");
    BeginMessage(facts, writer);
    writer.Key("content").BeginArray().EndArray().Key("stop_reason").Null().Key("stop_sequence").Null().Key("usage");
    MessageFacts early;
    early.usage = facts.usage;
    early.usage.reasoning.reset();
    early.service_tier = facts.service_tier;
    WriteUsage(early, 0, writer);
    writer.EndObject().EndObject();
    out.append("\n\n");
  }

  void Delta(std::string_view type, std::string_view key, std::string_view text, std::string& out) const {
    out.append("event: content_block_delta\ndata: ");
    json::Writer writer(out);
    writer.BeginObject().Field("type", "content_block_delta").Field("index", block_).Key("delta").BeginObject();
    writer.Field("type", type).Field(key, text).EndObject().EndObject();
    out.append("\n\n");
  }

  Type type_ = Type::kText;
  bool begun_ = false;
  int block_ = 0;
};

class BodyWriter final : public BlockWriter {
 public:
  BodyWriter() { writer_.BeginArray(); }

  void Open(const BlockHead& head, const MessageFacts& /*facts*/, std::string& /*out*/) override {
    type_ = head.type;
    text_.clear();
    signature_.clear();
    citations_.clear();
    BeginBlock(head, writer_);
  }
  void Text(std::string_view text, std::string& /*out*/) override { text_.append(text); }
  void Input(std::string_view json, std::string& /*out*/) override { text_.append(json); }
  void Signature(std::string_view signature, std::string& /*out*/) override { signature_ = signature; }

  void Citation(const UrlCitation& citation, std::string& /*out*/) override {
    if (!citations_.empty()) citations_.push_back(',');
    json::Writer writer(citations_);
    WriteCitation(citation, writer);
  }

  bool Close(std::string& /*out*/) override {
    bool valid = true;
    if (type_ == Type::kText) {
      writer_.Field("text", text_);
      if (!citations_.empty()) writer_.Key("citations").Raw("[" + citations_ + "]");
    } else if (type_ == Type::kThinking) {
      writer_.Field("thinking", text_).Field("signature", signature_);
    } else if (type_ == Type::kToolUse || type_ == Type::kServerToolUse) {
      valid = WriteInput();
    }
    writer_.EndObject();
    return valid;
  }

  void Finish(const MessageFacts& facts, std::string& out) override {
    writer_.EndArray();
    json::Writer writer(out);
    BeginMessage(facts, writer);
    writer.Key("content").Raw(content_);
    WriteStop(facts, writer);
    writer.Key("usage");
    WriteUsage(facts, facts.usage.OutputTotal(), writer);
    writer.EndObject();
  }

 private:
  // An object always (row 11): what the model wrote may be none.
  bool WriteInput() {
    writer_.Key("input");
    if (TrimSpace(text_).empty()) {
      writer_.BeginObject().EndObject();
      return true;
    }
    Arena arena;
    const auto parsed = json::Parse(text_, arena);
    const bool valid = parsed.ok() && (*parsed)->is_object();
    if (valid) {
      writer_.Raw(text_);
    } else {
      writer_.BeginObject().Field("arguments", text_).EndObject();
    }
    return valid;
  }

  std::string content_;
  json::Writer writer_{content_};
  Type type_ = Type::kText;
  std::string text_;  // of the open block; a call's arguments
  std::string signature_;
  std::string citations_;
};

}  // namespace

std::unique_ptr<BlockWriter> MakeStreamWriter() { return std::make_unique<StreamWriter>(); }
std::unique_ptr<BlockWriter> MakeBodyWriter() { return std::make_unique<BodyWriter>(); }

}  // namespace ag::wire::anthropic
