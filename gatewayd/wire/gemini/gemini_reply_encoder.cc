#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/error_body.h"
#include "gatewayd/wire/gemini/gemini_codec.h"

namespace ag::wire::gemini {
namespace {

std::string_view FinishName(StopReason reason) {
  switch (reason) {
    case StopReason::kMaxTokens:
    case StopReason::kContextWindow:
      return "MAX_TOKENS";
    case StopReason::kRefusal:
      return "SAFETY";
    case StopReason::kUnknown:
    case StopReason::kEndTurn:
    case StopReason::kStopSequence:
    case StopReason::kToolUse:
    case StopReason::kPauseTurn:
      return "STOP";
  }
  return "STOP";
}

void WriteUsage(const Usage& usage, json::Writer& writer) {
  writer.Key("usageMetadata").BeginObject().Field("promptTokenCount", usage.InputTotal());
  if (usage.output) writer.Field("candidatesTokenCount", *usage.output);
  writer.Field("totalTokenCount", usage.InputTotal() + usage.OutputTotal());
  if (usage.cache_read) writer.Field("cachedContentTokenCount", *usage.cache_read);
  if (usage.reasoning) writer.Field("thoughtsTokenCount", *usage.reasoning);
  writer.EndObject();
}

// One class for all three framings: a plain reply is one response object, a stream many of the same shape.
class Encoder final : public ReplyEncoder {
 public:
  Encoder(const ReplyOptions& options, RandomSource& random) : options_(options), id_(RandomToken(random, 23)) {}

  void OnEvent(const StreamEvent& event, std::string& out) override {
    if (const auto* begin = std::get_if<PartBegin>(&event)) {
      OnPart(*begin);
    } else if (const auto* delta = std::get_if<TextDelta>(&event)) {
      OnText(*delta, out);
    } else if (const auto* usage = std::get_if<UsageUpdate>(&event)) {
      usage_ = usage->usage;
    } else if (const auto* finished = std::get_if<Finished>(&event)) {
      OnFinished(*finished);
    } else if (std::holds_alternative<Completed>(event)) {
      OnCompleted(out);
    }
  }

  void OnError(const absl::Status& error, std::string& out) override {
    if (options_.framing == StreamFraming::kSse) out.append(EncodeStreamError(error, Dialect::kGemini, {}));
    if (options_.framing != StreamFraming::kJsonArray) return;
    Frame(EncodeError(error, Family::kGemini, {}).body, out);
    out.append("]");
  }
  // The SDKs of this dialect take no event without a response in it.
  void KeepAlive(std::string& /*out*/) override {}

  std::vector<Loss> TakeLosses() override { return std::exchange(losses_, {}); }

 private:
  struct Text {
    bool thought = false;
    std::string text;
  };
  struct Candidate {
    int index = 0;
    std::vector<Text> parts;  // plain only
    StopReason reason = StopReason::kUnknown;
    std::string message;
    bool refused = false;
  };

  bool streaming() const { return options_.framing != StreamFraming::kNone; }

  Candidate& At(int index) {
    for (Candidate& candidate : candidates_) {
      if (candidate.index == index) return candidate;
    }
    candidates_.emplace_back().index = index;
    return candidates_.back();
  }

  void OnPart(const PartBegin& part) {
    Candidate& candidate = At(part.choice);
    if (part.kind == PartKind::kRefusal) candidate.refused = true;
    const bool thought = part.kind == PartKind::kReasoning;
    if (part.kind == PartKind::kRedactedReasoning || (thought && !options_.show_reasoning)) {
      losses_.push_back({LossClass::kDrop, "reasoning", Reason{"reasoning_not_asked_for", {}}});
      return;
    }
    open_.push_back(part);
    if (!streaming()) candidate.parts.push_back({thought, {}});
  }

