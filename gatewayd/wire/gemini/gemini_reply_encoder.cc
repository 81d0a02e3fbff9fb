#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/error_body.h"
#include "gatewayd/wire/gemini/gemini_codec.h"
#include "gatewayd/wire/gemini/gemini_grounding_writer.h"
#include "gatewayd/wire/gemini/gemini_signature.h"
#include "gatewayd/wire/loss_rules.h"

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

// What a part of the reply is while it is open. Calls are written whole, since args is an object.
struct OpenPart {
  int index = 0;
  int choice = 0;
  PartKind kind = PartKind::kText;
  bool custom = false;    // a call whose arguments are plain text
  bool search = false;    // a web search of the provider
  std::string id;         // of a call
  std::string name;       // of a call, as the client declared it
  std::string text;       // of a call: its arguments; of another part of a plain reply: its text
  std::string signature;  // of reasoning
  Family family = Family::kOpenAi;
  StateHome home = StateHome::kOwnPart;
  bool shown = false;  // some of its text went to the client
};

struct Candidate {
  int index = 0;
  std::string parts;      // of a plain reply: what is complete, as elements of the array
  std::string signature;  // state for the part that comes next
  GroundingWriter grounding;
  LogprobsWriter logprobs;
  StopReason reason = StopReason::kUnknown;
  std::string message;
  bool refused = false;
};

// One class for all three framings: a plain reply is one response object, a stream many of the same shape.
class Encoder final : public ReplyEncoder {
 public:
  Encoder(const ReplyOptions& options, RandomSource& random) : options_(options), id_(RandomToken(random, 23)) {}

