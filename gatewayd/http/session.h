#pragma once

#include <absl/container/flat_hash_set.h>

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "gatewayd/http/connection.h"
#include "gatewayd/http/head_parser.h"
#include "gatewayd/http/reply_writer.h"
#include "gatewayd/http/request_body.h"
#include "gatewayd/http/server.h"

namespace ag::http {

class Session;

// What the sessions of one shard share. shared_ptr: sessions end a moment after their server.
struct ServerState {
  runtime::Shard& shard;
  Handler& handler;
  const ServerLimits limits;
  MemoryBudget& memory;
  const ErrorBody error_body;
  ReplyContextOfShard replies;
  absl::flat_hash_set<Session*> sessions;
  std::size_t refused = 0;  // of these, sessions that only say 503
  std::function<void()> on_drained;
  std::atomic<std::size_t> session_count{0};  // of sessions, for other threads to read
};

// One client connection: reads a head, lets the handler answer, reads the next.
class Session {
 public:
  enum class Admission : std::uint8_t { kServed, kRefused };
  Session(std::shared_ptr<ServerState> state, Connection::Socket socket, Admission admission);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Until the connection ends. The session must outlive it.
  runtime::Task<void> Run();
  // Cuts the connection.
  void Close();
  // Closes it if no request is under way.
  void CloseIfIdle();
  Admission admission() const { return admission_; }

 private:
  enum class Head : std::uint8_t { kNeedMore, kComplete, kRefused };

  Head TakeHead();
  Head Refuse(HeadError error);
  void FillRequest();
  void ArmForHead();
  void AfterWait();
  void OnUnexpected();
  runtime::Task<bool> Serve();
  runtime::Task<void> SendRefusal();
  runtime::Task<void> Linger();
  void ReadAddresses();

  const std::shared_ptr<ServerState> state_;
  const Admission admission_;
  const std::shared_ptr<Connection> connection_;
  RequestBody body_;
  ReplyWriter writer_;
  RequestHead head_;
  Framing framing_;
  HeadScan scan_;
  HeadError error_;
  Request request_;
  Arena arena_;
  std::string peer_address_;
  std::string local_address_;
  std::uint16_t local_port_ = 0;
  SteadyTime received_{};
  bool head_begun_ = false;
  bool served_before_ = false;
  bool handling_ = false;
};

}  // namespace ag::http