  void OnText(const TextDelta& delta, std::string& out) {
    const auto part =
        std::find_if(open_.begin(), open_.end(), [&](const PartBegin& begin) { return begin.index == delta.index; });
    if (part == open_.end()) return;
    if (!streaming()) {
      At(part->choice).parts.back().text.append(delta.text);
      return;
    }
    const bool thought = part->kind == PartKind::kReasoning;
    std::string chunk;
    json::Writer writer(chunk);
    writer.BeginObject().Key("candidates").BeginArray().BeginObject();
    writer.Key("content").BeginObject().Key("parts").BeginArray();
    WritePart(thought, delta.text, writer);
    writer.EndArray().Field("role", "model").EndObject().Field("index", part->choice).EndObject().EndArray();
    EndResponse(writer);
    Frame(chunk, out);
  }

  void OnFinished(const Finished& finished) {
    if (finished.reason == StopReason::kPauseTurn) {
      losses_.push_back({LossClass::kApprox, "stop_reason", Reason{"pause_turn_ended", {}}});
    }
    Candidate& candidate = At(finished.choice);
    candidate.reason = candidate.refused ? StopReason::kRefusal : finished.reason;
    candidate.message = std::string(finished.refusal);
  }

  // A stream's last chunks: one a candidate, the figures in the last of all. A plain reply: everything.
  void OnCompleted(std::string& out) {
    std::sort(candidates_.begin(), candidates_.end(),
              [](const Candidate& a, const Candidate& b) { return a.index < b.index; });
    if (streaming()) {
      for (std::size_t i = 0; i < candidates_.size(); ++i) {
        std::string chunk;
        WriteResponse({&candidates_[i], 1}, i + 1 == candidates_.size(), chunk);
        Frame(chunk, out);
      }
      if (options_.framing == StreamFraming::kJsonArray) out.append(any_frame_ ? "\n]" : "[]");
      return;
    }
    WriteResponse(candidates_, true, out);
  }

  void WriteResponse(std::span<const Candidate> candidates, bool with_usage, std::string& out) {
    json::Writer writer(out);
    writer.BeginObject().Key("candidates").BeginArray();
    for (const Candidate& candidate : candidates) WriteCandidate(candidate, writer);
    writer.EndArray();
    if (with_usage && usage_.known()) WriteUsage(usage_, writer);
    EndResponse(writer);
  }

  void WriteCandidate(const Candidate& candidate, json::Writer& writer) const {
    writer.BeginObject().Key("content").BeginObject().Key("parts").BeginArray();
    for (const Text& part : candidate.parts) WritePart(part.thought, part.text, writer);
    // SDKs read parts[0] of a candidate that ended well.
    if (candidate.parts.empty()) WritePart(false, "", writer);
    writer.EndArray().Field("role", "model").EndObject();
    writer.Field("finishReason", FinishName(candidate.reason)).Field("index", candidate.index);
    if (!candidate.message.empty()) writer.Field("finishMessage", candidate.message);
    writer.EndObject();
  }

  static void WritePart(bool thought, std::string_view text, json::Writer& writer) {
    writer.BeginObject().Field("text", text);
    if (thought) writer.Field("thought", true);
    writer.EndObject();
  }

  void EndResponse(json::Writer& writer) const {
    writer.Field("modelVersion", options_.model).Field("responseId", id_).EndObject();
  }

  void Frame(std::string_view response, std::string& out) {
    if (options_.framing == StreamFraming::kSse) {
      out.append("data: ").append(response).append("\n\n");
    } else {
      out.append(any_frame_ ? "\n,\n" : "[").append(response);
    }
    any_frame_ = true;
  }

  ReplyOptions options_;
  std::string id_;
  std::vector<PartBegin> open_;
  std::vector<Candidate> candidates_;
  Usage usage_;
  std::vector<Loss> losses_;
  bool any_frame_ = false;
};

}  // namespace

std::unique_ptr<ReplyEncoder> MakeGeminiReplyEncoder(const ReplyOptions& options, RandomSource& random) {
  return std::make_unique<Encoder>(options, random);
}

}  // namespace ag::wire::gemini
