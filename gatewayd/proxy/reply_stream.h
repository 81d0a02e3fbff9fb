#pragma once

#include <absl/container/inlined_vector.h>
#include <absl/status/status.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "gatewayd/http/server.h"
#include "gatewayd/runtime/event.h"
#include "gatewayd/runtime/shard.h"
#include "gatewayd/runtime/timing_wheel.h"
#include "gatewayd/wire/translation.h"

namespace ag::proxy {

// The client's side of one request: collects what the translation emits, writes it in one gathered write, and keeps a
// waiting client alive. Belongs to the relay's coroutine; Quiesce must have completed before it dies.
class ReplyStream final : public wire::Sink {
 public:
  ReplyStream(http::ResponseWriter& writer, runtime::Shard& shard);

  void Append(std::string_view bytes) override;
  void Borrow(std::string_view bytes) override;

  bool empty() const { return pieces_.empty(); }
  std::size_t size() const;
  bool started() const { return writer_.started(); }
  // Forgets what an abandoned attempt left.
  void Discard();

  // Hands the head over; it leaves with the first flush. A no-op once started (an early commit came first).
  void Start(const http::ResponseHead& head);
  // Writes what was collected.
  runtime::Task<absl::Status> Flush();
  runtime::Task<absl::Status> Finish();
  void Abort() { writer_.Abort(); }

  // From now on, whenever nothing was written for `interval`, starts the answer if needed with `start` and sends
  // `bytes`, which must live as long as the stream. Stops at HoldKeepAlive and Quiesce.
  void StartKeepAlive(std::chrono::milliseconds interval, std::string_view bytes, std::function<void()> start);
  // No keep-alives any more: they could fall into the middle of an event.
  void HoldKeepAlive();
  // Ends keep-alives and waits for one that is being written.
  runtime::Task<void> Quiesce();

 private:
  struct Piece {
    const char* data;  // null: in owned_ at `offset`
    std::size_t offset;
    std::size_t size;
  };
  void OnQuiet();
  runtime::Task<void> WriteKeepAlive();
  runtime::Task<void> WaitForWriter();

  http::ResponseWriter& writer_;
  runtime::Shard& shard_;
  absl::InlinedVector<Piece, 2> pieces_;
  absl::InlinedVector<std::string_view, 2> views_;
  std::string owned_;
  runtime::Deadline quiet_;
  std::chrono::milliseconds interval_{0};
  std::string_view keep_alive_;
  std::function<void()> start_;
  runtime::Event written_;
  bool writing_keep_alive_ = false;
};

}  // namespace ag::proxy