  void OnEvent(const StreamEvent& event, std::string& out) override {
    if (const auto* begin = std::get_if<PartBegin>(&event)) {
      OnPart(*begin);
    } else if (const auto* delta = std::get_if<TextDelta>(&event)) {
      OnText(*delta, out);
    } else if (const auto* state = std::get_if<SignatureDelta>(&event)) {
      OnSignature(*state);
    } else if (const auto* arguments = std::get_if<ArgumentsDelta>(&event)) {
      OnArguments(*arguments);
    } else if (const auto* citation = std::get_if<UrlCitation>(&event)) {
      const OpenPart* part = Find(citation->index);
      if (part != nullptr) At(part->choice).grounding.Add(*citation);
    } else if (const auto* end = std::get_if<PartEnd>(&event)) {
      OnPartEnd(*end, out);
    } else if (const auto* logprobs = std::get_if<LogprobsDelta>(&event)) {
      At(logprobs->choice).logprobs.Add(*logprobs);
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
    BeginFrame(out);
    out.append(EncodeError(error, Family::kGemini, {}).body).append("]");
  }
  // The SDKs of this dialect take no event without a response in it.
  void KeepAlive(std::string& /*out*/) override {}

  std::vector<Loss> TakeLosses() override { return std::exchange(losses_, {}); }

 private:
  bool streaming() const { return options_.framing != StreamFraming::kNone; }

  Candidate& At(int index) {
    for (Candidate& candidate : candidates_) {
      if (candidate.index == index) return candidate;
    }
    candidates_.emplace_back().index = index;
    return candidates_.back();
  }

  OpenPart* Find(int index) {
    const auto part =
        std::find_if(open_.begin(), open_.end(), [&](const OpenPart& each) { return each.index == index; });
    return part == open_.end() ? nullptr : &*part;
  }

  void NoteOnce(std::string_view field, std::string_view code) {
    Loss loss = LossOf(field, code);
    if (std::find(losses_.begin(), losses_.end(), loss) == losses_.end()) losses_.push_back(std::move(loss));
  }

  void OnPart(const PartBegin& begin) {
    Candidate& candidate = At(begin.choice);
    OpenPart& part = open_.emplace_back();
    part.index = begin.index;
    part.choice = begin.choice;
    part.kind = begin.kind;
    part.custom = begin.custom;
    part.search = begin.kind == PartKind::kServerTool && begin.server_type == "web_search";
    part.id = std::string(begin.tool_id);
    part.name = std::string(DeclaredName(begin.tool_name));
    if (begin.kind == PartKind::kRefusal) candidate.refused = true;
    if (IsAnswer(part)) candidate.grounding.BeginPart();
    if (begin.kind == PartKind::kServerTool && !part.search) {
      NoteOnce(begin.server_type, "server_tool_reply");
    }
  }

  // The decoder gave a function whose name other providers refuse another one.
  std::string_view DeclaredName(std::string_view name) const {
    if (options_.request == nullptr) return name;
    for (const ToolSpec& tool : options_.request->tools) {
      if (tool.name == name && tool.name_space.empty() && !tool.local_name.empty()) return tool.local_name;
    }
    return name;
  }

  static bool IsAnswer(const OpenPart& part) { return part.kind == PartKind::kText || part.kind == PartKind::kRefusal; }
  static bool IsReasoning(const OpenPart& part) {
    return part.kind == PartKind::kReasoning || part.kind == PartKind::kRedactedReasoning;
  }

  void OnText(const TextDelta& delta, std::string& out) {
    OpenPart* part = Find(delta.index);
    if (part == nullptr || delta.text.empty()) return;
    const bool thought = IsReasoning(*part);
    if (thought && !options_.show_reasoning) return NoteOnce("reasoning", "reasoning_not_asked_for");
    Candidate& candidate = At(part->choice);
    part->shown = true;
    if (IsAnswer(*part)) candidate.grounding.AddText(delta.text);
    if (!streaming()) {
      part->text.append(delta.text);
      return;
    }
    json::Writer writer = BeginChunk(out);
    WriteText(delta.text, thought, thought ? nullptr : &candidate, writer);
    EndChunk(part->choice, writer, out);
  }

  void OnSignature(const SignatureDelta& state) {
    OpenPart* part = Find(state.index);
    if (part == nullptr) return;
    part->family = state.family;
    part->home = state.home;
    part->signature.append(state.bytes);
  }

  void OnArguments(const ArgumentsDelta& delta) {
    OpenPart* part = Find(delta.index);
    if (part == nullptr) return;
    if (part->kind == PartKind::kToolCall) part->text.append(delta.json);
    if (part->search) At(part->choice).grounding.AddSearch(delta.json);
  }

  void OnPartEnd(const PartEnd& end, std::string& out) {
    OpenPart* part = Find(end.index);
    if (part == nullptr) return;
    Candidate& candidate = At(part->choice);
    if (part->search) candidate.grounding.EndSearch();
    if (IsAnswer(*part)) candidate.grounding.EndPart();
    if (part->kind == PartKind::kToolCall) {
      WriteWhole(candidate, out, [&](json::Writer& writer) { WriteCall(*part, candidate, writer); });
    } else if (IsReasoning(*part)) {
      EndReasoning(*part, candidate, out);
    } else if (!part->text.empty()) {
      WriteWhole(candidate, out, [&](json::Writer& writer) { WriteText(part->text, false, &candidate, writer); });
    }
    open_.erase(open_.begin() + (part - open_.data()));
  }

  // State goes on its own thought where the client sees one, else on the part that follows.
  void EndReasoning(const OpenPart& part, Candidate& candidate, std::string& out) {
    const std::string state = part.signature.empty() ? std::string() : StateOf(part);
    if (part.shown && (!streaming() || !state.empty())) {
      WriteWhole(candidate, out, [&](json::Writer& writer) {
        writer.BeginObject().Field("text", part.text).Field("thought", true);
        if (!state.empty()) writer.Field("thoughtSignature", state);
        writer.EndObject();
      });
      return;
    }
    if (state.empty()) return;
    if (!candidate.signature.empty()) {
      WriteWhole(candidate, out, [&](json::Writer& writer) { WriteText("", false, &candidate, writer); });
    }
    candidate.signature = state;
  }

  std::string StateOf(const OpenPart& part) const {
    if (part.family == Family::kGemini) return part.signature;
    ReasoningPart state;
    state.kind =
        part.kind == PartKind::kRedactedReasoning ? ReasoningPart::Kind::kRedacted : ReasoningPart::Kind::kText;
    state.family = part.family;
    state.home = part.home;
    state.signature = part.signature;
    state.scope = options_.state_scope;
    return SealedSignature(state);
  }

  // One part that is complete: a chunk of a stream, an element of a plain reply.
  template <typename Write>
  void WriteWhole(Candidate& candidate, std::string& out, Write write) {
    if (streaming()) {
      json::Writer writer = BeginChunk(out);
      write(writer);
      return EndChunk(candidate.index, writer, out);
    }
    if (!candidate.parts.empty()) candidate.parts.push_back(',');
    json::Writer writer(candidate.parts);
    write(writer);
  }

  // `bearer`: the candidate whose waiting state the part takes; null for thoughts, which bear their own.
  static void WriteText(std::string_view text, bool thought, Candidate* bearer, json::Writer& writer) {
    writer.BeginObject().Field("text", text);
    if (thought) writer.Field("thought", true);
    WriteSignature(bearer, writer);
    writer.EndObject();
  }

  static void WriteSignature(Candidate* bearer, json::Writer& writer) {
    if (bearer == nullptr || bearer->signature.empty()) return;
    writer.Field("thoughtSignature", bearer->signature);
    bearer->signature.clear();
  }

  void WriteCall(const OpenPart& call, Candidate& candidate, json::Writer& writer) {
    writer.BeginObject().Key("functionCall").BeginObject();
    if (!call.id.empty()) writer.Field("id", call.id);
    writer.Field("name", call.name).Key("args");
    if (call.custom) {
      writer.BeginObject().Field("input", call.text).EndObject();
    } else {
      WriteArguments(call.text, writer);
    }
    writer.EndObject();
    WriteSignature(&candidate, writer);
    writer.EndObject();
  }

  void WriteArguments(std::string_view text, json::Writer& writer) {
    if (TrimSpace(text).empty()) {
      writer.Raw("{}");
      return;
    }
    arena_.Reset();
    const auto parsed = json::Parse(text, arena_);
    if (parsed.ok() && (*parsed)->is_object()) {
      writer.Raw(OnOneLine((*parsed)->raw()));
      return;
    }
    NoteOnce("functionCall.args", "reply_arguments");
    writer.BeginObject().Field("arguments", text).EndObject();
  }

  // Models indent arguments, and a line break would end an event's data. In JSON text one stands between tokens only.
  std::string_view OnOneLine(std::string_view json) {
    if (json.find_first_of("\r\n") == std::string_view::npos) return json;
    line_.clear();
    std::remove_copy_if(json.begin(), json.end(), std::back_inserter(line_),
                        [](char c) { return c == '\r' || c == '\n'; });
    return line_;
  }

  void OnFinished(const Finished& finished) {
    if (finished.reason == StopReason::kPauseTurn) NoteOnce("stop_reason", "pause_turn_ended");
    Candidate& candidate = At(finished.choice);
    candidate.reason = candidate.refused ? StopReason::kRefusal : finished.reason;
    candidate.message = std::string(finished.refusal);
  }

  // A stream's last chunks: one a candidate, the figures in the last of all. A plain reply: everything.
  void OnCompleted(std::string& out) {
    std::sort(candidates_.begin(), candidates_.end(),
              [](const Candidate& a, const Candidate& b) { return a.index < b.index; });
    if (!streaming()) return WriteResponse(0, candidates_.size(), out);
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      BeginFrame(out);
      WriteResponse(i, i + 1, out);
      EndFrame(out);
    }
    if (options_.framing == StreamFraming::kJsonArray) out.append(any_frame_ ? "\n]" : "[]");
  }

