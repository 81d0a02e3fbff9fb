#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/memory_budget.h"
#include "gatewayd/http/message.h"
#include "gatewayd/runtime/cancel.h"
#include "gatewayd/runtime/shard.h"
#include "gatewayd/runtime/task.h"

namespace ag::http {

// A request whose head was read. Views live in the session's buffers and arena until the handler returns.
struct Request {
  std::string_view method;
  std::string_view target;  // as sent
  std::string_view path;    // target before '?', still percent-encoded; of an absolute-form target, its path
  std::string_view query;   // after '?', without it
  Headers headers;
  bool http10 = false;
  std::string_view peer_address;   // "127.0.0.1"
  std::string_view local_address;  // the socket's own
  std::uint16_t local_port = 0;
  std::chrono::steady_clock::time_point received;  // when the first byte of the head had come
  Arena* arena = nullptr;                          // dies with the request

  bool IsUpgrade() const { return !headers.Find("upgrade").empty(); }
};

// The request's body. Nothing is read (and no 100-continue sent) before the handler asks.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  // The whole body, de-chunked; gzip and zstd content codings are decoded under the same limit. At least
  // kPadding readable bytes follow the view. Fails with kBodyTooLarge, kInvalidRequest (framing, unknown coding,
  // damaged data), kClientLeft, kIdleTimeout. The view lives as long as the request.
  virtual runtime::Task<absl::StatusOr<std::string_view>> ReadAll() = 0;
  static constexpr std::size_t kPadding = 64;
};

// The answer. Exactly one of: Send, or Start … Finish, or Abort. Not thread-safe; awaits belong to the handler.
class ResponseWriter {
 public:
  virtual ~ResponseWriter() = default;

  // A whole answer in one write. HEAD requests get the head with the length and no body.
  virtual runtime::Task<absl::Status> Send(const ResponseHead& head, std::string_view body) = 0;

  // Begins an answer. The head is serialised at once but leaves with the first body bytes, in one gathered write.
  virtual void Start(const ResponseHead& head) = 0;
  // Writes body bytes; completes when the socket has taken them, so the caller cannot run ahead of a slow client. Views
  // must live until then. kClientLeft when it is gone.
  virtual runtime::Task<absl::Status> Write(std::span<const std::string_view> pieces) = 0;
  virtual runtime::Task<absl::Status> Finish() = 0;
  // Ends a begun answer without its terminal chunk: the client sees a cut, not a clean end.
  virtual void Abort() = 0;

  virtual bool started() const = 0;
  virtual std::uint64_t bytes_written() const = 0;
  // Cancelled when the client closes its connection (or a write to it fails) while the handler runs.
  virtual runtime::CancelSource& client_left() = 0;
};

// Answers requests; one instance serves all sessions of a shard. The coroutine may refer to its arguments until it
// returns. A handler that returns without an answer closes the connection.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual runtime::Task<void> Handle(Request& request, BodyReader& body, ResponseWriter& writer) = 0;
};

struct ServerLimits {
  std::size_t max_head_bytes = 64 * 1024;
  std::size_t max_body_bytes = 100 * 1024 * 1024;
  std::chrono::milliseconds head_timeout{15'000};         // from the first byte of a head to its end
  std::chrono::milliseconds keep_alive_timeout{75'000};   // between requests
  std::chrono::milliseconds body_idle_timeout{30'000};    // between bytes of a body
  std::chrono::milliseconds write_idle_timeout{120'000};  // a client that takes nothing
  std::size_t max_connections = 4096;                     // a shard
};

// Answers that the server itself must give (a head that does not parse, 431, 408, 503 on too many connections) have no
// dialect; this makes their body, so that even they look like the API's own.
using ErrorBody = std::function<std::string(int status, std::string_view message)>;

// All sessions of one shard.
class Server {
 public:
  // `shard`, `handler` and `memory` outlive the server; `limits` are copied. `memory` bounds what bodies may hold over
  // all shards.
  Server(runtime::Shard& shard, Handler& handler, const ServerLimits& limits, MemoryBudget& memory,
         ErrorBody error_body);
  ~Server();

  // Takes over an accepted socket. On the shard's thread.
  void Adopt(int native_socket);
  // Sessions close after their present request; `done` is called once none is left. On the shard's thread.
  void Drain(std::function<void()> done);
  // Cuts every session. On the shard's thread.
  void CloseAll();
  // Open connections, also those that are only told 503. From any thread; a moment old on others than the shard's.
  std::size_t session_count() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Listening sockets; hands accepted ones to the shards' servers round-robin.
class Acceptor {
 public:
  // `servers[i]` lives on `shards.at(i)`. Accepting runs on `home`.
  Acceptor(runtime::Shard& home, runtime::ShardPool& shards, std::vector<Server*> servers);
  // For one server, which lives on `home` too.
  Acceptor(runtime::Shard& home, Server& server);
  ~Acceptor();

  // Binds and listens on address:port; port 0 picks one. On `home`'s thread, or before it runs. kConnect with a
  // sentence that names the address and, for a port in use, the process that holds it when /proc tells.
  absl::StatusOr<std::uint16_t> Listen(const std::string& address, std::uint16_t port);
  // Closes the listening sockets at once. On `home`'s thread, or when it has ended.
  void Close();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ag::http
