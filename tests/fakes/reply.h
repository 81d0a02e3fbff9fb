#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/gate.h"
#include "tests/support/http_text.h"

namespace ag::test {

// What the fake provider answers to one request, faults included. Built by chaining, kept by value.
class Reply {
 public:
  explicit Reply(int status = 200) : status_(status) {}

  Reply& Header(std::string name, std::string value);
  // A body with Content-Length, in one piece.
  Reply& Body(std::string bytes);
  Reply& Json(std::string bytes);
  // A chunked text/event-stream.
  Reply& Sse(std::string bytes);
  // Appends a piece that is written by a write of its own (a chunk of its own when chunked), `times` times over.
  Reply& Piece(std::string bytes, std::size_t times = 1);
  Reply& Chunked();
  // No framing: the body ends with the connection.
  Reply& UntilClose();
  // Cuts the body so far into pieces of `size` bytes.
  Reply& SplitEvery(std::size_t size);
  // Cuts the body so far into pieces of 1 … 2 * average bytes, the same ones for the same seed.
  Reply& SplitAtRandom(std::size_t average, unsigned seed);

  // Waits for the gate before the head. A client that leaves meanwhile is noticed.
  Reply& StallHead(std::shared_ptr<Gate> gate);
  // Waits for the gate before the piece that is appended next, or before the end when none follows.
  Reply& Stall(std::shared_ptr<Gate> gate);
  // Answers before the request's body was read, then closes (lingering).
  Reply& Early();
  // Sends this 1xx first.
  Reply& Informational(int status);
  // Writes these bytes in place of head and body, then closes.
  Reply& Raw(std::string bytes);
  Reply& Close();  // Connection: close
  // Ends after the last piece without the body's proper end: FIN (for TLS without close_notify), or RST.
  Reply& CutClean();
  Reply& CutReset();
  // Closes in place of an answer.
  Reply& CloseBeforeHead();
  Reply& ResetBeforeHead();

 private:
  friend class FakeUpstream;
  struct Part {
    std::string bytes;
    std::size_t times = 1;
    std::shared_ptr<Gate> gate;  // shared with the test that opens it
  };
  enum class Framing { kLength, kChunked, kUntilClose };
  enum class End { kWell, kFin, kReset };

  std::string JoinBody();
  std::size_t BodySize() const;
  std::string HeadText() const;

  int status_;
  std::vector<Field> headers_;
  std::vector<Part> parts_;
  Framing framing_ = Framing::kLength;
  std::shared_ptr<Gate> head_gate_;
  std::shared_ptr<Gate> next_gate_;  // of the next part, or of the end
  bool early_ = false;
  bool close_ = false;
  bool no_head_ = false;
  int informational_ = 0;
  std::string raw_;
  End end_ = End::kWell;
};

}  // namespace ag::test
