#include "gatewayd/http/pooled_exchange.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/http/head_writer.h"

namespace ag::http {
namespace {

constexpr std::size_t kMaxHead = 64 * 1024;
constexpr std::size_t kDecodedBlock = 32 * 1024;
// After the end that the caller has seen in the body; more is not worth the connection.
constexpr std::size_t kMostDropped = 64 * 1024;

bool UsuallyHasBody(std::string_view method) { return method == "POST" || method == "PUT" || method == "PATCH"; }

}  // namespace

PooledExchange::PooledExchange(std::shared_ptr<ConnectionPool> pool, Origin& origin,
                               std::shared_ptr<Connection> connection, runtime::CancelSource* cancel, Timings timings)
    : pool_(std::move(pool)), origin_(origin), connection_(std::move(connection)), cancel_(cancel), timings_(timings) {
  hook_.emplace(cancel_, [this] { connection_->Close(); });
}

PooledExchange::~PooledExchange() {
  hook_.reset();
  if (connection_ == nullptr) return;
  const bool drain = end_is_near_ && framing_.body != Framing::Body::kUntilClose;
  if ((body_done_ || drain) && framing_.keep_alive && sent_all_) {
    Release();
  } else {
    connection_->Close();
  }
}

std::string PooledExchange::Place() const {
  return absl::StrCat(origin_.route.target.host, ":", origin_.route.target.port);
}

absl::Status PooledExchange::Cancelled() const {
  return MakeError(ErrorKind::kClientLeft, absl::StrCat("the client left while ", Place(), " was answering"));
}

void PooledExchange::QueueRequest(const OutgoingRequest& request) {
  RequestLines lines;
  lines.method = request.method;
  lines.host = origin_.host_header;
  lines.proxy_authorization = origin_.proxy_authorization;
  std::uint64_t size = 0;
  for (const auto piece : request.body) size += piece.size();
  if (size > 0 || UsuallyHasBody(request.method)) lines.length = size;
  std::string absolute;
  lines.target = request.target;
  if (!origin_.absolute_prefix.empty()) {
    absolute = origin_.absolute_prefix;
    absolute += request.target;
    lines.target = absolute;
  }
  std::string& text = connection_->scratch();
  text.clear();
  AppendRequestHead(text, lines, request.headers);
  connection_->Queue(text);
  for (const auto piece : request.body) connection_->Queue(piece);
}

runtime::Task<absl::Status> PooledExchange::Begin(const OutgoingRequest& request) {
  to_head_request_ = request.method == "HEAD";
  const auto timeout = request.head_timeout.value_or(pool_->options()->head_timeout);
  if (cancelled()) co_return Cancelled();
  // The last moment: what is queued goes out without a further wait.
  if (request.withdrawn != nullptr && request.withdrawn->load(std::memory_order_acquire)) {
    co_return MakeError(ErrorKind::kNoAccount, absl::StrCat("the request was withdrawn before ", Place(), " got it"));
  }
  QueueRequest(request);
  Connection::Flushed flushed = connection_->Flush();
  if (flushed == Connection::Flushed::kBlocked) {
    flushed = co_await connection_->FlushRest(pool_->options()->idle_timeout, Connection::OnInput::kStop);
  }
  if (cancelled()) co_return Cancelled();
  if (flushed == Connection::Flushed::kTimeout) {
    co_return MakeError(ErrorKind::kHeadTimeout, absl::StrCat(Place(), " stopped taking the request"));
  }
  // A server that answers early, or closes, has often sent its reason already: it is read in any case.
  sent_all_ = flushed == Connection::Flushed::kDone;
  absl::Status read = co_await ReadHead(timeout);
  co_return read;
}

runtime::Task<absl::Status> PooledExchange::ReadHead(std::chrono::milliseconds timeout) {
  connection_->Arm(timeout);
  absl::Status failure;
  while (true) {
    const Step step = TakeHead(failure);
    if (step == Step::kReady) break;
    if (step == Step::kFailed) co_return failure;
    if (connection_->ended() || connection_->timed_out()) co_return HeadFailure(timeout);
    co_await connection_->WaitRead();
  }
  connection_->Disarm();
  co_return DecodeSetup();
}

absl::Status PooledExchange::HeadFailure(std::chrono::milliseconds timeout) {
  if (cancelled()) return Cancelled();
  if (connection_->timed_out()) {
    return MakeError(ErrorKind::kHeadTimeout,
                     absl::StrCat(Place(), " did not begin its answer within ", timeout.count(), " ms"));
  }
  stale_ = connection_->data().empty() && !head_done_;
  return MakeError(ErrorKind::kStreamCut, absl::StrCat(Place(), " closed the connection before it answered"));
}

PooledExchange::Step PooledExchange::TakeHead(absl::Status& failure) {
  const auto refuse = [&](std::string_view why) {
    failure =
        MakeError(ErrorKind::kProtocol, absl::StrCat("the answer of ", Place(), " is not valid HTTP: ", ToAbsl(why)));
    return Step::kFailed;
  };
  while (true) {
    const std::string_view data = connection_->data();
    std::size_t length = 0;
    const auto found = FindHeadEnd(data, scan_, length);
    if (found == HeadScan::State::kMalformed) return refuse("a line of its head does not end with CRLF");
    if (data.size() > kMaxHead && (found == HeadScan::State::kNeedMore || length > kMaxHead)) {
      return refuse("its head is larger than 64 KB");
    }
    if (found == HeadScan::State::kNeedMore) return Step::kNeedMore;
    if (const auto error = ParseReplyHead(data.substr(0, length), head_)) return refuse(error->message);
    connection_->Consume(length);
    scan_ = HeadScan();
    head_done_ = true;
    if (head_.status == 101) return refuse("it switches protocols, which nobody asked for");
    if (head_.status >= 200) break;
  }
  if (const auto error = ReplyFraming(head_, ReplyContext{to_head_request_}, framing_)) return refuse(error->message);
  connection_->Pin();
  left_ = framing_.length;
  body_done_ = framing_.body == Framing::Body::kNone;
  return Step::kReady;
}

absl::Status PooledExchange::DecodeSetup() {
  if (framing_.content_encoding.empty() || body_done_) return absl::OkStatus();
  const auto coding = ContentCodingFromName(framing_.content_encoding);
  if (!coding || *coding == ContentCoding::kIdentity) return absl::OkStatus();
  decoder_ = MakeContentDecoder(*coding);
  decoded_.reset(new char[kDecodedBlock]);
  // The caller sees the plain body, so these two would be lies.
  const auto stale = std::remove_if(head_.fields.begin(), head_.fields.end(), [](const Header& field) {
    return EqualsIgnoreCase(field.name, "content-encoding") || EqualsIgnoreCase(field.name, "content-length");
  });
  head_.fields.erase(stale, head_.fields.end());
  return absl::OkStatus();
}

PooledExchange::Step PooledExchange::TakePiece(std::string_view& piece, absl::Status& failure) {
  piece = {};
  if (body_done_) return Step::kReady;
  if (framing_.body == Framing::Body::kChunked) return TakeChunks(piece, failure);
  const std::string_view data = connection_->data();
  if (framing_.body == Framing::Body::kLength) {
    piece = data.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, data.size())));
    left_ -= piece.size();
    body_done_ = left_ == 0;
  } else {
    piece = data;
    body_done_ = piece.empty() && connection_->ended() && !connection_->ended_badly();
  }
  connection_->Consume(piece.size());
  return piece.empty() && !body_done_ ? Step::kNeedMore : Step::kReady;
}

