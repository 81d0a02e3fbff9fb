#include <absl/strings/str_cat.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/anthropic/messages_block_writer.h"
#include "gatewayd/wire/anthropic/messages_codec.h"
#include "gatewayd/wire/anthropic/messages_error.h"
#include "gatewayd/wire/reasoning_envelope.h"

namespace ag::wire::anthropic {
namespace {

using Type = BlockHead::Type;

constexpr std::string_view kWebSearch = "web_search";
constexpr std::string_view kServerIdPrefix = "srvtoolu_";
// The input of a custom tool's call, whose own is plain text: {"input":"…"} (row 23).
constexpr std::string_view kCustomStart = "{\"input\":\"";
constexpr std::string_view kCustomEnd = "\"}";

// Brings the parts of a reply into the order of blocks, one open at a time: a part that begins while a call is open
// waits for its end. A reply of this dialect has one choice.
class Encoder final : public ReplyEncoder {
 public:
  Encoder(const ReplyOptions& options, RandomSource& random)
      : options_(options),
        random_(random),
        streams_(options.framing != StreamFraming::kNone),
        writer_(streams_ ? MakeStreamWriter() : MakeBodyWriter()) {
    facts_.id = absl::StrCat("msg_01", RandomToken(random, 22));
    facts_.model = options.model;
  }

  void OnEvent(const StreamEvent& event, std::string& out) override {
    if (const auto* text = std::get_if<TextDelta>(&event)) {
      OnText(*text, out);
    } else if (const auto* arguments = std::get_if<ArgumentsDelta>(&event)) {
      OnArguments(*arguments, out);
    } else if (const auto* begin = std::get_if<PartBegin>(&event)) {
      OnBegin(*begin, out);
    } else if (const auto* end = std::get_if<PartEnd>(&event)) {
      OnEnd(end->index, out);
    } else if (const auto* state = std::get_if<SignatureDelta>(&event)) {
      OnState(*state);
    } else if (const auto* citation = std::get_if<UrlCitation>(&event)) {
      OnCitation(*citation, out);
    } else if (const auto* usage = std::get_if<UsageUpdate>(&event)) {
      facts_.usage = usage->usage;
    } else if (const auto* started = std::get_if<Started>(&event)) {
      NoteTier(started->service_tier);
    } else if (const auto* finished = std::get_if<Finished>(&event)) {
      OnFinished(*finished);
    } else if (std::holds_alternative<Completed>(event)) {
      writer_->Finish(facts_, out);
    }
  }

  void OnError(const absl::Status& error, std::string& out) override {
    if (streams_) out.append(EncodeMessagesStreamError(error, {}, 0));
  }
  void KeepAlive(std::string& out) override {
    if (streams_) out.append(MessagesCodec().keep_alive);
  }
  std::vector<Loss> TakeLosses() override { return std::exchange(losses_, {}); }

 private:
  // The part whose block is open or, for reasoning without text so far, is to be opened.
  struct Open {
    int index = -1;
    PartKind kind = PartKind::kText;
    bool custom = false;  // a call whose arguments are plain text
    bool block = false;   // its block has begun
    bool shown = true;
  };
  // A part that began while another was open.
  struct Waiting {
    explicit Waiting(const PartBegin& part)
        : begin(part), id(part.tool_id), name(part.tool_name), server_type(part.server_type) {}
    PartBegin begin;  // its texts are the next three
    std::string id;
    std::string name;
    std::string server_type;
    std::string text;  // or arguments
    std::vector<std::pair<SignatureDelta, std::string>> states;
    bool ended = false;
  };

  void Lose(std::string_view field, std::string_view code) {
    losses_.push_back({LossClass::kDrop, std::string(field), Reason{std::string(code), {}}});
  }

  // The names that the SDKs know.
  void NoteTier(std::string_view tier) {
    if (tier == "priority") facts_.service_tier = "priority";
    if (tier == "default" || tier == "standard") facts_.service_tier = "standard";
  }

