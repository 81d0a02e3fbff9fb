#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "gatewayd/wire/stream_grammar.h"

namespace ag::wire {

// Stands at the last hop of a translated stream and checks with the client dialect's grammar what is about to leave.
// Reads server-sent events as our encoders write them: whole events, each ended by a blank line.
class GrammarGuard {
 public:
  // Without a grammar everything passes.
  explicit GrammarGuard(std::unique_ptr<StreamGrammar> grammar) : grammar_(std::move(grammar)) {}

  // How many bytes of `events`, which are appended to the stream, may leave: all of them, or those before the first
  // event that breaks the grammar.
  std::size_t Check(std::string_view events);
  // The stream is complete; false when its grammar does not let it end here.
  bool CheckEnd();
  // What was wrong: static text; empty = nothing.
  std::string_view violation() const { return violation_; }

 private:
  std::unique_ptr<StreamGrammar> grammar_;
  std::string_view violation_;
};

}  // namespace ag::wire
