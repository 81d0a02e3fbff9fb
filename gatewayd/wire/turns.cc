#include "gatewayd/wire/turns.h"

#include <absl/container/flat_hash_map.h>
#include <absl/numeric/int128.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <variant>

#include "gatewayd/base/strings.h"
#include "gatewayd/wire/encode_common.h"

namespace ag::wire {
namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

bool IsEmptyText(const Part& part) {
  if (const auto* text = std::get_if<TextPart>(&part.value)) return text->text.empty();
  if (const auto* refusal = std::get_if<RefusalPart>(&part.value)) return refusal->text.empty();
  return false;
}

bool IsLegalId(std::string_view id) {
  return std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

// FNV-1a with 128 bits: the same in every process, which absl::Hash is not.
absl::uint128 HashOf(std::string_view text) {
  const absl::uint128 prime = absl::MakeUint128(0x0000000001000000, 0x000000000000013B);
  absl::uint128 hash = absl::MakeUint128(0x6C62272E07BB0142, 0x62B821756295C58D);
  for (const char c : text) {
    hash ^= absl::uint128(static_cast<unsigned char>(c));
    hash *= prime;
  }
  return hash;
}

// The calls of a conversation in order, each with the result that answers it.
class Pairing {
 public:
  struct Call {
    const Part* part = nullptr;
    std::string_view id;    // as sent
    std::string_view name;  // of the tool
    const Part* result = nullptr;
    const Message* result_message = nullptr;
    // For finding a call by what the client wrote.
    std::string_view client_id;
    const Message* message = nullptr;
    std::size_t before_by_id = kNone;
    std::size_t before_by_name = kNone;
  };

  Pairing(std::span<const Message> messages, const TurnRules& rules, Arena& arena, EncodedRequest& out)
      : max_id_length_(rules.max_id_length), arena_(arena), out_(out) {
    for (const Message& message : messages) {
      for (const Part& part : message.parts) {
        if (const auto* call = std::get_if<ToolCallPart>(&part.value)) {
          AddCall(part, *call, message);
        } else if (const auto* result = std::get_if<ToolResultPart>(&part.value)) {
          AddResult(part, *result, message);
        }
      }
    }
  }

  const std::vector<Call>& calls() const { return calls_; }

 private:
  using Index = absl::flat_hash_map<std::string_view, std::size_t>;

  static std::size_t Last(const Index& index, std::string_view key) {
    const auto found = index.find(key);
    return found == index.end() ? kNone : found->second;
  }

  void AddCall(const Part& part, const ToolCallPart& written, const Message& message) {
    Call call;
    call.part = &part;
    call.name = written.name;
    call.client_id = written.id;
    call.message = &message;
    call.before_by_name = Last(by_name_, written.name);
    if (!written.id.empty()) call.before_by_id = Last(by_id_, written.id);
    // Providers refuse a second call of one id, which servers that count their calls anew in each reply produce.
    const bool own_id = !written.id.empty() && call.before_by_id == kNone;
    const std::string id =
        own_id ? LegalToolId(written.id, max_id_length_)
               : LegalToolId(absl::StrCat("#", calls_.size(), ":", ToAbsl(written.name), ":", ToAbsl(written.id)),
                             max_id_length_);
    call.id = id == written.id ? written.id : arena_.Copy(id);
    by_name_[written.name] = calls_.size();
    if (!written.id.empty()) by_id_[written.id] = calls_.size();
    calls_.push_back(call);
  }

  void AddResult(const Part& part, const ToolResultPart& result, const Message& message) {
    std::size_t found = kNone;
    if (!result.call_id.empty()) found = FirstOpen(Last(by_id_, result.call_id), &Call::before_by_id);
    // A Gemini client need not repeat an id.
    if (found == kNone && !result.name.empty()) {
      found = FirstOpen(Last(by_name_, result.name), &Call::before_by_name, !result.call_id.empty());
    }
    if (found == kNone) {
      const bool answered = !result.call_id.empty() && by_id_.contains(result.call_id);
      NoteDrop(out_, part.field, answered ? "second_result" : "orphan_result");
      return;
    }
    calls_[found].result = &part;
    calls_[found].result_message = &message;
  }

  // The first unanswered call of the last message that has one, along a chain of calls that ends with `at`.
  std::size_t FirstOpen(std::size_t at, std::size_t Call::* before, bool without_id = false) const {
    std::size_t found = kNone;
    for (; at != kNone; at = calls_[at].*before) {
      const Call& call = calls_[at];
      if (found != kNone && call.message != calls_[found].message) break;
      if (call.result == nullptr && !(without_id && !call.client_id.empty())) found = at;
    }
    return found;
  }

  std::size_t max_id_length_;
  Arena& arena_;
  EncodedRequest& out_;
  std::vector<Call> calls_;
  Index by_id_;
  Index by_name_;
};

class Builder {
 public:
  Builder(const TurnRules& rules, const Pairing& pairing, EncodedRequest& out)
      : rules_(rules), calls_(pairing.calls()), out_(out) {}

  void Add(const Message& message) {
    bool open = false;
    bool empty = true;
    for (const Part& part : message.parts) {
      if (std::holds_alternative<ToolResultPart>(part.value)) {
        empty = false;
        Settle();  // a message of results alone ends the turn of the calls too
        continue;
      }
      if (IsEmptyText(part)) continue;
      if (!open) Open(message);
      open = true;
      empty = false;
      TurnPart sent{&part, {}, {}, false};
      if (std::holds_alternative<ToolCallPart>(part.value)) {
        const Pairing::Call& call = calls_[seen_++];
        sent.id = call.id;
        sent.name = call.name;
      }
      turns_.back().parts.push_back(sent);
    }
    if (empty) NoteApprox(out_, message.field, "empty_message_removed");
  }

  std::vector<Turn> Finish() {
    const auto open = std::span(calls_).subspan(settled_, seen_ - settled_);
    // Calls that end the conversation wait for their results, unless some of them came.
    if (std::any_of(open.begin(), open.end(), [](const auto& call) { return call.result != nullptr; })) Settle();
    return std::move(turns_);
  }

 private:
  // The turn that the message's parts go to.
  void Open(const Message& message) {
    const auto joins = [&] { return rules_.merge_roles && !turns_.empty() && turns_.back().role == message.role; };
    if (!joins()) Settle();
    if (!joins()) turns_.push_back({message.role, {}, &message});
  }

  // Answers the calls of the last turn, if it has any.
  void Settle() {
    bool first = true;
    for (; settled_ < seen_; ++settled_) {
      const Pairing::Call& call = calls_[settled_];
      const bool synthetic = call.result == nullptr;
      if (synthetic) NoteApprox(out_, call.part->field, "missing_result");
      if (first || !rules_.merge_roles) {
        turns_.push_back({Role::kUser, {}, synthetic ? call.message : call.result_message});
      }
      first = false;
      turns_.back().parts.push_back({synthetic ? call.part : call.result, call.id, call.name, synthetic});
    }
  }

  const TurnRules& rules_;
  const std::vector<Pairing::Call>& calls_;
  EncodedRequest& out_;
  std::vector<Turn> turns_;
  std::size_t seen_ = 0;     // calls in the turns so far
  std::size_t settled_ = 0;  // those of them whose results stand there too
};

}  // namespace

std::vector<Turn> BuildTurns(const ChatRequest& request, const TurnRules& rules, Arena& arena, EncodedRequest& out) {
  const auto messages = request.messages.subspan(LeadingSystem(request));
  const Pairing pairing(messages, rules, arena, out);
  Builder builder(rules, pairing, out);
  for (const Message& message : messages) builder.Add(message);
  return builder.Finish();
}

std::string LegalToolId(std::string_view id, std::size_t max_length) {
  if (!id.empty() && id.size() <= max_length && IsLegalId(id)) return std::string(id);
  const absl::uint128 hash = HashOf(id);
  return absl::StrCat("call_", absl::Hex(absl::Uint128High64(hash), absl::kZeroPad16),
                      absl::Hex(absl::Uint128Low64(hash) >> 32, absl::kZeroPad8));
}

}  // namespace ag::wire
