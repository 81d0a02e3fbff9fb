#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gatewayd/http/chunk_decoder.h"
#include "gatewayd/http/client.h"
#include "gatewayd/http/connection.h"
#include "gatewayd/http/connection_pool.h"
#include "gatewayd/http/content_decoder.h"
#include "gatewayd/http/head_parser.h"

namespace ag::http {

// One request and its reply on a connection, which goes back to the pool after a reply that was read to its end.
class PooledExchange final : public Exchange {
 public:
  // `cancel` (may be null) must outlive the exchange.
  PooledExchange(std::shared_ptr<ConnectionPool> pool, Origin& origin, std::shared_ptr<Connection> connection,
                 runtime::CancelSource* cancel, Timings timings);
  ~PooledExchange() override;
  PooledExchange(const PooledExchange&) = delete;
  PooledExchange& operator=(const PooledExchange&) = delete;

  // Sends and reads the head.
  runtime::Task<absl::Status> Begin(const OutgoingRequest& request);
  // After Begin has failed: no byte of a reply had come when the connection ended, so a connection that had been idle
  // may simply have been closed before it was used.
  bool may_have_been_stale() const { return stale_; }

  int status() const override { return head_.status; }
  Headers headers() const override { return Headers(head_.fields); }
  runtime::Task<absl::StatusOr<std::string_view>> Read() override;
  runtime::Task<absl::StatusOr<std::string>> ReadAll(std::size_t limit) override;
  bool TryFinish() override;
  Timings timings() const override { return timings_; }

 private:
  enum class Step : std::uint8_t { kNeedMore, kReady, kFailed };

  void QueueRequest(const OutgoingRequest& request);
  runtime::Task<absl::Status> ReadHead(std::chrono::milliseconds timeout);
  Step TakeHead(absl::Status& failure);
  absl::Status HeadFailure(std::chrono::milliseconds timeout);
  // The next raw body bytes; empty with kReady = the end.
  Step TakePiece(std::string_view& piece, absl::Status& failure);
  Step TakeChunks(std::string_view& piece, absl::Status& failure);
  Step TakeDecoded(std::string_view& piece, absl::Status& failure);
  Step TakeNext(std::string_view& piece, absl::Status& failure);
  absl::Status WaitFailure();
  absl::Status DecodeSetup();
  void Finish();
  void Release();
  bool cancelled() const { return cancel_ != nullptr && cancel_->cancelled(); }
  std::string Place() const;
  absl::Status Cancelled() const;

  const std::shared_ptr<ConnectionPool> pool_;  // shared: exchanges may outlive their client
  Origin& origin_;
  std::shared_ptr<Connection> connection_;
  runtime::CancelSource* const cancel_;
  std::optional<runtime::CancelSource::Hook> hook_;
  Timings timings_;
  ReplyHead head_;
  Framing framing_;
  HeadScan scan_;
  ChunkDecoder chunks_;
  std::uint64_t left_ = 0;  // of a body with a length
  std::unique_ptr<ContentDecoder> decoder_;
  std::unique_ptr<char[]> decoded_;
  std::string_view coded_;
  bool decoder_has_more_ = false;  // its last output filled the room
  bool to_head_request_ = false;
  bool sent_all_ = false;
  bool stale_ = false;
  bool body_done_ = false;
  bool finished_ = false;     // the body was read to its end
  bool end_is_near_ = false;  // the caller wants no more of the body, and its end has not come yet
  bool head_done_ = false;
};

}  // namespace ag::http
