#include "gatewayd/http/connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

namespace ag::http {
namespace {

constexpr std::size_t kBlock = 16 * 1024;
constexpr std::size_t kBigBlock = 64 * 1024;
// Bytes that may wait unread, and the longest head: 64 KB and what one more read may bring.
constexpr std::size_t kMaxBlock = 80 * 1024;
constexpr std::size_t kLeastRoom = 4096;
constexpr std::size_t kMaxRecord = 16 * 1024;
constexpr std::size_t kMaxPieces = 64;

// Uninitialised on purpose: zeroing 16 KB a connection would be for nothing.
std::unique_ptr<char[]> NewBlock(std::size_t size) { return std::unique_ptr<char[]>(new char[size]); }

}  // namespace

struct Connection::ReadHandler {
  std::shared_ptr<Connection> self;
  void operator()(const boost::system::error_code& error, std::size_t bytes) const {
    const bool badly = error && error != boost::asio::error::eof;
    self->OnRead(static_cast<bool>(error), badly, bytes);
  }
};

struct Connection::ReadableHandler {
  std::shared_ptr<Connection> self;
  void operator()(const boost::system::error_code& error) const {
    if (error) {
      self->OnRead(true, true, 0);
    } else {
      self->OnReadable();
    }
  }
};

struct Connection::WritableHandler {
  std::shared_ptr<Connection> self;
  void operator()(const boost::system::error_code&) const {
    self->write_armed_ = false;
    self->Wake(kWrite);
  }
};

Connection::Connection(runtime::Shard& shard, Socket socket)
    : shard_(shard),
      socket_(std::move(socket)),
      parker_(shard.parking()),
      deadline_(shard.wheel(), [this] { OnDeadline(); }),
      block_(NewBlock(kBlock)),
      capacity_(kBlock) {}

Connection::~Connection() = default;

void Connection::Wake(unsigned what) {
  if ((waiting_ & what) == 0 || !parker_.parked()) return;
  waiting_ = 0;
  parker_.Resume();
}

void Connection::OnDeadline() {
  const auto self = shared_from_this();
  timed_out_ = true;
  if (parker_.parked()) {
    Wake(kRead | kWrite);
  } else if (on_unexpected_) {
    on_unexpected_();
  }
}

void Connection::OnRead(bool failed, bool badly, std::size_t bytes) {
  reading_ = false;
  end_ += bytes;
  read_filled_block_ = bytes > 0 && end_ == capacity_;
  if (failed) {
    ended_ = true;
    ended_badly_ = badly;
  }
  if ((waiting_ & kRead) != 0 && parker_.parked()) {
    Wake(kRead);
  } else if (on_unexpected_ && !closed_) {
    on_unexpected_();
  }
}

void Connection::Unpin() {
  held_.clear();
  floor_ = 0;
  if (reading_) return;
  if (begin_ == end_) begin_ = end_ = 0;
  if (capacity_ > kBlock && end_ - begin_ <= kBlock / 2) Renew(kBlock);
}

// A new block for what is received from now on; unread bytes move there, pinned ones stay alive in the old block.
void Connection::Renew(std::size_t capacity) {
  auto fresh = NewBlock(capacity);
  const std::size_t unread = end_ - begin_;
  if (unread > 0) std::memcpy(fresh.get(), block_.get() + begin_, unread);
  if (floor_ > 0) held_.push_back(std::move(block_));
  block_ = std::move(fresh);
  capacity_ = capacity;
  floor_ = begin_ = 0;
  end_ = unread;
}

bool Connection::MakeRoom() {
  if (begin_ == end_) begin_ = end_ = floor_;
  if (begin_ == end_ && read_filled_block_ && capacity_ < kBigBlock) Renew(kBigBlock);
  if (capacity_ - end_ >= kLeastRoom) return true;
  const std::size_t unread = end_ - begin_;
  if (capacity_ - floor_ - unread >= kLeastRoom) {
    std::memmove(block_.get() + floor_, block_.get() + begin_, unread);
    begin_ = floor_;
    end_ = floor_ + unread;
    return true;
  }
  if (unread >= kBigBlock) return capacity_ > end_;
  Renew(unread + kLeastRoom <= kBlock ? kBlock : std::min(kMaxBlock, std::max(kBlock, unread * 2) + kLeastRoom));
  return true;
}

void Connection::StartRead() {
  if (reading_ || ended_ || !MakeRoom()) return;
  reading_ = true;
  if (tls_ != nullptr) {
    StartTlsRead();
    return;
  }
  socket_.async_read_some(boost::asio::buffer(block_.get() + end_, capacity_ - end_), ReadHandler{shared_from_this()});
}

void Connection::StartTlsRead() {
  const auto result = tls_->Read(block_.get() + end_, capacity_ - end_);
  auto self = shared_from_this();
  switch (result.state) {
    case TlsSession::State::kDone:
      boost::asio::post(socket_.get_executor(), [self, bytes = result.bytes] { self->OnRead(false, false, bytes); });
      return;
    case TlsSession::State::kWantRead:
      socket_.async_wait(Socket::wait_read, ReadableHandler{std::move(self)});
      return;
    case TlsSession::State::kWantWrite:
      socket_.async_wait(Socket::wait_write, ReadableHandler{std::move(self)});
      return;
    case TlsSession::State::kEnded:
    case TlsSession::State::kFailed: {
      const bool badly = result.state == TlsSession::State::kFailed;
      boost::asio::post(socket_.get_executor(), [self, badly] { self->OnRead(true, badly, 0); });
      return;
    }
  }
}

void Connection::OnReadable() {
  const auto result = tls_->Read(block_.get() + end_, capacity_ - end_);
  switch (result.state) {
    case TlsSession::State::kDone:
      OnRead(false, false, result.bytes);
      return;
    case TlsSession::State::kWantRead:
      socket_.async_wait(Socket::wait_read, ReadableHandler{shared_from_this()});
      return;
    case TlsSession::State::kWantWrite:
      socket_.async_wait(Socket::wait_write, ReadableHandler{shared_from_this()});
      return;
    case TlsSession::State::kEnded:
    case TlsSession::State::kFailed:
      OnRead(true, result.state == TlsSession::State::kFailed, 0);
      return;
  }
}

bool Connection::ReadNow() {
  if (reading_ || ended_ || !MakeRoom()) return false;
  if (tls_ != nullptr) {
    const auto result = tls_->Read(block_.get() + end_, capacity_ - end_);
    if (result.state == TlsSession::State::kWantRead || result.state == TlsSession::State::kWantWrite) return false;
    ended_ = result.state != TlsSession::State::kDone;
    ended_badly_ = result.state == TlsSession::State::kFailed;
    end_ += result.bytes;
    return true;
  }
  const ssize_t got = ::recv(socket_.native_handle(), block_.get() + end_, capacity_ - end_, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return false;
  ended_ = got <= 0;
  ended_badly_ = got < 0;
  if (got > 0) end_ += static_cast<std::size_t>(got);
  return true;
}

std::size_t Connection::ReadDirect(char* out, std::size_t room) {
  if (tls_ != nullptr || reading_ || ended_ || room == 0) return 0;
  const ssize_t got = ::recv(socket_.native_handle(), out, room, MSG_DONTWAIT);
  // An end or an error is reported by the next ordinary read.
  return got > 0 ? static_cast<std::size_t>(got) : 0;
}

void Connection::Queue(std::string_view piece) {
  if (!piece.empty()) out_.push_back(iovec{const_cast<char*>(piece.data()), piece.size()});
}

Connection::Flushed Connection::Flush() {
  const Flushed flushed = closed_ ? Flushed::kFailed : tls_ != nullptr ? FlushTls() : FlushPlain();
  if (flushed == Flushed::kBlocked) return flushed;
  out_.clear();
  out_next_ = 0;
  return flushed;
}

void Connection::Advance(std::size_t bytes) {
  while (bytes > 0) {
    iovec& piece = out_[out_next_];
    if (bytes < piece.iov_len) {
      piece.iov_base = static_cast<char*>(piece.iov_base) + bytes;
      piece.iov_len -= bytes;
      return;
    }
    bytes -= piece.iov_len;
    ++out_next_;
  }
}

Connection::Flushed Connection::FlushPlain() {
  while (out_next_ < out_.size()) {
    msghdr message{};
    message.msg_iov = out_.data() + out_next_;
    message.msg_iovlen = std::min(out_.size() - out_next_, kMaxPieces);
    const ssize_t sent = ::sendmsg(socket_.native_handle(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) {
      Advance(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return Flushed::kBlocked;
    } else if (errno != EINTR) {
      return Flushed::kFailed;
    }
  }
  return Flushed::kDone;
}

// TLS makes a record of each buffer: small pieces are put together, a big one goes as it is.
Connection::Flushed Connection::FlushTls() {
  while (out_next_ < out_.size()) {
    std::string_view bytes(static_cast<const char*>(out_[out_next_].iov_base), out_[out_next_].iov_len);
    if (bytes.size() < kMaxRecord && out_next_ + 1 < out_.size()) {
      record_.clear();
      for (std::size_t i = out_next_; i < out_.size() && record_.size() < kMaxRecord; ++i) {
        record_.append(static_cast<const char*>(out_[i].iov_base),
                       std::min(out_[i].iov_len, kMaxRecord - record_.size()));
      }
      bytes = record_;
    }
    const auto result = tls_->Write(bytes);
    switch (result.state) {
      case TlsSession::State::kDone:
        Advance(result.bytes);
        break;
      case TlsSession::State::kWantWrite:
      case TlsSession::State::kWantRead:
        return Flushed::kBlocked;
      case TlsSession::State::kEnded:
      case TlsSession::State::kFailed:
        return Flushed::kFailed;
    }
  }
  return Flushed::kDone;
}

void Connection::StartWritable() {
  if (write_armed_) return;
  write_armed_ = true;
  socket_.async_wait(Socket::wait_write, WritableHandler{shared_from_this()});
}

runtime::Task<Connection::Flushed> Connection::FlushRest(std::chrono::milliseconds idle, OnInput on_input) {
  while (true) {
    const Flushed flushed = Flush();
    if (flushed != Flushed::kBlocked) co_return flushed;
    const unsigned what = on_input == OnInput::kStop ? kRead | kWrite : kWrite;
    if (on_input == OnInput::kStop) {
      StartRead();
      if (ended_ || begin_ != end_) break;
    }
    StartWritable();
    Arm(idle);
    co_await Wait(what);
    Disarm();
    if (closed_ || timed_out_) break;
    if (on_input == OnInput::kStop && (ended_ || begin_ != end_)) break;
  }
  out_.clear();
  out_next_ = 0;
  if (closed_) co_return Flushed::kFailed;
  co_return timed_out_ ? Flushed::kTimeout : Flushed::kInput;
}

runtime::Task<bool> Connection::Handshake() {
  while (!closed_ && !timed_out_) {
    const auto result = tls_->Handshake();
    if (result.state == TlsSession::State::kDone) co_return true;
    if (result.state == TlsSession::State::kWantWrite) {
      StartWritable();
    } else if (result.state == TlsSession::State::kWantRead) {
      // Only readiness is wanted here: the bytes are OpenSSL's.
      auto wake = [self = shared_from_this()](const boost::system::error_code&) { self->Wake(kRead); };
      socket_.async_wait(Socket::wait_read, std::move(wake));
    } else {
      co_return false;
    }
    co_await Wait(kRead | kWrite);
  }
  co_return false;
}

void Connection::ShutdownWrite() {
  if (closed_) return;
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
}

void Connection::Close() {
  if (std::exchange(closed_, true)) return;
  ended_ = true;
  Disarm();
  if (tls_ != nullptr) tls_->Shutdown();
  boost::system::error_code ignored;
  socket_.close(ignored);
  if (!parker_.parked()) return;
  auto wake = [self = shared_from_this()] { self->Wake(kRead | kWrite); };
  boost::asio::post(socket_.get_executor(), std::move(wake));
}

bool Connection::LooksStale() const {
  char byte = 0;
  auto& socket = const_cast<Socket&>(socket_);
  const ssize_t got = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

}  // namespace ag::http
