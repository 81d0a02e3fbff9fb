#include "gatewayd/wire/conversation_marks.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/wire/member_picker.h"

namespace ag::wire {
namespace {

constexpr std::size_t kFarthest = 64UL * 1024;
constexpr std::size_t kMarkLength = 128;  // at the end of a message, more than a mark and what closes it

// Finds the first message of the user.
class OpeningWalk final : public json::MemberVisitor {
 public:
  OpeningWalk(std::string_view turns, Arena& arena) : opening_(turns.substr(1)), arena_(arena) {}

  bool OnMember(const json::RawMember& message) override {
    constexpr std::array<std::string_view, 1> kRole{"role"};
    MemberPicker<1> picker;
    const bool object = message.type == json::Type::kObject && picker.Read(message.raw, kRole, arena_);
    // Gemini takes a message without a role for the user's.
    if (object && (picker[0] == nullptr || TextOf(picker[0], arena_) == "user")) {
      opening_ = message.raw;
      return false;
    }
    opening_.remove_prefix(static_cast<std::size_t>(message.raw.data() + message.raw.size() - opening_.data()));
    return true;
  }
  // What follows the messages before, when none of the user is whole.
  std::string_view opening() const { return opening_; }

 private:
  std::string_view opening_;
  Arena& arena_;
};

}  // namespace

std::string_view OpeningOf(std::string_view turns) {
  std::string_view opening = turns.substr(0, kFarthest);
  if (opening.starts_with('[')) {
    Arena arena;
    OpeningWalk walk(opening, arena);
    // Its error says that the text was cut, which it was.
    static_cast<void>(json::ScanArray(opening, walk));
    opening = walk.opening();
  }
  const auto tail = opening.size() - std::min(opening.size(), kMarkLength);
  opening = opening.substr(0, opening.find("\"cache_control\"", tail));
  // What closes the message is there or not, as the mark was behind its text or not.
  const auto last = opening.find_last_not_of(" \t\r\n,]}");
  return opening.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

}  // namespace ag::wire