// Puts the chunks that have come together, in place: events that came in one packet leave in one.
PooledExchange::Step PooledExchange::TakeChunks(std::string_view& piece, absl::Status& failure) {
  const std::string_view data = connection_->data();
  std::string_view in = data;
  char* out = nullptr;
  std::size_t size = 0;
  while (true) {
    std::string_view next;
    const auto result = chunks_.Next(in, next);
    if (result == ChunkDecoder::Result::kMalformed) {
      failure = MakeError(ErrorKind::kProtocol, absl::StrCat("the chunked answer of ", Place(), " is malformed"));
      return Step::kFailed;
    }
    if (result == ChunkDecoder::Result::kData) {
      if (out == nullptr) out = const_cast<char*>(next.data());  // our own buffer
      if (out + size != next.data()) std::memmove(out + size, next.data(), next.size());
      size += next.size();
      continue;
    }
    body_done_ = result == ChunkDecoder::Result::kDone;
    break;
  }
  connection_->Consume(data.size() - in.size());
  piece = {out, size};
  return size == 0 && !body_done_ ? Step::kNeedMore : Step::kReady;
}

PooledExchange::Step PooledExchange::TakeDecoded(std::string_view& piece, absl::Status& failure) {
  while (true) {
    if (coded_.empty() && !decoder_has_more_) {
      const Step step = TakePiece(coded_, failure);
      if (step != Step::kReady) return step;
    }
    const bool last = coded_.empty() && !decoder_has_more_;
    auto written = decoder_->Decode(coded_, decoded_.get(), kDecodedBlock);
    if (!written.ok()) {
      failure = MakeError(ErrorKind::kProtocol, absl::StrCat("the compressed answer of ", Place(), " is damaged"));
      return Step::kFailed;
    }
    decoder_has_more_ = *written == kDecodedBlock;
    piece = {decoded_.get(), *written};
    if (*written > 0) return Step::kReady;
    if (!last) continue;
    if (decoder_->finished()) return Step::kReady;
    failure = MakeError(ErrorKind::kStreamCut, absl::StrCat("the compressed answer of ", Place(), " ends too early"));
    return Step::kFailed;
  }
}

