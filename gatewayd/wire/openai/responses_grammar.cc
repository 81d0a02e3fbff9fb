#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/member_picker.h"
#include "gatewayd/wire/openai/responses_codec.h"

namespace ag::wire::openai {
namespace {

template <std::size_t N>
bool IsOneOf(std::string_view text, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

constexpr std::array<std::string_view, 4> kEnds{"response.completed", "response.incomplete", "response.failed",
                                                "response.cancelled"};
constexpr std::array<std::string_view, 2> kProgress{"response.queued", "response.in_progress"};
constexpr std::array<std::string_view, 5> kOfContent{"response.output_text.delta", "response.output_text.done",
                                                     "response.output_text.annotation.added", "response.refusal.delta",
                                                     "response.refusal.done"};
constexpr std::array<std::string_view, 2> kOfSummary{"response.reasoning_summary_text.delta",
                                                     "response.reasoning_summary_text.done"};
// What a call says in pieces; an item has one of them.
constexpr std::array<std::string_view, 8> kOfInput{
    "response.function_call_arguments.delta",    "response.function_call_arguments.done",
    "response.custom_tool_call_input.delta",     "response.custom_tool_call_input.done",
    "response.mcp_call_arguments.delta",         "response.mcp_call_arguments.done",
    "response.code_interpreter_call_code.delta", "response.code_interpreter_call_code.done"};

// Parts of one item: they are numbered 0, 1, 2 …, one is open at a time, and its text ends before it does.
class Parts {
 public:
  std::string_view Begin(std::optional<std::int64_t> index) {
    if (open_) return "a part begins before the one before it is done";
    if (index != next_) return "a part's index is not the next one";
    ++next_;
    open_ = true;
    said_ = false;
    return {};
  }
  std::string_view Say(std::optional<std::int64_t> index, std::string_view type) {
    if (!IsOpen(index)) return "a text stands outside a part";
    if (said_) return "a text goes on after it is done";
    said_ = EndsWith(type, ".done");
    return {};
  }
  std::string_view End(std::optional<std::int64_t> index) {
    if (!IsOpen(index)) return "a part that is not open is done";
    open_ = false;
    return {};
  }
  bool open() const { return open_; }

 private:
  bool IsOpen(std::optional<std::int64_t> index) const { return open_ && index == next_ - 1; }

  std::int64_t next_ = 0;
  bool open_ = false;
  bool said_ = false;
};

// stream = created (queued | in_progress)* (item events)* end, with an `error` that ends it at any place
// item   = output_item.added … output_item.done; events of several items may interleave, each names its item
class Grammar final : public StreamGrammar {
 public:
  std::string_view OnEvent(std::string_view name, std::string_view data) override {
    if (broken_) return {};
    const std::string_view wrong = Check(name, data);
    broken_ = !wrong.empty();
    return wrong;
  }

  std::string_view OnEnd() override {
    if (broken_ || state_ == State::kEnded) return {};
    return "the stream ended without the response's end";
  }

 private:
  enum class State : std::uint8_t { kNew, kOpen, kEnded };
  struct Item {
    std::size_t id = 0;  // its hash
    bool open = true;
    bool input_done = false;
    Parts contents;
    Parts summaries;
  };
  // Where in the output an event belongs.
  struct Place {
    std::optional<std::int64_t> output_index;
    std::optional<std::int64_t> content_index;
    std::optional<std::int64_t> summary_index;
    std::string_view item_id;
    std::string_view item;  // the raw object
  };

  std::string_view Check(std::string_view name, std::string_view data) {
    if (TrimSpace(data) == "[DONE]" && state_ == State::kEnded) return {};  // compatible servers add it
    if (state_ == State::kEnded) return "an event follows the end";
    arena_.Reset();
    static constexpr std::array<std::string_view, 7> kKeys{
        "type", "sequence_number", "output_index", "item_id", "content_index", "summary_index", "item"};
    MemberPicker<7> found;
    if (!found.Read(data, kKeys, arena_)) return "an event is no JSON object";
    if (!IsNextNumber(CountOf(found[1]))) return "a sequence_number is not the next one";
    const std::string_view named = TextOf(found[0], arena_);
    const std::string_view type = named.empty() ? name : named;
    if (type == "error") {
      state_ = State::kEnded;
      return {};
    }
    if (type == "keepalive") return {};
    if (state_ == State::kNew) return CheckFirst(type);
    if (type == "response.created") return "the response begins twice";
    if (IsOneOf(type, kEnds)) return End(type);
    if (IsOneOf(type, kProgress)) return items_.empty() ? "" : "the response is in progress after its first item";
    const bool whole = IsObject(found[6]);
    return CheckItem(type, {CountOf(found[2]), CountOf(found[4]), CountOf(found[5]), TextOf(found[3], arena_),
                            whole ? found[6]->raw : std::string_view()});
  }

  // Some servers do not number their events.
  bool IsNextNumber(std::optional<std::int64_t> number) {
    if (!number) return true;
    const bool next = !number_ || *number == *number_ + 1;
    number_ = number;
    return next;
  }

  std::string_view CheckFirst(std::string_view type) {
    state_ = State::kOpen;
    return type == "response.created" ? "" : "the stream does not begin with response.created";
  }

  std::string_view End(std::string_view type) {
    state_ = State::kEnded;
    const bool whole = type == "response.completed" || type == "response.incomplete";
    const bool open = std::any_of(items_.begin(), items_.end(), [](const Item& item) { return item.open; });
    return whole && open ? "the response ends before an item of it is done" : "";
  }

  std::string_view CheckItem(std::string_view type, const Place& place) {
    if (type == "response.output_item.added") return Begin(place);
    if (!place.output_index) return {};  // of no item: what is not known yet
    const auto at = static_cast<std::size_t>(*place.output_index);
    if (*place.output_index < 0 || at >= items_.size() || !items_[at].open) return "an event is of no open item";
    Item& item = items_[at];
    if (!place.item_id.empty() && Hash(place.item_id) != item.id) return "an event names another item than its index";
    if (type == "response.output_item.done") return End(item);
    if (type == "response.content_part.added") return item.contents.Begin(place.content_index);
    if (type == "response.content_part.done") return item.contents.End(place.content_index);
    if (type == "response.reasoning_summary_part.added") return item.summaries.Begin(place.summary_index);
    if (type == "response.reasoning_summary_part.done") return item.summaries.End(place.summary_index);
    if (IsOneOf(type, kOfContent)) return item.contents.Say(place.content_index, type);
    if (IsOneOf(type, kOfSummary)) return item.summaries.Say(place.summary_index, type);
    if (!IsOneOf(type, kOfInput)) return {};
    if (item.input_done) return "a call's input goes on after it is done";
    item.input_done = EndsWith(type, ".done");
    return {};
  }

  std::string_view Begin(const Place& place) {
    if (place.output_index != static_cast<std::int64_t>(items_.size())) return "an item's index is not the next one";
    static constexpr std::array<std::string_view, 1> kKeys{"id"};
    MemberPicker<1> found;
    if (!found.Read(place.item, kKeys, arena_)) return "an item is no object";
    items_.emplace_back();
    items_.back().id = Hash(TextOf(found[0], arena_));
    return {};
  }

  static std::string_view End(Item& item) {
    item.open = false;
    return item.contents.open() || item.summaries.open() ? "an item is done before a part of it" : "";
  }

  static std::size_t Hash(std::string_view id) { return std::hash<std::string_view>()(id); }

  State state_ = State::kNew;
  bool broken_ = false;
  std::optional<std::int64_t> number_;
  std::vector<Item> items_;  // by output index
  Arena arena_;
};

}  // namespace

std::unique_ptr<StreamGrammar> MakeResponsesGrammar() { return std::make_unique<Grammar>(); }

}  // namespace ag::wire::openai
