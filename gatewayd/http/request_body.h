#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "gatewayd/http/chunk_decoder.h"
#include "gatewayd/http/connection.h"
#include "gatewayd/http/content_decoder.h"
#include "gatewayd/http/head_parser.h"
#include "gatewayd/http/server.h"

namespace ag::http {

// Bytes of one body that did not fit the connection's buffer, charged to the memory budget.
class BodyBuffer {
 public:
  explicit BodyBuffer(MemoryBudget& memory) : budget_(&memory), share_(memory) {}

  // Room for `bytes` and the padding behind them; what was written stays. kOverloaded when the budget is used up.
  absl::Status Reserve(std::size_t bytes);
  absl::Status Append(std::string_view bytes, std::size_t limit);
  char* tail() { return bytes_.get() + size_; }
  std::size_t room() const { return capacity_ - size_; }
  void Grow(std::size_t bytes) { size_ += bytes; }
  std::size_t size() const { return size_; }
  std::string_view view() const { return {bytes_.get(), size_}; }
  // Charges bytes that live elsewhere.
  absl::Status Charge(std::size_t bytes);
  void Release();

 private:
  MemoryBudget* budget_;
  MemoryBudget::Share share_;
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;  // without the padding
};

// The body of a session's present request. When it is complete, the connection is read ahead, so that the client's
// leaving is noticed.
class RequestBody final : public BodyReader {
 public:
  RequestBody(Connection& connection, const ServerLimits& limits, MemoryBudget& memory)
      : connection_(connection), limits_(limits), raw_(memory), decoded_(memory) {}

  // A new request with its head consumed.
  void Begin(const Framing& framing);
  runtime::Task<absl::StatusOr<std::string_view>> ReadAll() override;

  // Nothing of it is left on the connection.
  bool complete() const { return complete_; }
  // What is unread is not worth reading: the answer must announce that the connection closes.
  bool MustClose() const;
  // Skips a short unread rest after the answer; false when the connection must close.
  runtime::Task<bool> Drain();
  // The request has ended: gives its memory back.
  void End();

 private:
  bool TakeBuffered();
  void Complete(std::string_view view);
  runtime::Task<absl::Status> ReadRaw();
  runtime::Task<absl::Status> ReadLength();
  runtime::Task<absl::Status> ReadChunked();
  runtime::Task<absl::Status> More();
  runtime::Task<absl::Status> SendContinue();
  absl::Status CheckBeforeReading();
  absl::Status UndoCoding(std::string_view coded);
  absl::Status TooLarge() const;

  Connection& connection_;
  const ServerLimits& limits_;
  Framing framing_;
  ContentCoding coding_ = ContentCoding::kIdentity;
  ChunkDecoder chunks_;
  BodyBuffer raw_;
  BodyBuffer decoded_;
  std::string_view view_;
  absl::Status failure_;
  bool complete_ = true;
  bool continue_due_ = false;  // the client waits for 100-continue
};

}  // namespace ag::http
