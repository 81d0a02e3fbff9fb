#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/fakes/reply.h"
#include "tests/fakes/tls_identity.h"
#include "tests/support/http_text.h"
#include "tests/support/socket.h"

namespace ag::test {

struct RecordedRequest {
  std::string method;
  std::string target;
  std::vector<Field> headers;  // in the order of arrival
  std::string body;            // de-chunked; empty for a request that was answered early
  std::size_t connection = 0;  // counted from 1

  std::string_view Header(std::string_view name) const { return FindField(headers, name); }
  std::string_view Path() const { return std::string_view(target).substr(0, target.find('?')); }
};

// A provider that answers by script, on a free loopback port, HTTP/1.1 with keep-alive. Blocking sockets, one thread a
// connection, nothing shared with gatewayd's own HTTP code. All functions are thread-safe.
class FakeUpstream {
 public:
  using Responder = std::function<std::optional<Reply>(const RecordedRequest&)>;

  FakeUpstream();
  // With TLS; `identity` outlives it.
  explicit FakeUpstream(const TlsIdentity& identity);
  ~FakeUpstream();  // cuts what is open, waits for its threads
  FakeUpstream(const FakeUpstream&) = delete;
  FakeUpstream& operator=(const FakeUpstream&) = delete;

  std::uint16_t port() const { return listener_.port(); }
  // "http://127.0.0.1:PORT", or "https://localhost:PORT".
  std::string Origin() const;

  // A request that On() names always gets that reply. For the others, queued replies are used up first, then
  // `responder` is asked, then it is a 404.
  void Enqueue(Reply reply);
  void Respond(Responder responder);
  // Always this reply for "METHOD /path" (without query).
  void On(std::string_view method, std::string_view path, Reply reply);

  std::vector<RecordedRequest> requests() const;
  // Those that POST: without the gateway's own looks at the list of models, which come when they come.
  std::vector<RecordedRequest> questions() const;
  std::size_t connections() const;       // accepted so far
  std::size_t open_connections() const;  // now
  std::size_t aborted() const;           // replies that the client did not wait for

  static constexpr std::chrono::seconds kPatience{30};
  // False when it did not come to that in `timeout`.
  bool WaitForRequests(std::size_t count, std::chrono::milliseconds timeout = kPatience) const;
  bool WaitForAborted(std::size_t count, std::chrono::milliseconds timeout = kPatience) const;
  bool WaitForOpenConnections(std::size_t count, std::chrono::milliseconds timeout = kPatience) const;
  // Idle: kept alive and waiting for the next request, as seen from here a moment after the client has its reply.
  bool WaitForIdleConnections(std::size_t count, std::chrono::milliseconds timeout = kPatience) const;
  // While true, connections are closed before their handshake.
  void BreakTls(bool broken) { tls_broken_ = broken; }
  // Closes the idle connections, as a provider's keep-alive limit does. Returns when their FIN is on its way.
  void CloseIdle();

 private:
  struct Connection;
  enum class Outcome { kNext, kClose };

  void AcceptLoop();
  void Serve(Connection& connection);
  Outcome ServeOne(Connection& connection, MessageReader& reader);
  // Under the lock: what On() gave for the request, or null.
  const Reply* FindFixed(const RecordedRequest& request) const;
  std::optional<Reply> FindEarly(const RecordedRequest& request);
  Reply FindReply(const RecordedRequest& request);
  Outcome Write(Connection& connection, const Reply& reply);
  bool WriteParts(Connection& connection, const Reply& reply);
  bool WaitAt(Connection& connection, const std::shared_ptr<Gate>& gate);
  Outcome Aborted();
  void Record(RecordedRequest request);
  template <typename Condition>
  bool WaitUntil(std::chrono::milliseconds timeout, Condition condition) const;

  const TlsIdentity* const identity_ = nullptr;
  std::atomic<bool> tls_broken_{false};
  ListenSocket listener_;
  Gate stopping_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::deque<Reply> queue_;
  Responder responder_;
  std::vector<std::pair<std::string, Reply>> fixed_;
  std::vector<RecordedRequest> requests_;
  std::list<Connection> connections_;
  std::size_t open_ = 0;
  std::size_t aborted_ = 0;
  std::thread accept_thread_;
};

}  // namespace ag::test
