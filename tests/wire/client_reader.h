#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/dialect.h"
#include "gatewayd/base/json.h"
#include "gatewayd/wire/sse.h"

// Reads a reply as a client would, without the code under test: what it says, how it ended and what it cost.
namespace ag::wire {

struct ReadReply {
  std::string text;     // of the first choice
  std::string refusal;  // chat
  std::string stop;     // "stop", "length", "refusal", "tool"; empty = none
  bool has_usage = false;
  std::int64_t input = 0;   // all of the prompt
  std::int64_t output = 0;  // reasoning included
  bool text_only = true;    // nothing but text and thoughts, one choice, no error
};

class ClientReader final : private SseHandler {
 public:
  explicit ClientReader(Dialect dialect) : dialect_(dialect) {}

  ReadReply Read(std::string_view bytes) {
    const std::size_t first = bytes.find_first_not_of(" \r\n\t");
    if (first == std::string_view::npos) return reply_;
    if (bytes[first] == '{') {
      Document(bytes);
    } else if (bytes[first] == '[') {
      Arena arena;
      const auto parsed = json::Parse(bytes, arena);
      if (!parsed.ok()) return Broken();
      for (const json::Value& item : (*parsed)->items()) Visit(item);
    } else {
      SseParser parser;
      if (!parser.Feed(bytes, *this).ok() || !parser.End(*this).ok()) return Broken();
    }
    return reply_;
  }

 private:
  ReadReply Broken() {
    reply_.text_only = false;
    return reply_;
  }

  bool OnSseEvent(const SseEvent& event) override {
    if (!event.data.empty() && event.data != "[DONE]") Document(event.data);
    return true;
  }

  void Document(std::string_view text) {
    Arena arena;
    const auto parsed = json::Parse(text, arena);
    if (!parsed.ok() || !(*parsed)->is_object()) {
      reply_.text_only = false;
      return;
    }
    Visit(**parsed);
  }

  void Visit(const json::Value& document) {
    if (document.FindNonNull("error") != nullptr) reply_.text_only = false;
    switch (dialect_) {
      case Dialect::kMessages:
        return Messages(document);
      case Dialect::kGemini:
        return Gemini(document);
      default:
        return Chat(document);
    }
  }

  static std::string_view Text(const json::Value* object, std::string_view key) {
    const json::Value* value = object == nullptr ? nullptr : object->Find(key);
    return value == nullptr ? std::string_view() : value->str();
  }
  static std::int64_t Count(const json::Value* object, std::string_view key) {
    const json::Value* value = object == nullptr ? nullptr : object->FindNonNull(key);
    return value == nullptr ? 0 : value->AsInt().value_or(0);
  }
  static bool Filled(const json::Value* value) {
    return value != nullptr && !(value->is_array() && value->items().empty());
  }

  void Chat(const json::Value& document) {
    if (const json::Value* usage = document.FindNonNull("usage"); usage != nullptr) {
      reply_.has_usage = true;
      reply_.input = Count(usage, "prompt_tokens");
      reply_.output = Count(usage, "completion_tokens");
    }
    const json::Value* choices = document.FindNonNull("choices");
    if (choices == nullptr) return;
    for (const json::Value& choice : choices->items()) {
      if (Count(&choice, "index") != 0) reply_.text_only = false;
      const json::Value* message = choice.FindNonNull("delta");
      if (message == nullptr) message = choice.FindNonNull("message");
      if (message != nullptr) {
        reply_.text += Text(message, "content");
        reply_.refusal += Text(message, "refusal");
        for (const char* key : {"tool_calls", "function_call", "audio"}) {
          if (Filled(message->FindNonNull(key))) reply_.text_only = false;
        }
      }
      const std::string_view reason = Text(&choice, "finish_reason");
      if (reason == "stop" || reason == "length") reply_.stop = reason;
      if (reason == "content_filter") reply_.stop = "refusal";
      if (reason == "tool_calls" || reason == "function_call") reply_.stop = "tool";
    }
  }

