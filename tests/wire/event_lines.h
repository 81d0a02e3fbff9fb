#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "gatewayd/base/strings.h"
#include "gatewayd/wire/codec.h"
#include "gatewayd/wire/sse.h"
#include "gatewayd/wire/stream_event.h"

// Canonical events as text, one a line, so that a test can spell what a decoder gives.
namespace ag::wire {

class EventLines final : public StreamEventSink {
 public:
  void OnEvent(const StreamEvent& event) override {
    std::visit([this](const auto& each) { Write(each); }, event);
    text += '\n';
  }
  std::string text;

 private:
  static std::string NameOfKind(PartKind kind) {
    switch (kind) {
      case PartKind::kText:
        return "text";
      case PartKind::kReasoning:
        return "reasoning";
      case PartKind::kRedactedReasoning:
        return "redacted";
      case PartKind::kToolCall:
        return "call";
      case PartKind::kRefusal:
        return "refusal";
      case PartKind::kServerTool:
        return "server";
    }
    return {};
  }
  void Add(std::string_view word) {
    if (!text.empty() && text.back() != '\n') text += ' ';
    text += word;
  }
  void Add(const std::string& word) { Add(std::string_view(word)); }
  void Add(const char* word) { Add(std::string_view(word)); }
  void Add(std::int64_t number) { Add(std::to_string(number)); }
  void Add(int number) { Add(std::to_string(number)); }

  void Write(const Started& event) {
    Add("started");
    Add(event.id);
    Add(event.model);
  }
  void Write(const PartBegin& event) {
    Add("begin");
    Add(event.index);
    Add(NameOfKind(event.kind));
    if (!event.tool_id.empty()) Add(event.tool_id);
    if (!event.tool_name.empty()) Add(event.tool_name);
    if (!event.server_type.empty()) Add(event.server_type);
    if (event.custom) Add("custom");
  }
  void Write(const TextDelta& event) { Delta(event.index, "text", event.text); }
  void Write(const ArgumentsDelta& event) { Delta(event.index, "arguments", event.json); }
  void Write(const SignatureDelta& event) {
    Delta(event.index, event.home == StateHome::kOwnPart ? "state" : "state_of_next", event.bytes);
  }
  void Delta(int index, std::string_view word, std::string_view bytes) {
    Add(word);
    Add(index);
    Add("[" + std::string(bytes) + "]");
  }
  void Write(const UrlCitation& event) {
    Add("cite");
    Add(event.index);
    Add(event.url);
    Add(event.title);
    Add(event.start);
    Add(event.end);
  }
  void Write(const PartEnd& event) {
    Add("end");
    Add(event.index);
  }
  void Write(const LogprobsDelta& event) {
    Add("logprobs");
    for (const TokenLogprob& token : event.tokens) {
      Add(token.token);
      Add(static_cast<std::int64_t>(token.top.size()));
    }
  }
  void Write(const UsageUpdate& event) {
    const auto add = [this](std::string_view name, const std::optional<std::int64_t>& figure) {
      if (figure) Add(std::string(name) + "=" + std::to_string(*figure));
    };
    Add("usage");
    add("input", event.usage.input);
    add("read", event.usage.cache_read);
    add("write", event.usage.cache_write);
    add("output", event.usage.output);
    add("reasoning", event.usage.reasoning);
  }
  void Write(const Finished& event) {
    Add("finished");
    Add(NameOf(event.reason));
    if (!event.refusal.empty()) Add(event.refusal);
  }
  void Write(const LossNote& event) {
    Add("loss");
    Add(event.loss.field + ":" + event.loss.reason.code);
    for (const auto& [name, value] : event.loss.reason.args) Add(name + "=" + value);
  }
  void Write(const Completed& /*event*/) { Add("completed"); }
  void Write(const Failed& event) {
    Add("failed");
    Add(NameOf(event.error.kind));
    Add(std::string_view(event.error.provider_code));
    Add(std::string_view(event.error.provider_text));
  }
};

// Feeds a stream as it came, event by event, and ends it.
class StreamFeed final : private SseHandler {
 public:
  StreamFeed(ReplyDecoder& decoder, StreamEventSink& sink) : decoder_(decoder), sink_(sink) {}
  void Feed(std::string_view stream) {
    SseParser parser;
    EXPECT_TRUE(parser.Feed(stream, *this).ok());
    EXPECT_TRUE(parser.End(*this).ok());
    decoder_.OnStreamEnd(sink_);
  }

 private:
  bool OnSseEvent(const SseEvent& event) override {
    if (!event.data.empty()) decoder_.OnStreamData(event.name, event.data, sink_);
    return true;
  }
  ReplyDecoder& decoder_;
  StreamEventSink& sink_;
};

}  // namespace ag::wire
