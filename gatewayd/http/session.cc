#include "gatewayd/http/session.h"

#include <algorithm>
#include <utility>

#include "gatewayd/base/strings.h"
#include "gatewayd/http/head_writer.h"

namespace ag::http {
namespace {

// After an answer that the client may not have read yet: how long we go on taking what it still sends.
constexpr std::chrono::seconds kLingerIdle{5};
constexpr std::chrono::seconds kLingerTotal{30};

// Of an absolute-form target, "http://host/path?query", the part from the path on (RFC 9112 section 3.2.2).
std::string_view OriginForm(std::string_view target) {
  if (target.empty() || target.front() == '/') return target;
  const auto scheme_end = target.find("://");
  if (scheme_end == std::string_view::npos) return target;
  const auto path = target.find_first_of("/?", scheme_end + 3);
  return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
}

}  // namespace

Session::Session(std::shared_ptr<ServerState> state, Connection::Socket socket, Admission admission)
    : state_(std::move(state)),
      admission_(admission),
      connection_(std::make_shared<Connection>(state_->shard, std::move(socket))),
      body_(*connection_, state_->limits, state_->memory),
      writer_(*connection_, body_, state_->replies) {
  ReadAddresses();
  connection_->OnUnexpected([this] { OnUnexpected(); });
}

Session::~Session() {
  connection_->OnUnexpected(nullptr);
  connection_->Close();
}

void Session::ReadAddresses() {
  boost::system::error_code error;
  const auto peer = connection_->socket().remote_endpoint(error);
  if (!error) peer_address_ = peer.address().to_string();
  const auto local = connection_->socket().local_endpoint(error);
  if (error) return;
  local_address_ = local.address().to_string();
  local_port_ = local.port();
}

void Session::Close() {
  connection_->Close();
  if (handling_) writer_.client_left().Cancel();
}

void Session::CloseIfIdle() {
  if (!handling_ && !head_begun_) connection_->Close();
}

// While the handler runs: the client has left, or sends the next request already.
void Session::OnUnexpected() {
  if (!connection_->ended()) {
    connection_->StartRead();
  } else if (handling_) {
    writer_.client_left().Cancel();
  }
}

runtime::Task<void> Session::Run() {
  if (admission_ == Admission::kRefused) {
    error_ = HeadError{503, "the gateway has too many open connections; try again shortly"};
    co_await SendRefusal();
    connection_->Close();
    co_return;
  }
  while (!connection_->closed()) {
    const Head head = TakeHead();
    if (head == Head::kNeedMore) {
      if (connection_->ended()) break;
      ArmForHead();
      co_await connection_->WaitRead();
      AfterWait();
      if (!connection_->timed_out()) continue;
      if (!head_begun_) break;
      error_ = HeadError{408, "the request's head did not come in time"};
    }
    if (head != Head::kComplete) {
      co_await SendRefusal();
      break;
    }
    const bool keep = co_await Serve();
    if (!keep) break;
  }
  connection_->Close();
}

void Session::ArmForHead() {
  const bool begun = !connection_->data().empty();
  if (begun && head_begun_) return;  // one deadline for the whole head
  head_begun_ = begun;
  connection_->Arm(begun || !served_before_ ? state_->limits.head_timeout : state_->limits.keep_alive_timeout);
}

void Session::AfterWait() {
  if (!head_begun_ && !connection_->data().empty()) received_ = state_->shard.clock().Steady();
}

Session::Head Session::Refuse(HeadError error) {
  error_ = error;
  return Head::kRefused;
}

Session::Head Session::TakeHead() {
  // Empty lines before a request are skipped (RFC 9112 section 2.2).
  while (scan_.scanned == 0 && connection_->data().substr(0, 2) == "\r\n") connection_->Consume(2);
  const std::string_view data = connection_->data();
  std::size_t length = 0;
  const HeadScan::State found = FindHeadEnd(data, scan_, length);
  if (found == HeadScan::State::kMalformed) return Refuse({400, "a line of the request's head does not end with CRLF"});
  const std::size_t size = found == HeadScan::State::kComplete ? length : data.size();
  if (size > state_->limits.max_head_bytes) return Refuse({431, "the request's head is too large"});
  if (found == HeadScan::State::kNeedMore) return Head::kNeedMore;
  connection_->Disarm();
  connection_->ClearTimeout();
  scan_ = HeadScan();
  head_begun_ = false;
  if (auto error = ParseRequestHead(data.substr(0, length), head_)) return Refuse(*error);
  if (auto error = RequestFraming(head_, framing_)) return Refuse(*error);
  if (head_.method == "CONNECT") return Refuse({501, "the gateway is not a proxy: CONNECT is not offered"});
  connection_->Consume(length);
  connection_->Pin();
  FillRequest();
  return Head::kComplete;
}

void Session::FillRequest() {
  request_.method = head_.method;
  request_.target = head_.target;
  const std::string_view origin_form = OriginForm(head_.target);
  const auto question = origin_form.find('?');
  request_.path = origin_form.substr(0, question);
  if (request_.path.empty()) request_.path = "/";
  request_.query = question == std::string_view::npos ? std::string_view() : origin_form.substr(question + 1);
  request_.headers = Headers(head_.fields);
  request_.http10 = head_.minor_version == 0;
  request_.peer_address = peer_address_;
  request_.local_address = local_address_;
  request_.local_port = local_port_;
  request_.received = received_;
  request_.arena = &arena_;
}

// One request, from its complete head to its answer. False when the connection must close.
runtime::Task<bool> Session::Serve() {
  handling_ = true;
  served_before_ = true;
  writer_.Begin(head_, framing_);
  body_.Begin(framing_);
  co_await state_->handler.Handle(request_, body_, writer_);
  handling_ = false;
  if (!writer_.finished()) {
    writer_.Abort();
    co_return false;
  }
  if (writer_.closing()) {
    // A socket that is closed with unread input resets the connection, and the client may lose the answer.
    if (!body_.complete() || !connection_->data().empty()) co_await Linger();
    co_return false;
  }
  if (!body_.complete()) {
    const bool drained = co_await body_.Drain();
    if (!drained) {
      co_await Linger();
      co_return false;
    }
  }
  body_.End();
  arena_.Reset();
  connection_->Unpin();
  if (!connection_->data().empty()) received_ = state_->shard.clock().Steady();
  co_return !state_->replies.draining;
}

runtime::Task<void> Session::SendRefusal() {
  const std::string body = state_->error_body(error_.status, error_.message);
  const Header type{"Content-Type", "application/json"};
  ResponseHead head;
  head.status = error_.status;
  head.headers = {&type, 1};
  ReplyLines lines;
  lines.framing = ReplyFramingField::kLength;
  lines.length = body.size();
  lines.connection = "close";
  lines.date_line = state_->replies.date.Line(state_->shard.clock().Now());
  std::string text;
  AppendReplyHead(text, head, lines);
  connection_->Queue(text);
  connection_->Queue(body);
  const Connection::Flushed sent =
      co_await connection_->FlushRest(state_->limits.write_idle_timeout, Connection::OnInput::kIgnore);
  if (sent == Connection::Flushed::kDone) co_await Linger();
}

runtime::Task<void> Session::Linger() {
  connection_->ShutdownWrite();
  const SteadyTime give_up = state_->shard.clock().Steady() + kLingerTotal;
  while (true) {
    connection_->Consume(connection_->data().size());
    if (connection_->ended() || state_->replies.draining) co_return;
    if (state_->shard.clock().Steady() >= give_up) co_return;
    connection_->Arm(kLingerIdle);
    co_await connection_->WaitRead();
    connection_->Disarm();
    if (connection_->timed_out()) co_return;
  }
}

}  // namespace ag::http