  void OnBegin(const PartBegin& part, std::string& out) {
    if (part.choice != 0) return;
    called_ = called_ || part.kind == PartKind::kToolCall;
    refused_ = refused_ || part.kind == PartKind::kRefusal;
    if (open_.index >= 0) {
      waiting_.emplace_back(part);
    } else {
      BeginPart(part, out);
    }
  }

  void BeginPart(const PartBegin& part, std::string& out) {
    open_ = Open{part.index, part.kind, part.custom};
    switch (part.kind) {
      case PartKind::kText:
      case PartKind::kRefusal:
        return OpenBlock({.type = Type::kText}, out);
      case PartKind::kReasoning:
      case PartKind::kRedactedReasoning:
        state_.clear();
        open_.shown = options_.show_reasoning;
        return;
      case PartKind::kToolCall:
        OpenBlock({.type = Type::kToolUse, .id = part.tool_id, .name = part.tool_name}, out);
        if (part.custom) writer_->Input(kCustomStart, out);
        return;
      case PartKind::kServerTool:
        return OnServerTool(part, out);
    }
  }

  void OpenBlock(const BlockHead& head, std::string& out) {
    open_.block = true;
    writer_->Open(head, facts_, out);
  }

  // https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool
  void OnServerTool(const PartBegin& part, std::string& out) {
    if (part.server_type != kWebSearch) {
      open_ = Open{};
      return Lose("content[]", "server_tool_reply");
    }
    ++facts_.searches;
    server_id_ = part.tool_id.starts_with(kServerIdPrefix)
                     ? std::string(part.tool_id)
                     : absl::StrCat(ToAbsl(kServerIdPrefix), RandomToken(random_, 22));
    OpenBlock({.type = Type::kServerToolUse, .id = server_id_, .name = kWebSearch}, out);
  }

  bool IsReasoning() const { return open_.kind == PartKind::kReasoning || open_.kind == PartKind::kRedactedReasoning; }

  void CloseBlock(std::string& out) {
    if (!writer_->Close(out)) losses_.push_back({LossClass::kApprox, "content[]", Reason{"invalid_arguments", {}}});
  }

  void OnText(const TextDelta& delta, std::string& out) {
    if (delta.text.empty()) return;
    if (delta.index != open_.index) return Await(delta.index, delta.text);
    if (IsReasoning()) {
      if (!open_.shown) {
        if (!std::exchange(reasoning_hidden_, true)) Lose("reasoning", "reasoning_not_asked_for");
        return;
      }
      if (!open_.block) OpenBlock({.type = Type::kThinking}, out);
    }
    writer_->Text(delta.text, out);
  }

  void OnArguments(const ArgumentsDelta& delta, std::string& out) {
    if (delta.json.empty()) return;
    if (delta.index == open_.index) return writer_->Input(InputOf(delta.json, open_.custom), out);
    Await(delta.index, delta.json);
  }

  Waiting* FindWaiting(int index) {
    for (Waiting& part : waiting_) {
      if (part.begin.index == index) return &part;
    }
    return nullptr;
  }

  void Await(int index, std::string_view text) {
    if (Waiting* part = FindWaiting(index)) part->text.append(text);
  }

  // A piece of arguments as JSON; the view is good until the next one.
  std::string_view InputOf(std::string_view piece, bool custom) {
    if (!custom) return piece;
    escaped_.clear();
    json::Writer(escaped_).String(piece);
    return std::string_view(escaped_).substr(1, escaped_.size() - 2);
  }

  void OnState(const SignatureDelta& delta) {
    if (delta.index != open_.index) {
      if (Waiting* part = FindWaiting(delta.index)) part->states.emplace_back(delta, std::string(delta.bytes));
      return;
    }
    if (!IsReasoning()) return;
    state_.append(delta.bytes);
    state_family_ = delta.family;
    state_home_ = delta.home;
  }

