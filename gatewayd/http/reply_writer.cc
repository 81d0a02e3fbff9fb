#include "gatewayd/http/reply_writer.h"

#include <sys/socket.h>

#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/http/head_writer.h"

namespace ag::http {

void ReplyWriter::Begin(const RequestHead& head, const Framing& framing) {
  left_.emplace();
  head_.clear();
  length_.reset();
  written_ = 0;
  state_ = State::kIdle;
  to_head_request_ = head.method == "HEAD";
  http10_ = head.minor_version == 0;
  keep_alive_ = framing.keep_alive;
  closing_ = chunked_ = bodiless_ = false;
}

void ReplyWriter::SerialiseHead(const ResponseHead& head, std::optional<std::uint64_t> length) {
  const bool no_body_by_status = head.status == 204 || head.status == 304;
  bodiless_ = to_head_request_ || no_body_by_status;
  length_ = length;
  chunked_ = !length && !http10_ && !no_body_by_status;
  const bool until_close = !length && http10_ && !bodiless_;
  closing_ = !keep_alive_ || until_close || shared_.draining || body_.MustClose();
  ReplyLines lines;
  if (length && !no_body_by_status) {
    lines.framing = ReplyFramingField::kLength;
    lines.length = *length;
  } else if (chunked_) {
    lines.framing = ReplyFramingField::kChunked;
  }
  if (closing_) {
    lines.connection = "close";
  } else if (http10_) {
    lines.connection = "keep-alive";
  }
  lines.date_line = shared_.date.Line(connection_.shard().clock().Now());
  head_.clear();
  AppendReplyHead(head_, head, lines);
}

absl::Status ReplyWriter::Broken(std::string_view why) {
  state_ = State::kBroken;
  connection_.Close();
  left_->Cancel();
  return MakeError(ErrorKind::kClientLeft, why);
}

runtime::Task<absl::Status> ReplyWriter::FlushQueued() {
  Connection::Flushed flushed = connection_.Flush();
  if (flushed == Connection::Flushed::kBlocked) {
    flushed = co_await connection_.FlushRest(shared_.write_idle_timeout, Connection::OnInput::kIgnore);
  }
  head_.clear();
  if (flushed == Connection::Flushed::kDone) co_return absl::OkStatus();
  if (flushed == Connection::Flushed::kTimeout) co_return Broken("the client stopped reading its answer");
  co_return Broken("the client closed its connection");
}

runtime::Task<absl::Status> ReplyWriter::Send(const ResponseHead& head, std::string_view body) {
  AG_CHECK(state_ == State::kIdle);
  state_ = State::kStarted;
  SerialiseHead(head, to_head_request_ && head.content_length ? *head.content_length : body.size());
  connection_.Queue(head_);
  if (!bodiless_) {
    connection_.Queue(body);
    written_ = body.size();
  }
  absl::Status sent = co_await FlushQueued();
  if (sent.ok()) state_ = State::kFinished;
  co_return sent;
}

void ReplyWriter::Start(const ResponseHead& head) {
  AG_CHECK(state_ == State::kIdle);
  state_ = State::kStarted;
  SerialiseHead(head, head.content_length);
}

runtime::Task<absl::Status> ReplyWriter::Write(std::span<const std::string_view> pieces) {
  if (state_ == State::kBroken) co_return MakeError(ErrorKind::kClientLeft, "the client closed its connection");
  AG_CHECK(state_ == State::kStarted);
  std::size_t size = 0;
  for (const auto piece : pieces) size += piece.size();
  if (length_ && !bodiless_ && written_ + size > *length_) {
    Abort();
    co_return MakeError(ErrorKind::kInternal, "an answer became longer than its Content-Length");
  }
  connection_.Queue(head_);
  if (size > 0 && !bodiless_) {
    if (chunked_) {
      chunk_size_.clear();
      AppendChunkSize(chunk_size_, size);
      connection_.Queue(chunk_size_);
    }
    for (const auto piece : pieces) connection_.Queue(piece);
    if (chunked_) connection_.Queue("\r\n");
    written_ += size;
  }
  absl::Status sent = co_await FlushQueued();
  co_return sent;
}

runtime::Task<absl::Status> ReplyWriter::Finish() {
  if (state_ == State::kBroken) co_return MakeError(ErrorKind::kClientLeft, "the client closed its connection");
  AG_CHECK(state_ == State::kStarted);
  if (length_ && !bodiless_ && written_ < *length_) {
    Abort();
    co_return MakeError(ErrorKind::kInternal, "an answer ended before its Content-Length");
  }
  connection_.Queue(head_);
  if (chunked_ && !bodiless_) connection_.Queue("0\r\n\r\n");
  absl::Status sent = co_await FlushQueued();
  if (sent.ok()) state_ = State::kFinished;
  co_return sent;
}

void ReplyWriter::Abort() {
  if (state_ == State::kFinished || state_ == State::kBroken) return;
  state_ = State::kBroken;
  if (!length_ && !chunked_ && !connection_.closed()) {
    // Only a reset tells a body that ends with the connection from one that was cut.
    const linger reset{1, 0};
    ::setsockopt(connection_.socket().native_handle(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  }
  connection_.Close();
}

}  // namespace ag::http
