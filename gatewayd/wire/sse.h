#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <absl/status/status.h>

namespace ag::wire {

// One server-sent event: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
struct SseEvent {
  std::string_view name;  // "event:" value; empty = none
  std::string_view data;  // "data:" lines joined by LF
  std::string_view raw;   // the event's own bytes with its line ends, for passthrough
};

class SseHandler {
 public:
  virtual ~SseHandler() = default;
  // False stops the feeding.
  virtual bool OnSseEvent(const SseEvent& event) = 0;
};

// Incremental parser: any split (inside a UTF-8 character, between CR and LF), LF, CR LF or CR line ends, a leading BOM,
// comments, an event of up to `kMaxEventBytes`. An event that lies whole in the fed bytes is not copied. Views are valid
// during the call.
class SseParser {
 public:
  static constexpr std::size_t kMaxEventBytes = 32 * 1024 * 1024;

  // kProtocol when an event grows too large.
  absl::Status Feed(std::string_view bytes, SseHandler& handler);
  // The input has ended: a last event without its blank line is delivered (providers end streams so).
  absl::Status End(SseHandler& handler);
  // Bytes of a begun, unfinished event.
  std::size_t pending_bytes() const { return pending_.size(); }

 private:
  bool Deliver(std::string_view block, SseHandler& handler);

  std::string pending_;
  std::string joined_;  // data of a multi-line event
  std::size_t scanned_ = 0;
  bool started_ = false;
};

}  // namespace ag::wire
