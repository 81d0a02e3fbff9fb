#include "gatewayd/wire/gemini/gemini_grammar.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/wire/member_picker.h"

namespace ag::wire::gemini {
namespace {

// The members that say what a part is. https://ai.google.dev/api/caching#Part
bool IsData(std::string_view key) {
  static constexpr std::array<std::string_view, 9> kData{"text",         "inlineData",       "fileData",
                                                         "functionCall", "functionResponse", "toolCall",
                                                         "toolResponse", "executableCode",   "codeExecutionResult"};
  return std::find(kData.begin(), kData.end(), key) != kData.end();
}

// Counts what a part says.
class DataCounter final : public json::MemberVisitor {
 public:
  bool OnMember(const json::RawMember& member) override {
    if (member.type != json::Type::kNull && IsData(member.key)) ++count;
    return true;
  }
  int count = 0;
};

// The first fault of an array's elements.
class ElementCheck : public json::MemberVisitor {
 public:
  bool OnMember(const json::RawMember& element) final {
    fault = element.type == json::Type::kObject ? Check(element.raw) : "an element that is no object";
    return fault.empty();
  }
  std::string_view fault;

 protected:
  virtual std::string_view Check(std::string_view element) = 0;
};

class PartCheck final : public ElementCheck {
 public:
  explicit PartCheck(Arena& arena) : arena_(arena) {}

 private:
  std::string_view Check(std::string_view part) override {
    DataCounter data;
    if (!json::ScanObject(part, arena_, data).ok()) return "a part that is no whole object";
    return data.count <= 1 ? std::string_view() : "a part that says two things";
  }

  Arena& arena_;
};

class Grammar final : public StreamGrammar {
 public:
  std::string_view OnEvent(std::string_view name, std::string_view data) override {
    if (broken_) return {};
    const std::string_view fault = Check(name, data);
    broken_ = !fault.empty();
    return fault;
  }

  std::string_view OnEnd() override {
    if (broken_ || failed_) return {};
    if (candidates_.empty()) return blocked_ ? "" : "the stream has no candidate";
    const bool ended =
        std::all_of(candidates_.begin(), candidates_.end(), [](const Candidate& each) { return each.finished; });
    return ended || blocked_ ? "" : "a candidate has no finishReason";
  }

 private:
  struct Candidate {
    std::int64_t index = 0;
    bool finished = false;
  };
  class CandidateCheck final : public ElementCheck {
   public:
    explicit CandidateCheck(Grammar& grammar) : grammar_(grammar) {}

   private:
    std::string_view Check(std::string_view candidate) override { return grammar_.OnCandidate(candidate); }

    Grammar& grammar_;
  };

  std::string_view Check(std::string_view name, std::string_view data) {
    if (failed_) return "an event follows the error";
    if (!name.empty()) return "an event with a name";
    static constexpr std::array<std::string_view, 5> kKeys{"error", "candidates", "promptFeedback", "usageMetadata",
                                                           "responseId"};
    MemberPicker<5> found;
    arena_.Reset();
    if (!found.Read(data, kKeys, arena_)) return "an event that is no JSON object";
    if (found[0] != nullptr) {
      failed_ = true;
      return IsObject(found[0]) ? std::string_view() : "an error that is no object";
    }
    if (found[1] == nullptr && found[2] == nullptr && found[3] == nullptr) return "an event that says nothing";
    if (const std::string_view fault = OnId(found[4]); !fault.empty()) return fault;
    if (blocked_ && found[1] != nullptr) return "a candidate of a blocked prompt";
    blocked_ = blocked_ || IsBlock(found[2]);
    if (found[1] == nullptr) return {};
    if (!IsArray(found[1])) return "candidates that are no array";
    CandidateCheck check(*this);
    if (!json::ScanArray(found[1]->raw, check).ok() && check.fault.empty()) return "candidates that are no array";
    return check.fault;
  }

  std::string_view OnId(const json::RawMember* id) {
    const std::string_view text = TextOf(id, arena_);
    if (text.empty() || id_ == text) return {};
    if (!id_.empty()) return "a chunk of another response";
    id_ = std::string(text);
    return {};
  }

  bool IsBlock(const json::RawMember* feedback) {
    static constexpr std::array<std::string_view, 1> kKeys{"blockReason"};
    MemberPicker<1> found;
    return IsObject(feedback) && found.Read(feedback->raw, kKeys, arena_) && found[0] != nullptr;
  }

  std::string_view OnCandidate(std::string_view raw) {
    static constexpr std::array<std::string_view, 3> kKeys{"index", "content", "finishReason"};
    MemberPicker<3> found;
    if (!found.Read(raw, kKeys, arena_)) return "a candidate that is no whole object";
    const auto index = found[0] == nullptr ? 0 : CountOf(found[0]);
    if (!index || *index < 0) return "a candidate whose index is no number";
    auto candidate = std::find_if(candidates_.begin(), candidates_.end(),
                                  [&](const Candidate& each) { return each.index == *index; });
    if (candidate == candidates_.end()) candidate = candidates_.insert(candidate, Candidate{*index, false});
    const bool reason = found[2] != nullptr;
    if (candidate->finished && !reason) return "a candidate goes on after its finishReason";
    candidate->finished = reason;
    return found[1] == nullptr ? std::string_view() : OnContent(*found[1]);
  }

  std::string_view OnContent(const json::RawMember& content) {
    if (content.type != json::Type::kObject) return "a content that is no object";
    static constexpr std::array<std::string_view, 2> kKeys{"role", "parts"};
    MemberPicker<2> found;
    if (!found.Read(content.raw, kKeys, arena_)) return "a content that is no whole object";
    if (found[0] != nullptr && TextOf(found[0], arena_) != "model") return "a content that is not the model's";
    if (found[1] == nullptr) return {};
    if (!IsArray(found[1])) return "parts that are no array";
    PartCheck check(arena_);
    if (!json::ScanArray(found[1]->raw, check).ok() && check.fault.empty()) return "parts that are no array";
    return check.fault;
  }

  Arena arena_;  // of one event
  std::vector<Candidate> candidates_;
  std::string id_;
  bool blocked_ = false;
  bool failed_ = false;
  bool broken_ = false;
};

}  // namespace

std::unique_ptr<StreamGrammar> MakeGeminiGrammar() { return std::make_unique<Grammar>(); }

}  // namespace ag::wire::gemini
