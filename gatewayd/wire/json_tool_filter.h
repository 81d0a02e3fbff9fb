#pragma once

#include <string_view>

#include "gatewayd/wire/stream_event.h"

namespace ag::wire {

// Where a target has no JSON output, the model is made to call one tool whose arguments are the answer (TRANSLATION row
// 18). This turns that call back into the text that the client asked for, and the turn's end into an ordinary one.
// Stands between the decoder and the encoder.
class JsonToolFilter final : public StreamEventSink {
 public:
  // `next` outlives it. Until it watches, everything passes.
  explicit JsonToolFilter(StreamEventSink& next) : next_(next) {}

  // `tool` outlives it.
  void Watch(std::string_view tool) { tool_ = tool; }
  void OnEvent(const StreamEvent& event) override;

 private:
  StreamEventSink& next_;
  std::string_view tool_;
  int part_ = -1;  // the call's
  bool seen_ = false;
};

}  // namespace ag::wire
