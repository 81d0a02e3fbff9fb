#pragma once

#include <absl/status/statusor.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/http/egress.h"
#include "gatewayd/http/message.h"
#include "gatewayd/runtime/cancel.h"
#include "gatewayd/runtime/resolver.h"
#include "gatewayd/runtime/shard.h"

namespace ag::http {

struct ClientOptions {
  Egress egress;
  std::string extra_ca_file;                          // PEM, added to the system's CAs
  std::chrono::milliseconds connect_timeout{10'000};  // TCP, proxy and TLS handshake together
  std::chrono::milliseconds head_timeout{600'000};
  std::chrono::milliseconds idle_timeout{120'000};  // between body bytes
  std::chrono::milliseconds keep_alive{55'000};     // an idle pooled connection
  std::size_t max_idle_per_host = 64;
};

// One request to send. Views live until the exchange's head has come.
struct OutgoingRequest {
  std::string_view method = "POST";
  const Url* url = nullptr;         // origin; its path is not used
  std::string_view target;          // origin-form: "/v1/messages?beta=true"
  std::span<const Header> headers;  // without Host, Content-Length, Connection: set here
  std::span<const std::string_view> body;
  bool idempotent = false;  // may be sent again on a fresh connection after a failure with bytes sent
  std::optional<std::chrono::milliseconds> head_timeout;
  runtime::CancelSource* cancel = nullptr;  // the client's leaving
  // Set, from any thread, when this must not be sent any more; may be null. Looked at once the connection is there.
  const std::atomic<bool>* withdrawn = nullptr;
  std::shared_ptr<const WayOut> way_out;  // of the account; null = as the client's options say. Shared: see Client
};

// A reply being read. Dies on its shard; dying before the end closes its connection.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual int status() const = 0;
  // Views live as long as the exchange.
  virtual Headers headers() const = 0;
  // The next body bytes, de-chunked and un-gzipped; a view into the connection's buffer, valid until the next call.
  // Empty = the body has ended well (the connection goes back to the pool when the exchange dies). Fails with
  // kIdleTimeout, kStreamCut, kProtocol, kClientLeft (cancelled).
  virtual runtime::Task<absl::StatusOr<std::string_view>> Read() = 0;
  // The rest of the body, at most `limit` bytes (the rest is dropped): for error replies.
  virtual runtime::Task<absl::StatusOr<std::string>> ReadAll(std::size_t limit) = 0;
  // For a caller that knows from the body itself that nothing it wants will follow: takes what can be read now, drops
  // it, and says whether the body has ended well (the connection then goes back to the pool with the exchange's death).
  // Never suspends. False when the end came badly, or has not come yet: Read may go on, or the exchange is dropped and
  // the pool keeps the connection if the end comes in a moment. The view of the last Read is no longer valid.
  virtual bool TryFinish() = 0;

  struct Timings {
    std::chrono::microseconds connect{0};  // 0 for a pooled connection
    bool reused = false;
  };
  virtual Timings timings() const = 0;
};

// Pooled HTTP/1.1 client of one shard. TLS: system CAs and the extra file, host name checked, sessions reused. A
// request with a way out of its own has connections of its own, which it shares with all requests of an equal way.
class Client {
 public:
  Client(runtime::Shard& shard, runtime::Resolver& resolver, ClientOptions options);
  ~Client();

  // Sends and waits for the head (1xx are skipped). A pooled connection that turns out stale (readable before use, or
  // closed without a byte) is replaced by one fresh connection, once. Fails with kDns, kConnect, kTls (names the
  // issuer), kEgress, kHeadTimeout, kProtocol, kStreamCut (closed before a head), kClientLeft, kNoAccount
  // (withdrawn: nothing was sent). On the shard's thread.
  runtime::Task<absl::StatusOr<std::unique_ptr<Exchange>>> Send(OutgoingRequest request);

  // New options for later connections; idle ones of other options are closed. On the shard's thread.
  void SetOptions(ClientOptions options);
  void CloseIdle();
  std::size_t idle_count() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ag::http
