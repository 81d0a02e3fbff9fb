#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/wire/stream_event.h"

namespace ag::wire {

// Ends a reply of one choice at stop sequences that its provider does not know (TRANSLATION row 7): the text before the
// first match passes, the match and what follows do not, and the reply is Finished with kStopSequence. Text that may
// begin a match is held back. Stands between the decoder and the encoder.
class StopFilter final : public StreamEventSink {
 public:
  // `next` outlives it. Until it watches, everything passes.
  explicit StopFilter(StreamEventSink& next) : next_(next) {}

  // The sequences, none of them empty, outlive it.
  void Watch(std::vector<std::string_view> stop) { stop_ = std::move(stop); }
  void OnEvent(const StreamEvent& event) override;
  bool matched() const { return !matched_.empty(); }
  // Ends a matched reply without the rest of the upstream's stream.
  void Finish();

 private:
  void OnText(const TextDelta& delta);
  void Release(std::size_t bytes);

  std::vector<std::string_view> stop_;
  StreamEventSink& next_;
  std::string held_;
  int text_part_ = -1;  // the open text part
  std::string_view matched_;
};

}  // namespace ag::wire
