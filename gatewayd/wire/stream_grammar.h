#pragma once

#include <string_view>

namespace ag::wire {

// One reply stream's grammar: a small automaton over the events that leave the gateway, in its dialect's own bytes. It
// reads only the members that order events (type, index, item id, finish reason), so that it is cheap enough to run on
// every stream. One instance a stream.
class StreamGrammar {
 public:
  virtual ~StreamGrammar() = default;

  // The next event: `name` is its SSE event name or empty, `data` its data text. Empty when the event is allowed here,
  // else a static sentence that says what is wrong. After a violation everything is allowed: one stream, one finding.
  virtual std::string_view OnEvent(std::string_view name, std::string_view data) = 0;

  // The stream has ended. Empty when it may end here: after its terminal event or an error event.
  virtual std::string_view OnEnd() = 0;
};

}  // namespace ag::wire
