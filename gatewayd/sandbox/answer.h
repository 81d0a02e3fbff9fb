#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/sandbox/ask.h"

namespace ag::sandbox {

// What the sandbox says to an Ask; the same for the same Ask. A prompt steers it:
//   "use the tool", "call NAME"     a call of a tool that the request offers, with arguments that satisfy its schema
//   "use two tools", several "call NAME"   parallel calls, unless the request forbids them
//   "sandbox:think"                 reasoning, as the protocol has it, with its opaque state where there is one; when
//                                   the state comes back, the answer says "State returned: N."
//   "sandbox:429", "sandbox:500", "sandbox:slow", "sandbox:cut"   see Mishap
// The result of a tool is repeated in the answer, images and files are counted, and a request for structured output
// gets a value that satisfies its schema.
struct Answer {
  enum class Stop { kEnd, kLength, kSequence, kTool };

  std::vector<std::string> thoughts;  // as words; empty when nothing was thought, or nothing may be shown
  bool thought = false;               // reasoning took place, shown or not
  std::string state_seed;             // what opaque state is made of; empty when none is to be handed out
  std::vector<std::string> words;     // with their spaces: joined they are the text
  std::vector<Ask::Tool> calls;       // in place of words
  Stop stop = Stop::kEnd;
  std::string stop_sequence;          // the one that was met
  std::int64_t output_tokens = 0;     // of words and calls
  std::int64_t reasoning_tokens = 0;  // beside them

  std::string Text() const;
  std::string Thought() const;
  // The opaque state for what `binding` says it belongs to (see signature.h).
  std::string State(std::string_view binding) const;
};

Answer AnswerTo(const Ask& ask);

// Failures that a prompt can ask for: "sandbox:429", "sandbox:500", "sandbox:slow", "sandbox:cut".
enum class Mishap { kNone, kRateLimit, kServerError, kSlow, kCut };
Mishap MishapIn(const Ask& ask);

}  // namespace ag::sandbox
