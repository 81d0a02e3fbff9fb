#include "gatewayd/http/request_body.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag::http {
namespace {

constexpr std::size_t kFirstReserve = 64 * 1024;
constexpr std::uint64_t kWorthDraining = 64 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

absl::Status OutOfMemory() {
  return MakeError(ErrorKind::kOverloaded, "the gateway's memory for request bodies is used up; try again shortly");
}

absl::Status Unreadable(std::string_view coding) {
  ErrorDetail detail;
  detail.kind = ErrorKind::kInvalidRequest;
  detail.http_status = 415;
  return MakeError(std::move(detail), absl::StrCat("the request's Content-Encoding \"", ToAbsl(coding),
                                                   "\" is not supported; send gzip, zstd or plain"));
}

}  // namespace

absl::Status BodyBuffer::Charge(std::size_t bytes) { return share_.GrowTo(bytes) ? absl::OkStatus() : OutOfMemory(); }

absl::Status BodyBuffer::Reserve(std::size_t bytes) {
  if (bytes <= capacity_ && bytes_ != nullptr) return absl::OkStatus();
  AG_RETURN_IF_ERROR(Charge(bytes + BodyReader::kPadding));
  std::unique_ptr<char[]> bigger(new char[bytes + BodyReader::kPadding]);
  if (size_ > 0) std::memcpy(bigger.get(), bytes_.get(), size_);
  std::memset(bigger.get() + bytes, 0, BodyReader::kPadding);
  bytes_ = std::move(bigger);
  capacity_ = bytes;
  return absl::OkStatus();
}

absl::Status BodyBuffer::Append(std::string_view bytes, std::size_t limit) {
  const std::size_t needed = size_ + bytes.size();
  if (bytes_ == nullptr || needed > capacity_) {
    AG_RETURN_IF_ERROR(Reserve(std::max(needed, std::min(limit, std::max(kFirstReserve, capacity_ * 2)))));
  }
  std::memcpy(tail(), bytes.data(), bytes.size());
  size_ += bytes.size();
  return absl::OkStatus();
}

void BodyBuffer::Release() {
  share_ = MemoryBudget::Share(*budget_);
  bytes_.reset();
  size_ = capacity_ = 0;
}

void RequestBody::Begin(const Framing& framing) {
  framing_ = framing;
  chunks_ = ChunkDecoder();
  view_ = {};
  failure_ = absl::OkStatus();
  complete_ = framing.body == Framing::Body::kNone;
  continue_due_ = framing.expects_continue && !complete_;
  if (complete_) {
    connection_.Pin();
    connection_.StartRead();
  }
}

absl::Status RequestBody::TooLarge() const {
  return MakeError(ErrorKind::kBodyTooLarge,
                   absl::StrCat("the request body is larger than the limit of ", limits_.max_body_bytes, " bytes"));
}

absl::Status RequestBody::CheckBeforeReading() {
  const auto coding = ContentCodingFromName(framing_.content_encoding);
  if (!coding || *coding == ContentCoding::kDeflate) return Unreadable(framing_.content_encoding);
  coding_ = *coding;
  if (framing_.body == Framing::Body::kLength && framing_.length > limits_.max_body_bytes) return TooLarge();
  return absl::OkStatus();
}

void RequestBody::Complete(std::string_view view) {
  view_ = view;
  complete_ = true;
  connection_.Pin();
  connection_.StartRead();
}

// The usual case: the whole body has come with the head and stays where it is.
bool RequestBody::TakeBuffered() {
  if (framing_.body != Framing::Body::kLength) return false;
  const std::string_view data = connection_.data();
  if (data.size() < framing_.length) return false;
  const auto length = static_cast<std::size_t>(framing_.length);
  if (data.size() - length + connection_.room_after_data() < kPadding) return false;
  if (!raw_.Charge(length).ok()) return false;
  connection_.Consume(length);
  Complete(data.substr(0, length));
  return true;
}

runtime::Task<absl::StatusOr<std::string_view>> RequestBody::ReadAll() {
  if (!failure_.ok()) co_return failure_;
  if (complete_) co_return view_;
  failure_ = CheckBeforeReading();
  if (!failure_.ok()) co_return failure_;
  if (!TakeBuffered()) {
    failure_ = co_await ReadRaw();
    if (!failure_.ok()) co_return failure_;
    Complete(raw_.view());
  }
  if (coding_ != ContentCoding::kIdentity) {
    failure_ = UndoCoding(view_);
    if (!failure_.ok()) co_return failure_;
    view_ = decoded_.view();
  }
  co_return view_;
}

runtime::Task<absl::Status> RequestBody::ReadRaw() {
  if (continue_due_ && connection_.data().empty()) {
    absl::Status sent = co_await SendContinue();
    if (!sent.ok()) co_return sent;
  }
  continue_due_ = false;
  if (framing_.body == Framing::Body::kChunked) {
    absl::Status read = co_await ReadChunked();
    co_return read;
  }
  absl::Status read = co_await ReadLength();
  co_return read;
}

runtime::Task<absl::Status> RequestBody::SendContinue() {
  connection_.Queue(kContinue);
  const Connection::Flushed sent =
      co_await connection_.FlushRest(limits_.write_idle_timeout, Connection::OnInput::kIgnore);
  if (sent == Connection::Flushed::kDone) co_return absl::OkStatus();
  co_return MakeError(ErrorKind::kClientLeft, "the client left before its request body");
}

