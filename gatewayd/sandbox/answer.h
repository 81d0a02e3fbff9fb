#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gatewayd/sandbox/ask.h"

namespace ag::sandbox {

// What the sandbox says to an Ask; the same for the same Ask.
struct Answer {
  enum class Stop { kEnd, kLength, kSequence, kTool };

  std::vector<std::string> words;  // with their spaces: joined they are the text
  std::optional<Ask::Tool> call;   // in place of words
  Stop stop = Stop::kEnd;
  std::string stop_sequence;  // the one that was met
  std::int64_t output_tokens = 0;

  std::string Text() const;
};

Answer AnswerTo(const Ask& ask);

// Failures that a prompt can ask for: "sandbox:429", "sandbox:500", "sandbox:slow", "sandbox:cut".
enum class Mishap { kNone, kRateLimit, kServerError, kSlow, kCut };
Mishap MishapIn(const Ask& ask);

}  // namespace ag::sandbox
