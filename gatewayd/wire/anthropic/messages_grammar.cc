#include "gatewayd/wire/anthropic/messages_grammar.h"

#include <array>
#include <cstdint>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/wire/member_picker.h"

namespace ag::wire::anthropic {
namespace {

enum class State : std::uint8_t { kStart, kBetweenBlocks, kInBlock, kAfterDelta, kEnded };
// What deltas a block takes.
enum class BlockKind : std::uint8_t { kText, kThinking, kInput, kOther };

BlockKind KindOf(std::string_view type) {
  if (type == "text") return BlockKind::kText;
  if (type == "thinking") return BlockKind::kThinking;
  if (type.ends_with("tool_use")) return BlockKind::kInput;
  return BlockKind::kOther;
}

bool Takes(BlockKind kind, std::string_view delta) {
  switch (kind) {
    case BlockKind::kText:
      return delta == "text_delta" || delta == "citations_delta";
    case BlockKind::kThinking:
      return delta == "thinking_delta" || delta == "signature_delta";
    case BlockKind::kInput:
      return delta == "input_json_delta";
    case BlockKind::kOther:
      return delta != "text_delta" && delta != "thinking_delta" && delta != "input_json_delta";
  }
  return true;
}

class Grammar final : public StreamGrammar {
 public:
  std::string_view OnEvent(std::string_view name, std::string_view data) override {
    if (broken_) return {};
    const std::string_view violation = Check(name, data);
    broken_ = !violation.empty();
    return violation;
  }

  std::string_view OnEnd() override {
    return broken_ || state_ == State::kEnded ? std::string_view() : "the stream has no message_stop";
  }

 private:
  std::string_view Check(std::string_view name, std::string_view data) {
    if (state_ == State::kEnded) return "an event after the end of the stream";
    static constexpr std::array<std::string_view, 4> kKeys{"type", "index", "delta", "content_block"};
    MemberPicker<4> found;
    arena_.Reset();
    if (!found.Read(data, kKeys, arena_)) return "an event that is no JSON object";
    const std::string_view type = TextOf(found[0], arena_);
    if (type != name) return "an event whose name is not its type";
    if (type == "content_block_delta") return OnDelta(found[1], found[2]);
    if (type == "content_block_start") return OnBlockStart(found[1], found[3]);
    if (type == "content_block_stop") return OnBlockStop(found[1]);
    return OnMessageEvent(type);
  }

  std::string_view OnMessageEvent(std::string_view type) {
    if (type == "message_start") {
      if (state_ != State::kStart) return "a second message_start";
      state_ = State::kBetweenBlocks;
    } else if (type == "message_delta") {
      if (state_ == State::kInBlock) return "message_delta before the end of a content block";
      if (state_ != State::kBetweenBlocks) return "message_delta without a message, or a second one";
      state_ = State::kAfterDelta;
    } else if (type == "message_stop") {
      if (state_ != State::kAfterDelta) return "message_stop without message_delta";
      state_ = State::kEnded;
    } else if (type == "error") {
      state_ = State::kEnded;
    } else if (type.empty()) {
      return "an event without a type";
    }  // ping, and events that the API may add
    return {};
  }

  std::string_view OnBlockStart(const json::RawMember* index, const json::RawMember* block) {
    if (state_ != State::kBetweenBlocks) return "content_block_start where none may stand";
    if (!IsObject(block)) return "content_block_start without a block";
    if (CountOf(index) != next_index_) return "content blocks whose indices do not count up from 0";
    state_ = State::kInBlock;
    kind_ = KindOf(TypeIn(block));
    return {};
  }

  std::string_view OnDelta(const json::RawMember* index, const json::RawMember* delta) {
    if (state_ != State::kInBlock || CountOf(index) != next_index_) return "a delta outside its content block";
    if (!IsObject(delta) || !Takes(kind_, TypeIn(delta))) return "a delta of another kind than its content block";
    return {};
  }

  std::string_view OnBlockStop(const json::RawMember* index) {
    if (state_ != State::kInBlock || CountOf(index) != next_index_) return "content_block_stop without its start";
    state_ = State::kBetweenBlocks;
    ++next_index_;
    return {};
  }

  std::string_view TypeIn(const json::RawMember* object) {
    static constexpr std::array<std::string_view, 1> kType{"type"};
    MemberPicker<1> found;
    found.Read(object->raw, kType, arena_);
    return TextOf(found[0], arena_);
  }

  Arena arena_;  // of one event
  State state_ = State::kStart;
  BlockKind kind_ = BlockKind::kText;
  std::int64_t next_index_ = 0;
  bool broken_ = false;
};

}  // namespace

std::unique_ptr<StreamGrammar> MakeMessagesGrammar() { return std::make_unique<Grammar>(); }

}  // namespace ag::wire::anthropic