  void WriteResponse(std::size_t first, std::size_t last, std::string& out) {
    json::Writer writer(out);
    writer.BeginObject().Key("candidates").BeginArray();
    for (std::size_t i = first; i < last; ++i) WriteCandidate(candidates_[i], writer);
    writer.EndArray();
    if (last == candidates_.size() && usage_.known()) WriteUsage(usage_, writer);
    EndResponse(writer);
  }

  void WriteCandidate(Candidate& candidate, json::Writer& writer) const {
    // SDKs read parts[0] of a candidate that ended well; state without a part to stand on gets an empty one.
    if (candidate.parts.empty() || !candidate.signature.empty()) {
      if (!candidate.parts.empty()) candidate.parts.push_back(',');
      json::Writer part(candidate.parts);
      WriteText("", false, &candidate, part);
    }
    writer.BeginObject().Key("content").BeginObject().Key("parts").Raw("[" + candidate.parts + "]");
    writer.Field("role", "model").EndObject();
    writer.Field("finishReason", FinishName(candidate.reason)).Field("index", candidate.index);
    if (!candidate.message.empty()) writer.Field("finishMessage", candidate.message);
    candidate.grounding.Write(writer);
    candidate.logprobs.Write(writer);
    writer.EndObject();
  }

  json::Writer BeginChunk(std::string& out) {
    BeginFrame(out);
    json::Writer writer(out);
    writer.BeginObject().Key("candidates").BeginArray().BeginObject();
    writer.Key("content").BeginObject().Key("parts").BeginArray();
    return writer;
  }

  void EndChunk(int choice, json::Writer& writer, std::string& out) {
    writer.EndArray().Field("role", "model").EndObject().Field("index", choice).EndObject().EndArray();
    EndResponse(writer);
    EndFrame(out);
  }

  void EndResponse(json::Writer& writer) const {
    writer.Field("modelVersion", options_.model).Field("responseId", id_).EndObject();
  }

  void BeginFrame(std::string& out) {
    out.append(options_.framing == StreamFraming::kSse ? "data: " : any_frame_ ? "\n,\n" : "[");
    any_frame_ = true;
  }
  void EndFrame(std::string& out) const {
    if (options_.framing == StreamFraming::kSse) out.append("\n\n");
  }

  ReplyOptions options_;
  std::string id_;
  std::vector<OpenPart> open_;
  std::vector<Candidate> candidates_;
  Usage usage_;
  std::vector<Loss> losses_;
  Arena arena_;
  std::string line_;
  bool any_frame_ = false;
};

}  // namespace

std::unique_ptr<ReplyEncoder> MakeGeminiReplyEncoder(const ReplyOptions& options, RandomSource& random) {
  return std::make_unique<Encoder>(options, random);
}

}  // namespace ag::wire::gemini
