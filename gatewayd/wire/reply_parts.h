#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/wire/stream_event.h"

// What the reply decoders of all dialects share.
namespace ag::wire {

// Makes parts of text that arrives without explicit boundaries: a new part begins when the kind changes.
class PartTracker {
 public:
  // A piece of text of one choice; an empty one does nothing.
  void Text(int choice, PartKind kind, std::string_view text, StreamEventSink& sink);
  // Ends the open part of the choice, if any.
  void Close(int choice, StreamEventSink& sink);
  void CloseAll(StreamEventSink& sink);
  // The index of a part that the caller begins and ends itself (tool calls).
  int NewIndex() { return next_index_++; }
  // The open part of the choice if it is of that kind, else -1.
  int OpenPart(int choice, PartKind kind) const;

 private:
  struct Open {
    int choice;
    int index;
    PartKind kind;
  };
  std::vector<Open> open_;  // at most one a choice
  int next_index_ = 0;
};

// Kind and scope of a failure that a provider reports by an HTTP status inside its stream; UpstreamServer when it says
// nothing.
ErrorDetail DetailFromHttpStatus(int status);
// The upstream's bytes are not what its protocol says.
Failed ProtocolFailure(std::string_view what);
// The stream ended before its terminal event.
Failed StreamCutFailure();
// The failed status of `failed`, with a sentence for the reader.
absl::Status StatusOf(const ErrorDetail& error);

}  // namespace ag::wire
