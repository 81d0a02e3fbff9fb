#pragma once

#include <absl/status/status.h>

#include <cstddef>
#include <string>
#include <string_view>

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
  // False stops the feeding; what follows in the fed bytes is then lost.
  virtual bool OnSseEvent(const SseEvent& event) = 0;
  // Bytes that are no event: comments, fields without data, blank lines. The `raw` of events and these, in a row, are
  // exactly the stream's bytes.
  virtual bool OnSseOther(std::string_view /*raw*/) { return true; }
};

// Incremental parser: any split (inside a UTF-8 character, between CR and LF), LF, CR LF or CR line ends, a leading
// BOM, comments, an event of up to `kMaxEventBytes`. An event that lies whole in the fed bytes is not copied, and its
// views point into them. Views are valid during the call.
class SseParser {
 public:
  static constexpr std::size_t kMaxEventBytes = 32 * 1024 * 1024;

  // kProtocol when an event grows too large.
  absl::Status Feed(std::string_view bytes, SseHandler& handler);
  // The input has ended: a last event without its blank line is delivered (providers end streams so).
  absl::Status End(SseHandler& handler);
  // Bytes of a begun, unfinished event.
  std::size_t pending_bytes() const { return pending_.size(); }
  // Those bytes, valid until the next call.
  std::string_view pending() const { return pending_; }

 private:
  class LineEnds;

  const char* FindEnd(const char* p, LineEnds& ends);
  bool Deliver(std::string_view block, SseHandler& handler);
  void AddData(std::string_view value, std::string_view& data);

  std::string pending_;
  std::string joined_;          // data of a multi-line event
  std::size_t data_lines_ = 0;  // of the block that is being delivered
  bool line_empty_ = true;      // nothing on the current line yet
  bool block_empty_ = true;     // only blank lines in the current block yet
  bool after_cr_ = false;       // the last byte was a CR: an LF belongs to the same line end
  bool started_ = false;        // the first block is done: no byte order mark any more
};

}  // namespace ag::wire
