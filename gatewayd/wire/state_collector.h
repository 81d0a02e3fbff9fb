#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/wire/stream_event.h"
#include "gatewayd/wire/translation.h"

namespace ag::wire {

// Reads along a reply for a client whose dialect cannot carry reasoning state: what stands before a tool call is to be
// kept under that call's id (conversation_state.h). State after the last call of a reply has nothing to hang on, and is
// not needed again.
class StateCollector {
 public:
  // `scope` (UpstreamTarget::state_scope) outlives it.
  explicit StateCollector(std::string_view scope) : scope_(scope) {}

  // Every event of the reply, in order; tool calls have their ids.
  void OnEvent(const StreamEvent& event);
  // Of a finished reply; empty when no call had state before it.
  std::vector<KeptState> Take();

 private:
  struct Reasoning {
    int index = 0;
    ReasoningPart::Kind kind = ReasoningPart::Kind::kText;
    Family family = Family::kOpenAi;
    StateHome home = StateHome::kOwnPart;
    std::string text;
    std::string signature;
  };

  void Keep(std::string_view tool_id);
  Reasoning* Find(int index);

  std::string_view scope_;
  std::vector<Reasoning> open_;  // since the last call
  std::vector<KeptState> kept_;
};

}  // namespace ag::wire
