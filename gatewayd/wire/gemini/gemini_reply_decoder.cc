#include <absl/strings/str_cat.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/strings.h"
#include "gatewayd/wire/gemini/gemini_candidate.h"
#include "gatewayd/wire/gemini/gemini_codec.h"
#include "gatewayd/wire/gemini/gemini_outcome.h"
#include "gatewayd/wire/gemini/proto_key.h"
#include "gatewayd/wire/reply_parts.h"

namespace ag::wire::gemini {
namespace {

using json::Value;

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
    explicit Candidate(int index) : reader(index) {}
    CandidateReader reader;
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
      if (candidate.reader.choice() == index) return candidate;
    }
    return candidates_.emplace_back(index);
  }

  void ReadCandidate(const Value& value, StreamEventSink& sink) {
    Candidate& candidate = At(static_cast<int>(IntAt(value, "index").value_or(0)));
    ReplyContext context{sink, arena_, next_index_};
    candidate.reader.Read(value, context);
    if (candidate.reader.broken()) {
      return Fail(ProtocolFailure("the pieces of a function call's arguments do not fit together"), sink);
    }
    if (const Value* reason = FindKey(value, "finishReason"); reason != nullptr) {
      ReadFinish(FinishReasonName(EnumText(*reason)), TextAt(value, "finishMessage"), candidate, sink);
    }
  }

  // Reasons that are neither a clean end nor a safety stop mean that the reply is not usable (row 8).
  void ReadFinish(std::string_view name, std::string_view message, Candidate& candidate, StreamEventSink& sink) {
    if (name.empty()) return;
    if (const StopReason known = ReadStop(name); known != StopReason::kUnknown) {
      candidate.reason = known;
      if (known == StopReason::kRefusal) candidate.refusal = std::string(message.empty() ? name : message);
      return;
    }
    Failed failed;
    failed.error = DetailFromHttpStatus(0);
    // The same request would fail again with its state, and may do without.
    if (name == "MISSING_THOUGHT_SIGNATURE") failed.error.kind = ErrorKind::kStateRejected;
    failed.error.provider_code = std::string(name);
    failed.error.provider_text =
        message.empty() ? absl::StrCat("the reply ended with ", ToAbsl(name)) : std::string(message);
    Fail(failed, sink);
  }

  void ReadError(const Value& document, const Value& error, StreamEventSink& sink) {
    Failed failed;
    failed.json = document.raw();
    const std::string_view status = TextAt(error, "status");
    failed.error = DetailOfStatus(status, static_cast<int>(IntAt(error, "code").value_or(0)));
    failed.error.provider_code = std::string(status);
    failed.error.provider_text = std::string(TextAt(error, "message"));
    Fail(failed, sink);
  }

  // The API has no terminal event: the last chunk is known by its finishReason.
  void Complete(StreamEventSink& sink) {
    const bool cut = candidates_.empty() || std::any_of(candidates_.begin(), candidates_.end(),
                                                        [](const Candidate& candidate) { return !candidate.reason; });
    if (cut) return Fail(StreamCutFailure(), sink);
    ended_ = true;
    ReplyContext context{sink, arena_, next_index_};
    for (Candidate& candidate : candidates_) candidate.reader.Close(context);
    for (const Candidate& candidate : candidates_) {
      Finished finished;
      finished.choice = candidate.reader.choice();
      // Google has no reason for a turn that ends with calls.
      const bool called = candidate.reason == StopReason::kEndTurn && candidate.reader.called_tool();
      finished.reason = called ? StopReason::kToolUse : *candidate.reason;
      finished.refusal = candidate.refusal;
      sink.OnEvent(finished);
    }
    sink.OnEvent(Completed{});
  }

  Arena arena_;
  std::vector<Candidate> candidates_;
  Usage usage_;
  int next_index_ = 0;
  bool started_ = false;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<ReplyDecoder> MakeGeminiReplyDecoder() { return std::make_unique<Decoder>(); }

}  // namespace ag::wire::gemini
