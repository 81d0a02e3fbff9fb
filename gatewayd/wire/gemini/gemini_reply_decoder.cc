#include <absl/strings/str_cat.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/strings.h"
#include "gatewayd/wire/gemini/gemini_codec.h"
#include "gatewayd/wire/gemini/gemini_outcome.h"
#include "gatewayd/wire/gemini/proto_key.h"
#include "gatewayd/wire/reply_parts.h"

namespace ag::wire::gemini {
namespace {

using json::Value;

std::string_view TextAt(const Value& object, std::string_view key) {
  const Value* value = FindKey(object, key);
  return value == nullptr ? std::string_view() : value->str();
}

std::optional<std::int64_t> CountAt(const Value& object, std::string_view key) {
  const Value* value = FindKey(object, key);
  return value == nullptr ? std::nullopt : value->AsInt();
}

// The text of an enum's value, which is its name or its number.
std::string_view EnumText(const Value& value) { return value.is_string() ? value.str() : value.raw(); }

// https://cloud.google.com/apis/design/errors
ErrorDetail DetailOfStatus(std::string_view status, int code) {
  struct Row {
    std::string_view status;
    int code;
  };
  static constexpr Row kRows[] = {
      {"INVALID_ARGUMENT", 400},  {"FAILED_PRECONDITION", 400}, {"OUT_OF_RANGE", 400},       {"UNAUTHENTICATED", 401},
      {"PERMISSION_DENIED", 403}, {"NOT_FOUND", 404},           {"RESOURCE_EXHAUSTED", 429}, {"INTERNAL", 500},
      {"UNAVAILABLE", 503},       {"DEADLINE_EXCEEDED", 504}};
  for (const Row& row : kRows) {
    if (row.status == status) return DetailFromHttpStatus(row.code);
  }
  return DetailFromHttpStatus(code);
}

class Decoder final : public ReplyDecoder {
 public:
  void OnStreamData(std::string_view /*name*/, std::string_view data, StreamEventSink& sink) override {
    if (!ended_) ReadDocument(data, sink);
  }

  void OnBody(std::string_view body, StreamEventSink& sink) override {
    ReadDocument(body, sink);
    if (!ended_) Complete(sink);
  }

  void OnStreamEnd(StreamEventSink& sink) override {
    if (!ended_) Complete(sink);
  }

 private:
  struct Candidate {
    int index;
    std::optional<StopReason> reason;
    std::string refusal;
  };

  void Fail(const Failed& failed, StreamEventSink& sink) {
    ended_ = true;
    sink.OnEvent(failed);
  }

  void ReadDocument(std::string_view text, StreamEventSink& sink) {
    arena_.Reset();
    const auto parsed = json::Parse(text, arena_);
    if (!parsed.ok() || !(*parsed)->is_object()) {
      return Fail(ProtocolFailure("a response of generateContent is not a JSON object"), sink);
    }
    const Value& document = **parsed;
    if (const Value* error = document.FindNonNull("error"); error != nullptr) return ReadError(document, *error, sink);
    if (!started_) {
      started_ = true;
      sink.OnEvent(Started{TextAt(document, "responseId"), TextAt(document, "modelVersion")});
    }
    if (const Value* usage = FindKey(document, "usageMetadata"); usage != nullptr) {
      usage_ = ReadUsage(*usage, usage_);
      if (usage_.known()) sink.OnEvent(UsageUpdate{usage_});
    }
    if (const Value* feedback = FindKey(document, "promptFeedback"); feedback != nullptr) ReadFeedback(*feedback);
    const Value* candidates = FindKey(document, "candidates");
    if (candidates == nullptr) return;
    for (const Value& candidate : candidates->items()) {
      if (!ended_) ReadCandidate(candidate, sink);
    }
  }

  // A blocked prompt has no candidates: the reply is an empty refusal.
  void ReadFeedback(const Value& feedback) {
    const Value* reason = FindKey(feedback, "blockReason");
    const auto name = reason == nullptr ? std::string_view() : BlockReasonName(EnumText(*reason));
    if (name.empty()) return;
    const std::string_view message = TextAt(feedback, "blockReasonMessage");
    Candidate& candidate = At(0);
    candidate.reason = StopReason::kRefusal;
    candidate.refusal = std::string(message.empty() ? name : message);
  }

  Candidate& At(int index) {
    for (Candidate& candidate : candidates_) {
      if (candidate.index == index) return candidate;
    }
    return candidates_.emplace_back(Candidate{index, std::nullopt, {}});
  }