  void MessagesUsage(const json::Value* usage) {
    if (usage == nullptr) return;
    reply_.has_usage = true;
    for (std::size_t i = 0; i < 4; ++i) {
      static constexpr const char* kKeys[] = {"input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens",
                                              "output_tokens"};
      if (usage->FindNonNull(kKeys[i]) != nullptr) figures_[i] = Count(usage, kKeys[i]);
    }
    reply_.input = figures_[0] + figures_[1] + figures_[2];
    reply_.output = figures_[3];
  }

  void MessagesBlock(const json::Value& block) {
    const std::string_view type = Text(&block, "type");
    if (type == "text") {
      reply_.text += Text(&block, "text");
    } else if (type != "thinking" && type != "redacted_thinking") {
      reply_.text_only = false;
    }
  }

  void MessagesStop(const json::Value* object) {
    const std::string_view reason = Text(object, "stop_reason");
    if (reason == "end_turn" || reason == "stop_sequence" || reason == "pause_turn") reply_.stop = "stop";
    if (reason == "max_tokens" || reason == "model_context_window_exceeded") reply_.stop = "length";
    if (reason == "refusal") reply_.stop = "refusal";
    if (reason == "tool_use") reply_.stop = "tool";
  }

  void Messages(const json::Value& document) {
    if (const json::Value* message = document.FindNonNull("message"); message != nullptr) {
      MessagesUsage(message->FindNonNull("usage"));
    }
    MessagesUsage(document.FindNonNull("usage"));
    if (const json::Value* content = document.FindNonNull("content"); content != nullptr) {
      for (const json::Value& block : content->items()) MessagesBlock(block);
    }
    if (const json::Value* block = document.FindNonNull("content_block"); block != nullptr) MessagesBlock(*block);
    MessagesStop(&document);
    if (const json::Value* delta = document.FindNonNull("delta"); delta != nullptr) {
      if (Text(delta, "type") == "text_delta") reply_.text += Text(delta, "text");
      MessagesStop(delta);
    }
  }

  void Gemini(const json::Value& document) {
    if (const json::Value* usage = document.FindNonNull("usageMetadata");
        usage != nullptr && usage->FindNonNull("totalTokenCount") != nullptr) {
      reply_.has_usage = true;
      reply_.input = Count(usage, "promptTokenCount") + Count(usage, "toolUsePromptTokenCount");
      reply_.output = Count(usage, "candidatesTokenCount") + Count(usage, "thoughtsTokenCount");
    }
    if (const json::Value* feedback = document.FindNonNull("promptFeedback");
        feedback != nullptr && feedback->FindNonNull("blockReason") != nullptr) {
      reply_.stop = "refusal";
    }
    const json::Value* candidates = document.FindNonNull("candidates");
    if (candidates == nullptr) return;
    for (const json::Value& candidate : candidates->items()) {
      if (Count(&candidate, "index") != 0) reply_.text_only = false;
      const json::Value* content = candidate.FindNonNull("content");
      const json::Value* parts = content == nullptr ? nullptr : content->FindNonNull("parts");
      if (parts != nullptr) {
        for (const json::Value& part : parts->items()) GeminiPart(part);
      }
      GeminiStop(candidate.FindNonNull("finishReason"));
    }
  }

  void GeminiPart(const json::Value& part) {
    for (const auto& [key, value] : part.members()) {
      if (key != "text" && key != "thought" && key != "thoughtSignature") reply_.text_only = false;
    }
    const json::Value* thought = part.FindNonNull("thought");
    if (thought == nullptr || !thought->AsBool(false)) reply_.text += Text(&part, "text");
  }

  void GeminiStop(const json::Value* reason) {
    if (reason == nullptr) return;
    const std::string_view name = reason->is_string() ? reason->str() : reason->raw();
    if (name == "STOP" || name == "1") {
      reply_.stop = "stop";
    } else if (name == "MAX_TOKENS" || name == "2") {
      reply_.stop = "length";
    } else if (name == "SAFETY" || name == "RECITATION") {
      reply_.stop = "refusal";
    } else {
      reply_.text_only = false;
    }
  }

  Dialect dialect_;
  ReadReply reply_;
  std::int64_t figures_[4] = {0, 0, 0, 0};
};

}  // namespace ag::wire