runtime::Task<absl::Status> RequestBody::More() {
  if (!connection_.ended()) {
    connection_.Arm(limits_.body_idle_timeout);
    co_await connection_.WaitRead();
    connection_.Disarm();
  }
  if (!connection_.data().empty()) co_return absl::OkStatus();
  if (connection_.timed_out() && !connection_.ended()) {
    co_return MakeError(ErrorKind::kIdleTimeout, "the client stopped sending its request body");
  }
  if (connection_.ended()) co_return MakeError(ErrorKind::kClientLeft, "the client left within its request body");
  co_return absl::OkStatus();
}

runtime::Task<absl::Status> RequestBody::ReadLength() {
  const auto length = static_cast<std::size_t>(framing_.length);
  while (raw_.size() < length) {
    // Memory follows what has arrived: a length that is only announced costs nothing.
    if (raw_.room() == 0 || raw_.size() == 0) {
      const std::size_t wanted = std::max({kFirstReserve, raw_.size() * 2, connection_.data().size()});
      AG_CO_RETURN_IF_ERROR(raw_.Reserve(std::min(length, wanted)));
    }
    const std::size_t most = std::min(raw_.room(), length - raw_.size());
    const std::string_view data = connection_.data().substr(0, most);
    if (!data.empty()) {
      AG_CO_RETURN_IF_ERROR(raw_.Append(data, length));
      connection_.Consume(data.size());
      continue;
    }
    const std::size_t direct = connection_.ReadDirect(raw_.tail(), most);
    raw_.Grow(direct);
    if (direct > 0) continue;
    absl::Status more = co_await More();
    if (!more.ok()) co_return more;
  }
  co_return absl::OkStatus();
}

runtime::Task<absl::Status> RequestBody::ReadChunked() {
  AG_CO_RETURN_IF_ERROR(raw_.Reserve(kFirstReserve));
  while (true) {
    std::string_view in = connection_.data();
    std::string_view piece;
    const std::size_t before = in.size();
    const ChunkDecoder::Result result = chunks_.Next(in, piece);
    if (result == ChunkDecoder::Result::kData) {
      if (raw_.size() + piece.size() > limits_.max_body_bytes) co_return TooLarge();
      AG_CO_RETURN_IF_ERROR(raw_.Append(piece, limits_.max_body_bytes));
    }
    connection_.Consume(before - in.size());
    if (result == ChunkDecoder::Result::kDone) co_return absl::OkStatus();
    if (result == ChunkDecoder::Result::kMalformed) {
      co_return MakeError(ErrorKind::kInvalidRequest, "the request's chunked body is malformed");
    }
    if (result == ChunkDecoder::Result::kData) continue;
    absl::Status more = co_await More();
    if (!more.ok()) co_return more;
  }
}

absl::Status RequestBody::UndoCoding(std::string_view coded) {
  const auto decoder = MakeContentDecoder(coding_);
  const std::size_t limit = limits_.max_body_bytes;
  AG_RETURN_IF_ERROR(decoded_.Reserve(std::min(limit, std::max(kFirstReserve, coded.size() * 3))));
  while (!decoder->finished()) {
    if (decoded_.room() == 0) {
      if (decoded_.size() >= limit) return TooLarge();
      AG_RETURN_IF_ERROR(decoded_.Reserve(std::min(limit, decoded_.size() * 2)));
    }
    const std::size_t before = coded.size();
    auto written = decoder->Decode(coded, decoded_.tail(), decoded_.room());
    if (!written.ok()) {
      return MakeError(ErrorKind::kInvalidRequest,
                       absl::StrCat("the request's ", ToAbsl(framing_.content_encoding), " body is damaged"));
    }
    decoded_.Grow(*written);
    if (*written == 0 && before == coded.size() && !decoder->finished()) {
      return MakeError(ErrorKind::kInvalidRequest,
                       absl::StrCat("the request's ", ToAbsl(framing_.content_encoding), " body ends too early"));
    }
  }
  return absl::OkStatus();
}

bool RequestBody::MustClose() const {
  if (complete_) return false;
  if (!failure_.ok() || continue_due_) return true;
  return framing_.body == Framing::Body::kLength && framing_.length > kWorthDraining;
}

runtime::Task<bool> RequestBody::Drain() {
  std::uint64_t skipped = 0;
  while (skipped <= kWorthDraining) {
    std::string_view in = connection_.data();
    if (framing_.body == Framing::Body::kLength) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(framing_.length - skipped, in.size()));
      connection_.Consume(size);
      skipped += size;
      complete_ = skipped == framing_.length;
    } else {
      std::string_view piece;
      ChunkDecoder::Result result = ChunkDecoder::Result::kData;
      while (result == ChunkDecoder::Result::kData) result = chunks_.Next(in, piece);
      if (result == ChunkDecoder::Result::kMalformed) co_return false;
      skipped += connection_.data().size() - in.size();
      connection_.Consume(connection_.data().size() - in.size());
      complete_ = result == ChunkDecoder::Result::kDone;
    }
    if (complete_) co_return true;
    const absl::Status more = co_await More();
    if (!more.ok()) co_return false;
  }
  co_return false;
}

void RequestBody::End() {
  raw_.Release();
  decoded_.Release();
  view_ = {};
  framing_ = Framing();
}

}  // namespace ag::http
