#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "gatewayd/http/connection.h"
#include "gatewayd/http/date_cache.h"
#include "gatewayd/http/head_parser.h"
#include "gatewayd/http/request_body.h"
#include "gatewayd/http/server.h"

namespace ag::http {

// What the answers of a shard share.
struct ReplyContextOfShard {
  std::chrono::milliseconds write_idle_timeout;
  DateCache date;
  bool draining = false;
};

// The answer to a session's present request.
class ReplyWriter final : public ResponseWriter {
 public:
  ReplyWriter(Connection& connection, RequestBody& body, ReplyContextOfShard& shared)
      : connection_(connection), body_(body), shared_(shared) {}

  // A new request.
  void Begin(const RequestHead& head, const Framing& framing);

  runtime::Task<absl::Status> Send(const ResponseHead& head, std::string_view body) override;
  void Start(const ResponseHead& head) override;
  runtime::Task<absl::Status> Write(std::span<const std::string_view> pieces) override;
  runtime::Task<absl::Status> Finish() override;
  void Abort() override;
  bool started() const override { return state_ != State::kIdle; }
  std::uint64_t bytes_written() const override { return written_; }
  runtime::CancelSource& client_left() override { return *left_; }

  // The answer is complete.
  bool finished() const { return state_ == State::kFinished; }
  // The answer has announced that the connection closes after it.
  bool closing() const { return closing_; }

 private:
  enum class State : std::uint8_t { kIdle, kStarted, kFinished, kBroken };

  void SerialiseHead(const ResponseHead& head, std::optional<std::uint64_t> length);
  runtime::Task<absl::Status> FlushQueued();
  absl::Status Broken(std::string_view why);

  Connection& connection_;
  RequestBody& body_;
  ReplyContextOfShard& shared_;
  std::optional<runtime::CancelSource> left_;
  std::string head_;  // not yet sent head
  std::string chunk_size_;
  std::optional<std::uint64_t> length_;
  std::uint64_t written_ = 0;
  State state_ = State::kIdle;
  bool to_head_request_ = false;
  bool http10_ = false;
  bool keep_alive_ = true;
  bool closing_ = false;
  bool chunked_ = false;
  bool bodiless_ = false;
};

}  // namespace ag::http
