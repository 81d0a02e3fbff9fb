#pragma once

#include <sys/uio.h>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/http/tls_session.h"
#include "gatewayd/runtime/parker.h"
#include "gatewayd/runtime/shard.h"
#include "gatewayd/runtime/timing_wheel.h"

namespace ag::http {

// A TCP or TLS connection of one shard, used by sessions and by the client: a buffer of received bytes, at most one
// read under way (which may run ahead of whoever reads: that is how an end is noticed while nobody waits), direct
// writes that only wait when the socket is full, and one deadline. One coroutine at a time waits on it.
//
// shared_ptr: pending operations of the context and the owner, whichever ends last.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, runtime::Executor>;

  // The socket is connected and non-blocking.
  Connection(runtime::Shard& shard, Socket socket);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // --- Input
  // Bytes received and not consumed; valid until the next wait.
  std::string_view data() const { return {block_.get() + begin_, end_ - begin_}; }
  void Consume(std::size_t bytes) { begin_ += bytes; }
  // Readable bytes that follow data() in memory (their content does not matter).
  std::size_t room_after_data() const { return capacity_ - end_; }
  // What has been consumed so far stays where it is, whatever is received, until Unpin.
  void Pin() { floor_ = begin_; }
  void Unpin();
  // The peer has ended its side or the connection has failed: nothing more will come.
  bool ended() const { return ended_; }
  // The end was TLS without close_notify, or a reset: a body that ends with the connection may be incomplete.
  bool ended_badly() const { return ended_badly_; }
  // A read that was started and has not completed.
  bool reading() const { return reading_; }
  // Reads ahead: starts a read unless one is under way, the input has ended or 64 KB wait already.
  void StartRead();
  // Resumes when more bytes have come, the input has ended, the deadline has passed or the connection was closed.
  runtime::Task<void> WaitRead() {
    StartRead();
    return Wait(kRead);
  }
  // Takes what the socket has now into data(), without waiting. False when nothing came: not even an end, a read is
  // under way, or the input has ended before.
  bool ReadNow();
  // Takes bytes directly from a plain socket, past the buffer (which must be empty, with no read under way): 0 = none
  // now.
  std::size_t ReadDirect(char* out, std::size_t room);

  // --- Output. Pieces are queued, then flushed; their bytes must live until the flush is done.
  enum class Flushed : std::uint8_t { kDone, kBlocked, kFailed, kTimeout, kInput };
  void Queue(std::string_view piece);
  // Sends what the socket takes now.
  Flushed Flush();
  // Sends the rest, waiting for the peer at most `idle` between two steps. With kStop it returns kInput as soon as
  // bytes or an end arrive: an answer that comes before the request is complete.
  enum class OnInput : std::uint8_t { kIgnore, kStop };
  runtime::Task<Flushed> FlushRest(std::chrono::milliseconds idle, OnInput on_input);

  // --- TLS
  // Wraps the connection; nothing may have been read ahead.
  void AttachTls(std::unique_ptr<TlsSession> tls) { tls_ = std::move(tls); }
  TlsSession* tls() { return tls_.get(); }
  // True when the handshake is done; else see tls() and timed_out().
  runtime::Task<bool> Handshake();

  // --- Deadline: one, for whatever the owner waits for.
  void Arm(std::chrono::milliseconds after) {
    timed_out_ = false;
    deadline_.Arm(after);
  }
  void Disarm() { deadline_.Disarm(); }
  bool timed_out() const { return timed_out_; }
  void ClearTimeout() { timed_out_ = false; }

  // Called when input or the deadline comes while nobody waits; never after Close.
  void OnUnexpected(std::function<void()> callback) { on_unexpected_ = std::move(callback); }

  // Says that we will send no more; what the peer sends is still received.
  void ShutdownWrite();
  // Ends everything at once; who waits is resumed by the context, not inside this call.
  void Close();
  bool closed() const { return closed_; }
  // Whether a plain look at the socket shows bytes or an end: a kept connection that does cannot be used again.
  bool LooksStale() const;

  // The pool's note.
  SteadyTime idle_since() const { return idle_since_; }
  void set_idle_since(SteadyTime time) { idle_since_ = time; }
  // A buffer for heads, whose capacity lasts as long as the connection.
  std::string& scratch() { return scratch_; }
  Socket& socket() { return socket_; }
  runtime::Shard& shard() { return shard_; }

 private:
  static constexpr unsigned kRead = 1;
  static constexpr unsigned kWrite = 2;
  struct ReadHandler;
  struct ReadableHandler;
  struct WritableHandler;

  runtime::Task<void> Wait(unsigned what) {
    waiting_ = what;
    return parker_.Park();
  }
  void Wake(unsigned what);
  void OnRead(bool failed, bool badly, std::size_t bytes);
  void OnDeadline();
  void StartTlsRead();
  void OnReadable();
  void StartWritable();
  bool MakeRoom();
  void Renew(std::size_t capacity);
  Flushed FlushPlain();
  Flushed FlushTls();
  void Advance(std::size_t bytes);

  runtime::Shard& shard_;
  Socket socket_;
  std::unique_ptr<TlsSession> tls_;
  runtime::Parker parker_;
  runtime::Deadline deadline_;
  std::function<void()> on_unexpected_;

  std::unique_ptr<char[]> block_;
  std::size_t capacity_ = 0;
  std::size_t floor_ = 0;  // bytes before it are pinned
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::vector<std::unique_ptr<char[]>> held_;  // blocks with pinned bytes that gave way to a new one

  std::vector<iovec> out_;
  std::size_t out_next_ = 0;
  std::string scratch_;
  std::string record_;  // TLS: small pieces of one record

  SteadyTime idle_since_{};
  unsigned waiting_ = 0;
  bool reading_ = false;
  bool read_filled_block_ = false;
  bool write_armed_ = false;
  bool ended_ = false;
  bool ended_badly_ = false;
  bool closed_ = false;
  bool timed_out_ = false;
};

}  // namespace ag::http
