#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "gatewayd/base/dialect.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/loss.h"
#include "gatewayd/base/stop_reason.h"
#include "gatewayd/base/usage.h"
#include "gatewayd/wire/chat_request.h"

// The canonical form of a reply: one sequence of events for streamed and plain replies alike (a plain body decodes into
// the same events, each delta whole). Views are valid during the call that delivers them.
//
// Grammar:  Started (PartBegin Delta* PartEnd | LogprobsDelta | UsageUpdate | LossNote)* (Finished+ Completed | Failed)
// Parts of one choice do not interleave, except tool calls, whose deltas name their part's index. Each choice that was
// seen is Finished once, after its last part; the parts of several choices may interleave.
namespace ag::wire {

enum class PartKind : std::uint8_t { kText, kReasoning, kRedactedReasoning, kToolCall, kRefusal, kServerTool };

struct Started {
  std::string_view id;                 // the provider's id of the reply; may be empty
  std::string_view model;              // as the provider names it
  std::string_view service_tier = {};  // as the provider names it; empty = it says none
};
struct PartBegin {
  int index = 0;   // counts parts of the reply from 0
  int choice = 0;  // n > 1 only
  PartKind kind = PartKind::kText;
  std::string_view tool_id;    // kToolCall
  std::string_view tool_name;  // kToolCall
  // kServerTool: "web_search" for every provider's web search (the ArgumentsDelta then holds {"query":…}), else the
  // provider's own type name. tool_id pairs a call with its result.
  std::string_view server_type;
  bool custom = false;  // kToolCall: the ArgumentsDelta text is plain, not JSON
};
struct TextDelta {
  int index = 0;
  std::string_view text;  // also of refusals and reasoning: the part's kind says which
};
// Opaque state of a reasoning part. A Gemini function call's or text's thoughtSignature comes as the state of a
// reasoning part that stands directly before it (StateHome::kNextPart): an open thought, else one without text.
struct SignatureDelta {
  int index = 0;
  Family family = Family::kOpenAi;
  std::string_view bytes;
  StateHome home = StateHome::kOwnPart;
};
struct ArgumentsDelta {
  int index = 0;
  std::string_view json;  // a fragment of the arguments' text
};
struct UrlCitation {
  int index = 0;
  std::string_view url;
  std::string_view title;
  std::string_view cited_text;
  std::int64_t start = -1;  // characters in the part's text; -1 = unknown
  std::int64_t end = -1;
};
struct PartEnd {
  int index = 0;
};
// Log probabilities of tokens of a choice's text, in order; each reply token once.
struct TokenLogprob {
  std::string_view token;
  double logprob = 0;
  std::span<const TokenLogprob> top;  // the alternatives, most likely first
};
struct LogprobsDelta {
  int choice = 0;
  std::span<const TokenLogprob> tokens;
};
struct UsageUpdate {
  Usage usage;  // figures known so far; a later update replaces the buckets that it sets
};
struct Finished {
  int choice = 0;
  StopReason reason = StopReason::kEndTurn;
  std::string_view stop_sequence;  // the one that matched, where the provider says it
  std::string_view refusal;        // the provider's own words, where it has some
};
// Something of the reply that has no place in this form.
struct LossNote {
  Loss loss;
};
// All choices are finished and the usage is final.
struct Completed {};
// The provider said in its stream that it failed, or the stream is not what its protocol says.
struct Failed {
  ErrorDetail error;
  std::string_view json;  // the provider's error object as written; empty when it sent none
};

using StreamEvent = std::variant<Started, PartBegin, TextDelta, SignatureDelta, ArgumentsDelta, UrlCitation, PartEnd,
                                 LogprobsDelta, UsageUpdate, LossNote, Finished, Completed, Failed>;

class StreamEventSink {
 public:
  virtual ~StreamEventSink() = default;
  virtual void OnEvent(const StreamEvent& event) = 0;
};

}  // namespace ag::wire
