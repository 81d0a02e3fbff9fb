#include "gatewayd/wire/openai/chat_grammar.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/member_picker.h"
#include "gatewayd/wire/reply_notes.h"

namespace ag::wire::openai {
namespace {

enum class Kind : std::uint8_t { kChat, kCompletions };

class Grammar final : public StreamGrammar {
 public:
  explicit Grammar(Kind kind) : kind_(kind) {}

  std::string_view OnEvent(std::string_view /*name*/, std::string_view data) override {
    if (broken_) return {};
    const std::string_view wrong = Check(data);
    broken_ = !wrong.empty();
    return wrong;
  }

  std::string_view OnEnd() override {
    if (broken_ || state_ != State::kOpen) return {};
    return "the stream ended without [DONE]";
  }

 private:
  enum class State : std::uint8_t { kOpen, kFailed, kDone };
  struct Choice {
    std::int64_t index = 0;
    bool finished = false;
    std::vector<std::size_t> calls;  // hashes of their ids, by number
  };

  std::string_view Check(std::string_view data) {
    if (state_ == State::kDone) return "an event follows [DONE]";
    if (TrimSpace(data) == "[DONE]") return End();
    if (state_ == State::kFailed) return "an event follows the error";
    arena_.Reset();
    static constexpr std::array<std::string_view, 3> kKeys{"error", "choices", "usage"};
    MemberPicker<3> found;
    if (!found.Read(data, kKeys, arena_)) return "an event is no JSON object";
    if (found[0] != nullptr) {
      state_ = State::kFailed;
      return {};
    }
    // The streams of gpt-audio are padded with such chunks, and say neither an end nor a role once.
    if (!IsArray(found[1])) {
      padded_ = true;
      return {};
    }
    return CheckChunk(found[1]->raw, IsObject(found[2]));
  }

  std::string_view CheckChunk(std::string_view choices, bool usage) {
    std::string_view wrong;
    bool any = false;
    ForEachElement(choices, [&](const json::RawMember& choice) {
      any = true;
      if (wrong.empty()) wrong = choice.type == json::Type::kObject ? CheckChoice(choice.raw) : "a choice is no object";
    });
    if (!wrong.empty() || padded_) return wrong;
    if (any) return usage_ ? "a choice follows the usage" : "";
    if (usage && usage_) return "the usage comes twice";
    usage_ = usage_ || usage;
    return {};
  }

  std::string_view CheckChoice(std::string_view raw) {
    static constexpr std::array<std::string_view, 4> kKeys{"index", "delta", "text", "finish_reason"};
    MemberPicker<4> found;
    if (!found.Read(raw, kKeys, arena_)) return "a choice is no object";
    const std::int64_t index = CountOf(found[0]).value_or(0);
    auto choice = std::find_if(choices_.begin(), choices_.end(), [&](const Choice& c) { return c.index == index; });
    const bool first = choice == choices_.end();
    if (first) choice = choices_.insert(choice, Choice{index, false, {}});
    std::string_view wrong;
    if (kind_ == Kind::kChat) {
      if (choice->finished) return "a choice goes on after its finish_reason";
      if (IsObject(found[1])) {
        wrong = CheckDelta(found[1]->raw, first, found[3] != nullptr, *choice);
      } else if (first) {
        wrong = "a choice begins without a role";
      }
    } else if (choice->finished && found[2] != nullptr && !IsEmptyValue(*found[2])) {
      wrong = "a choice goes on after its finish_reason";
    }
    choice->finished = choice->finished || found[3] != nullptr;
    return wrong;
  }

  std::string_view CheckDelta(std::string_view raw, bool first, bool last, Choice& choice) {
    static constexpr std::array<std::string_view, 2> kKeys{"role", "tool_calls"};
    MemberPicker<2> found;
    if (!found.Read(raw, kKeys, arena_)) return "a delta is no object";
    if (first && found[0] == nullptr) return "a choice begins without a role";
    if (!first && !last && found[0] != nullptr) {
      SaysMore says("role");
      json::ScanObject(raw, arena_, says).IgnoreError();
      if (!says.content) return "a choice begins twice";
    }
    std::string_view wrong;
    if (!IsArray(found[1])) return wrong;
    ForEachElement(found[1]->raw, [&](const json::RawMember& call) {
      if (wrong.empty() && call.type == json::Type::kObject) wrong = CheckCall(call.raw, choice);
    });
    return wrong;
  }

  std::string_view CheckCall(std::string_view raw, Choice& choice) {
    static constexpr std::array<std::string_view, 2> kKeys{"index", "id"};
    MemberPicker<2> found;
    if (!found.Read(raw, kKeys, arena_)) return "a tool call is no object";
    const auto index = CountOf(found[0]);
    if (!index || *index < 0) return "a tool call has no index";
    const std::string_view id = TextOf(found[1], arena_);
    const auto at = static_cast<std::size_t>(*index);
    if (at > choice.calls.size()) return "a tool call's index is not the next one";
    const std::size_t hash = std::hash<std::string_view>()(id);
    if (at == choice.calls.size()) {
      if (id.empty()) return "a tool call begins without an id";
      choice.calls.push_back(hash);
    } else if (!id.empty() && choice.calls[at] != hash) {
      return "a tool call's index is used again";
    }
    return {};
  }

  std::string_view End() {
    const bool failed = state_ == State::kFailed;
    state_ = State::kDone;
    if (failed || padded_) return {};
    if (choices_.empty()) return "the stream has no choice";
    const auto finished = [](const Choice& choice) { return choice.finished; };
    return std::all_of(choices_.begin(), choices_.end(), finished) ? "" : "a choice has no finish_reason";
  }

  Kind kind_;
  State state_ = State::kOpen;
  bool broken_ = false;
  bool padded_ = false;
  bool usage_ = false;
  std::vector<Choice> choices_;
  Arena arena_;
};

}  // namespace

std::unique_ptr<StreamGrammar> MakeChatGrammar() { return std::make_unique<Grammar>(Kind::kChat); }

std::unique_ptr<StreamGrammar> MakeCompletionsGrammar() { return std::make_unique<Grammar>(Kind::kCompletions); }

}  // namespace ag::wire::openai