PooledExchange::Step PooledExchange::TakeNext(std::string_view& piece, absl::Status& failure) {
  return decoder_ != nullptr ? TakeDecoded(piece, failure) : TakePiece(piece, failure);
}

runtime::Task<absl::StatusOr<std::string_view>> PooledExchange::Read() {
  std::string_view piece;
  absl::Status failure;
  if (cancelled()) co_return Cancelled();
  if (finished_) co_return piece;
  while (true) {
    const Step step = TakeNext(piece, failure);
    if (step == Step::kFailed) co_return failure;
    if (step == Step::kReady) break;
    if (connection_->ended()) co_return WaitFailure();
    connection_->Arm(pool_->options()->idle_timeout);
    co_await connection_->WaitRead();
    connection_->Disarm();
    if (cancelled() || connection_->timed_out()) co_return WaitFailure();
  }
  if (piece.empty()) Finish();
  co_return piece;
}

absl::Status PooledExchange::WaitFailure() {
  if (cancelled()) return Cancelled();
  if (connection_->timed_out()) {
    return MakeError(ErrorKind::kIdleTimeout,
                     absl::StrCat(Place(), " sent nothing for ", pool_->options()->idle_timeout.count(), " ms"));
  }
  return MakeError(ErrorKind::kStreamCut, absl::StrCat(Place(), " closed the connection within its answer"));
}

runtime::Task<absl::StatusOr<std::string>> PooledExchange::ReadAll(std::size_t limit) {
  std::string text;
  while (text.size() < limit) {
    auto piece = co_await Read();
    if (!piece.ok()) co_return piece.status();
    if (piece->empty()) co_return text;
    text.append(piece->substr(0, limit - text.size()));
  }
  co_return text;
}

bool PooledExchange::TryFinish() {
  end_is_near_ = false;
  std::size_t dropped = 0;
  std::string_view piece;
  absl::Status failure;
  while (!finished_) {
    if (cancelled()) return false;
    const Step step = TakeNext(piece, failure);
    if (step == Step::kFailed) return false;
    if (step == Step::kNeedMore) {
      if (connection_->ReadNow()) continue;
      end_is_near_ = !connection_->ended();
      return false;
    }
    if (piece.empty()) {
      Finish();
      return true;
    }
    dropped += piece.size();
    if (dropped > kMostDropped) return false;
  }
  return true;
}

// The connection stays with us until we die: the head's views point into its buffer.
void PooledExchange::Finish() {
  finished_ = true;
  hook_.reset();
  connection_->Disarm();
}

void PooledExchange::Release() {
  if (body_done_) {
    pool_->Put(origin_, std::move(connection_));
    return;
  }
  BodyRest rest;
  rest.chunked = framing_.body == Framing::Body::kChunked;
  rest.chunks = chunks_;
  rest.left = left_;
  pool_->Drain(origin_, std::move(connection_), rest);
}

}  // namespace ag::http
