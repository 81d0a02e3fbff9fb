#include "gatewayd/proxy/reply_stream.h"

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

#include "gatewayd/base/log.h"

namespace ag::proxy {

ReplyStream::ReplyStream(http::ResponseWriter& writer, runtime::Shard& shard)
    : writer_(writer), shard_(shard), quiet_(shard.wheel(), [this] { OnQuiet(); }), written_(shard.executor()) {}

void ReplyStream::Append(std::string_view bytes) {
  if (bytes.empty()) return;
  const std::size_t offset = owned_.size();
  owned_.append(bytes);
  if (!pieces_.empty() && pieces_.back().data == nullptr) {
    pieces_.back().size += bytes.size();
    return;
  }
  pieces_.push_back({nullptr, offset, bytes.size()});
}

void ReplyStream::Borrow(std::string_view bytes) {
  if (!bytes.empty()) pieces_.push_back({bytes.data(), 0, bytes.size()});
}

std::size_t ReplyStream::size() const {
  std::size_t sum = 0;
  for (const Piece& piece : pieces_) sum += piece.size;
  return sum;
}

void ReplyStream::Discard() {
  pieces_.clear();
  owned_.clear();
}

void ReplyStream::Start(const http::ResponseHead& head) {
  if (!writer_.started()) writer_.Start(head);
}

runtime::Task<absl::Status> ReplyStream::Flush() {
  if (writing_keep_alive_) co_await WaitForWriter();
  views_.clear();
  for (const Piece& piece : pieces_) {
    const char* data = piece.data != nullptr ? piece.data : owned_.data() + piece.offset;
    views_.emplace_back(data, piece.size);
  }
  absl::Status status;
  if (!views_.empty()) status = co_await writer_.Write(views_);
  Discard();
  if (interval_.count() > 0) quiet_.Arm(interval_);
  co_return status;
}

runtime::Task<absl::Status> ReplyStream::Finish() {
  HoldKeepAlive();
  absl::Status status = co_await Flush();
  if (!status.ok()) co_return status;
  status = co_await writer_.Finish();
  co_return status;
}

void ReplyStream::StartKeepAlive(std::chrono::milliseconds interval, std::string_view bytes,
                                 std::function<void()> start) {
  if (bytes.empty() || interval.count() <= 0) return;
  interval_ = interval;
  keep_alive_ = bytes;
  start_ = std::move(start);
  quiet_.Arm(interval_);
}

void ReplyStream::HoldKeepAlive() {
  interval_ = std::chrono::milliseconds(0);
  quiet_.Disarm();
}

void ReplyStream::OnQuiet() {
  if (writing_keep_alive_ || writer_.client_left().cancelled()) return;
  writing_keep_alive_ = true;
  written_.Clear();
  boost::asio::co_spawn(shard_.executor(), WriteKeepAlive(), [](std::exception_ptr error) {
    if (error) Log(LogLevel::kError, "keep-alive: unexpected exception");
  });
}

runtime::Task<void> ReplyStream::WriteKeepAlive() {
  if (!writer_.started()) start_();
  const std::string_view piece = keep_alive_;
  const std::span<const std::string_view> pieces(&piece, 1);
  // A failure shows itself to the relay's own next write.
  const absl::Status ignored = co_await writer_.Write(pieces);
  static_cast<void>(ignored);
  writing_keep_alive_ = false;
  if (interval_.count() > 0) quiet_.Arm(interval_);
  written_.Set();
}

runtime::Task<void> ReplyStream::WaitForWriter() {
  while (writing_keep_alive_) co_await written_.Wait();
}

runtime::Task<void> ReplyStream::Quiesce() {
  HoldKeepAlive();
  if (writing_keep_alive_) co_await WaitForWriter();
}

}  // namespace ag::proxy