  void ReadCandidate(const Value& value, StreamEventSink& sink) {
    const int index = static_cast<int>(CountAt(value, "index").value_or(0));
    At(index);
    if (const Value* content = FindKey(value, "content"); content != nullptr) {
      if (const Value* parts = FindKey(*content, "parts"); parts != nullptr) {
        for (const Value& part : parts->items()) {
          ReadPart(part, index, sink);
          if (ended_) return;
        }
      }
    }
    for (const std::string_view key : {"groundingMetadata", "citationMetadata", "urlContextMetadata"}) {
      const Value* extra = FindKey(value, key);
      if (extra != nullptr && !extra->members().empty()) Note(key, sink);
    }
    if (const Value* reason = FindKey(value, "finishReason"); reason != nullptr) {
      ReadFinish(FinishReasonName(EnumText(*reason)), TextAt(value, "finishMessage"), index, sink);
    }
  }

  void ReadPart(const Value& part, int candidate, StreamEventSink& sink) {
    // State that only a later turn with this provider can use.
    if (!signature_noted_ && FindKey(part, "thoughtSignature") != nullptr) {
      signature_noted_ = true;
      Note("thoughtSignature", sink);
    }
    const Value* text = FindKey(part, "text");
    if (text != nullptr) {
      const Value* thought = FindKey(part, "thought");
      const bool is_thought = thought != nullptr && thought->AsBool(false);
      parts_.Text(candidate, is_thought ? PartKind::kReasoning : PartKind::kText, text->str(), sink);
      return;
    }
    for (const auto& [key, value] : part.members()) {
      const std::string name = CamelCase(key);
      if (name == "thoughtSignature" || name == "thought") continue;
      return Fail(ProtocolFailure(absl::StrCat("it holds a part with ", name, ", which the request did not ask for")),
                  sink);
    }
  }

  // Reasons that are neither a clean end nor a safety stop mean that the reply is not usable (row 8).
  void ReadFinish(std::string_view name, std::string_view message, int index, StreamEventSink& sink) {
    if (name.empty()) return;
    if (const StopReason known = ReadStop(name); known != StopReason::kUnknown) {
      Candidate& candidate = At(index);
      candidate.reason = known;
      if (known == StopReason::kRefusal) candidate.refusal = std::string(message.empty() ? name : message);
      return;
    }
    Failed failed;
    failed.error = DetailFromHttpStatus(0);
    failed.error.provider_code = std::string(name);
    failed.error.provider_text =
        message.empty() ? absl::StrCat("the reply ended with ", ToAbsl(name)) : std::string(message);
    Fail(failed, sink);
  }

  void ReadError(const Value& document, const Value& error, StreamEventSink& sink) {
    Failed failed;
    failed.json = document.raw();
    const std::string_view status = TextAt(error, "status");
    failed.error = DetailOfStatus(status, static_cast<int>(CountAt(error, "code").value_or(0)));
    failed.error.provider_code = std::string(status);
    failed.error.provider_text = std::string(TextAt(error, "message"));
    Fail(failed, sink);
  }

  static void Note(std::string_view field, StreamEventSink& sink) {
    LossNote note;
    note.loss.field = std::string(field);
    note.loss.reason.code = "reply_not_translated";
    sink.OnEvent(note);
  }

  // The API has no terminal event: the last chunk is known by its finishReason.
  void Complete(StreamEventSink& sink) {
    const bool cut = candidates_.empty() || std::any_of(candidates_.begin(), candidates_.end(),
                                                        [](const Candidate& candidate) { return !candidate.reason; });
    if (cut) return Fail(StreamCutFailure(), sink);
    ended_ = true;
    parts_.CloseAll(sink);
    for (const Candidate& candidate : candidates_) {
      Finished finished;
      finished.choice = candidate.index;
      finished.reason = *candidate.reason;
      finished.refusal = candidate.refusal;
      sink.OnEvent(finished);
    }
    sink.OnEvent(Completed{});
  }

  Arena arena_;
  PartTracker parts_;
  std::vector<Candidate> candidates_;
  Usage usage_;
  bool started_ = false;
  bool ended_ = false;
  bool signature_noted_ = false;
};

}  // namespace

std::unique_ptr<ReplyDecoder> MakeGeminiReplyDecoder() { return std::make_unique<Decoder>(); }

}  // namespace ag::wire::gemini