  void OnCitation(const UrlCitation& citation, std::string& out) {
    if (citation.index == open_.index && open_.block) {
      writer_->Citation(citation, out);
    } else {
      Lose("citations", "reply_not_translated");
    }
  }

  // Native state as it is; another family's in an envelope (row 12).
  std::string SealedState() const {
    if (state_.empty() || state_family_ == Family::kAnthropic) return state_;
    ReasoningPart part;
    part.kind =
        open_.kind == PartKind::kRedactedReasoning ? ReasoningPart::Kind::kRedacted : ReasoningPart::Kind::kText;
    part.family = state_family_;
    part.home = state_home_;
    part.scope = options_.state_scope;
    part.signature = state_;
    return SealState(part);
  }

  void OnEnd(int index, std::string& out) {
    if (index != open_.index) {
      if (Waiting* part = FindWaiting(index)) part->ended = true;
      return;
    }
    EndPart(out);
    ReleaseWaiting(out);
  }

  void EndPart(std::string& out) {
    if (IsReasoning()) EndReasoning(out);
    if (open_.custom) writer_->Input(kCustomEnd, out);
    if (open_.block) CloseBlock(out);
    if (open_.kind == PartKind::kServerTool && open_.block) {
      writer_->Open({.type = Type::kSearchResult, .id = server_id_}, facts_, out);
      CloseBlock(out);
    }
    open_ = Open{};
  }

  void EndReasoning(std::string& out) {
    const std::string state = SealedState();
    if (open_.block) {
      if (!state.empty()) writer_->Signature(state, out);
    } else if (!state.empty()) {
      OpenBlock({.type = Type::kRedactedThinking, .data = state}, out);
    }
  }

  void ReleaseWaiting(std::string& out) {
    while (open_.index < 0 && !waiting_.empty()) {
      Waiting part = std::move(waiting_.front());
      waiting_.erase(waiting_.begin());
      part.begin.tool_id = part.id;
      part.begin.tool_name = part.name;
      part.begin.server_type = part.server_type;
      BeginPart(part.begin, out);
      if (open_.index < 0) continue;
      const bool call = open_.kind == PartKind::kToolCall || open_.kind == PartKind::kServerTool;
      if (call) OnArguments({part.begin.index, part.text}, out);
      if (!call) OnText({part.begin.index, part.text}, out);
      for (auto& [state, bytes] : part.states) {
        state.bytes = bytes;
        OnState(state);
      }
      if (!part.ended) return;
      EndPart(out);
    }
  }

  void OnFinished(const Finished& finished) {
    if (finished.choice != 0) return;
    facts_.reason = finished.reason;
    // A call overrides an ordinary end (row 8); a refusal that came as text stays text, and the reason says what it was
    // (row 9).
    const bool ordinary = finished.reason == StopReason::kEndTurn || finished.reason == StopReason::kUnknown;
    if (called_ && ordinary) facts_.reason = StopReason::kToolUse;
    if (refused_) facts_.reason = StopReason::kRefusal;
    facts_.stop_sequence = std::string(finished.stop_sequence);
    facts_.refusal = std::string(finished.refusal);
  }

  const ReplyOptions options_;
  RandomSource& random_;
  const bool streams_;
  std::unique_ptr<BlockWriter> writer_;
  MessageFacts facts_;
  Open open_;
  std::vector<Waiting> waiting_;
  std::string escaped_;
  std::string state_;  // of the open reasoning part
  Family state_family_ = Family::kAnthropic;
  StateHome state_home_ = StateHome::kOwnPart;
  std::string server_id_;
  bool called_ = false;
  bool refused_ = false;
  bool reasoning_hidden_ = false;
  std::vector<Loss> losses_;
};

}  // namespace

std::unique_ptr<ReplyEncoder> MakeMessagesReplyEncoder(const ReplyOptions& options, RandomSource& random) {
  return std::make_unique<Encoder>(options, random);
}

}  // namespace ag::wire::anthropic
