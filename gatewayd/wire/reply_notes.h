#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/usage.h"
#include "gatewayd/wire/member_picker.h"
#include "gatewayd/wire/translation.h"

namespace ag::wire {

// What one document of a reply means to passthrough.
enum class ReplyMark : std::uint8_t {
  kHold,        // nothing that a client would act on: keep-alives, role-only chunks, message_start
  kContent,     // the answer, or a part of it
  kExtraUsage,  // chat: the chunk that stream_options.include_usage adds
  kEnd,         // the terminal event
  kError,       // the provider's error; the report has it
  kBroken,      // no JSON
};

using ReadUsageFn = Usage (*)(const json::Value& usage, const Usage& earlier);

// What a dialect's marks share: where they note what they find, and the ways to do so. One instance a reply.
class ReplyNotes {
 public:
  // The report outlives it.
  explicit ReplyNotes(TranslationReport& report) : report_(report) {}

  TranslationReport& report() { return report_; }
  Arena& arena() { return arena_; }  // of one document: its escaped strings and its usage object

  // Reads `error`, an object or a text, out of `document`; gives kError. Kind and scope are upstream's to find out of
  // the document; this keeps the provider's own words.
  ReplyMark Error(std::string_view document, const json::RawMember* error);
  // The first id and model name that a reply gives stay; null is allowed.
  void Ids(const json::RawMember* id, const json::RawMember* model);
  // An id that is a part of a name.
  void Id(std::string_view id);
  // Only what holds usage is parsed into a document, and only that part of it. Null and what is no object do nothing.
  void Figures(const json::RawMember* usage, ReadUsageFn read);

  bool complete = false;           // the terminal event was seen, or what makes the reply complete without one
  bool tool_call = false;          // the reply holds one
  std::int64_t next_sequence = 0;  // of the event that follows, where the dialect numbers its events

 private:
  TranslationReport& report_;
  Arena arena_{1000};  // a small block is enough, and malloc is quicker at small ones
};

inline bool IsEmptyValue(const json::RawMember& member) {
  return member.type == json::Type::kNull || member.raw == "\"\"" || member.raw == "[]" || member.raw == "{}";
}

// Whether an object says anything besides the member that only frames it, and whether it bears a member of the name
// that a dialect's tool calls have.
class SaysMore final : public json::MemberVisitor {
 public:
  explicit SaysMore(std::string_view frame, std::string_view call = {}) : frame_(frame), call_(call) {}
  bool OnMember(const json::RawMember& member) override {
    if (!call_.empty() && member.key == call_) tool_call = true;
    if (member.key != frame_ && !IsEmptyValue(member)) content = true;
    return true;
  }
  bool content = false;
  bool tool_call = false;

 private:
  std::string_view frame_;
  std::string_view call_;
};

// Calls `visit(element)` for each element of an array. A fault in the middle ends the walk: the bytes are the client's
// to judge.
template <typename Visit>
void ForEachElement(std::string_view array, Visit visit) {
  class Walk final : public json::MemberVisitor {
   public:
    explicit Walk(Visit& each) : each_(each) {}
    bool OnMember(const json::RawMember& element) override {
      each_(element);
      return true;
    }

   private:
    Visit& each_;
  };
  Walk walk(visit);
  json::ScanArray(array, walk).IgnoreError();
}

}  // namespace ag::wire
