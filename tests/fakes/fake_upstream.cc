#include "tests/fakes/fake_upstream.h"

#include <absl/strings/str_cat.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag::test {

struct FakeUpstream::Connection {
  std::size_t number = 0;
  std::unique_ptr<ByteStream> stream;  // set and reset under the mutex
  bool idle = false;                   // under the mutex
  std::thread thread;
};

FakeUpstream::FakeUpstream() : accept_thread_([this] { AcceptLoop(); }) {}

FakeUpstream::FakeUpstream(const TlsIdentity& identity)
    : identity_(&identity), accept_thread_([this] { AcceptLoop(); }) {}

FakeUpstream::~FakeUpstream() {
  stopping_.Open();
  listener_.Shutdown();
  accept_thread_.join();
  {
    const std::lock_guard lock(mutex_);
    for (Connection& connection : connections_) {
      if (connection.stream) connection.stream->Shutdown();
    }
  }
  for (Connection& connection : connections_) connection.thread.join();
}

std::string FakeUpstream::Origin() const {
  return absl::StrCat(identity_ == nullptr ? "http://127.0.0.1:" : "https://localhost:", port());
}

void FakeUpstream::Enqueue(Reply reply) {
  const std::lock_guard lock(mutex_);
  queue_.push_back(std::move(reply));
}

void FakeUpstream::Respond(Responder responder) {
  const std::lock_guard lock(mutex_);
  responder_ = std::move(responder);
}

void FakeUpstream::On(std::string_view method, std::string_view path, Reply reply) {
  const std::lock_guard lock(mutex_);
  fixed_.emplace_back(absl::StrCat(ToAbsl(method), " ", ToAbsl(path)), std::move(reply));
}

std::vector<RecordedRequest> FakeUpstream::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::vector<RecordedRequest> FakeUpstream::questions() const {
  std::vector<RecordedRequest> posts;
  for (RecordedRequest& request : requests()) {
    if (request.method == "POST") posts.push_back(std::move(request));
  }
  return posts;
}

std::size_t FakeUpstream::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_.size();
}

std::size_t FakeUpstream::open_connections() const {
  const std::lock_guard lock(mutex_);
  return open_;
}

std::size_t FakeUpstream::aborted() const {
  const std::lock_guard lock(mutex_);
  return aborted_;
}

template <typename Condition>
bool FakeUpstream::WaitUntil(std::chrono::milliseconds timeout, Condition condition) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, condition);
}

bool FakeUpstream::WaitForRequests(std::size_t count, std::chrono::milliseconds timeout) const {
  return WaitUntil(timeout, [this, count] { return requests_.size() >= count; });
}

bool FakeUpstream::WaitForAborted(std::size_t count, std::chrono::milliseconds timeout) const {
  return WaitUntil(timeout, [this, count] { return aborted_ >= count; });
}

bool FakeUpstream::WaitForOpenConnections(std::size_t count, std::chrono::milliseconds timeout) const {
  return WaitUntil(timeout, [this, count] { return open_ == count; });
}

bool FakeUpstream::WaitForIdleConnections(std::size_t count, std::chrono::milliseconds timeout) const {
  return WaitUntil(timeout, [this, count] {
    std::size_t idle = 0;
    for (const Connection& connection : connections_) idle += connection.stream && connection.idle ? 1 : 0;
    return idle == count;
  });
}

void FakeUpstream::CloseIdle() {
  const std::lock_guard lock(mutex_);
  for (Connection& connection : connections_) {
    if (connection.stream && connection.idle) connection.stream->Shutdown();
  }
}

void FakeUpstream::AcceptLoop() {
  for (int fd = listener_.Accept(); fd >= 0; fd = listener_.Accept()) {
    const std::lock_guard lock(mutex_);
    Connection& connection = connections_.emplace_back();
    connection.number = connections_.size();
    connection.stream = std::make_unique<Socket>(fd);
    ++open_;
    changed_.notify_all();
    connection.thread = std::thread([this, &connection] { Serve(connection); });
  }
}

void FakeUpstream::Serve(Connection& connection) {
  bool ready = true;
  if (identity_ != nullptr) {
    std::unique_ptr<Socket> plain;
    {
      const std::lock_guard lock(mutex_);
      plain.reset(static_cast<Socket*>(connection.stream.release()));
    }
    std::unique_ptr<ByteStream> secure;
    if (!tls_broken_) secure = identity_->Accept(std::move(plain));
    const std::lock_guard lock(mutex_);
    connection.stream = std::move(secure);
    ready = connection.stream != nullptr;
  }
  if (ready) {
    MessageReader reader(*connection.stream);
    while (ServeOne(connection, reader) == Outcome::kNext) {
    }
  }
  const std::lock_guard lock(mutex_);
  connection.stream.reset();
  --open_;
  changed_.notify_all();
}

FakeUpstream::Outcome FakeUpstream::ServeOne(Connection& connection, MessageReader& reader) {
  {
    const std::lock_guard lock(mutex_);
    connection.idle = true;
    changed_.notify_all();
  }
  const std::optional<MessageHead> head = reader.ReadHead();
  if (!head) return Outcome::kClose;
  RecordedRequest request;
  const std::string& line = head->start_line;
  request.method = line.substr(0, line.find(' '));
  request.target = line.substr(request.method.size() + 1, line.rfind(' ') - request.method.size() - 1);
  request.headers = head->fields;
  request.connection = connection.number;
  {
    const std::lock_guard lock(mutex_);
    connection.idle = false;
  }
  if (const std::optional<Reply> early = FindEarly(request)) {
    Record(request);
    Write(connection, *early);
    // Lingering close: a body that is still coming must not turn the FIN into a reset that destroys the answer.
    connection.stream->CloseWrite();
    char rest[16384];
    while (connection.stream->Read(rest, sizeof rest) > 0) {
    }
    return Outcome::kClose;
  }
  if (EqualsIgnoreCase(head->Find("expect"), "100-continue")) connection.stream->Write("HTTP/1.1 100 Continue\r\n\r\n");
  reader.BeginBody(*head, MessageReader::Unframed::kEmpty);
  request.body = reader.ReadRest();
  if (!reader.complete()) return Outcome::kClose;
  const Reply reply = FindReply(request);
  Record(request);
  return Write(connection, reply);
}

void FakeUpstream::Record(RecordedRequest request) {
  const std::lock_guard lock(mutex_);
  requests_.push_back(std::move(request));
  changed_.notify_all();
}

const Reply* FakeUpstream::FindFixed(const RecordedRequest& request) const {
  const std::string key = absl::StrCat(request.method, " ", ToAbsl(request.Path()));
  const auto found = std::find_if(fixed_.begin(), fixed_.end(), [&](const auto& fixed) { return fixed.first == key; });
  return found == fixed_.end() ? nullptr : &found->second;
}

std::optional<Reply> FakeUpstream::FindEarly(const RecordedRequest& request) {
  const std::lock_guard lock(mutex_);
  if (FindFixed(request) != nullptr || queue_.empty() || !queue_.front().early_) return std::nullopt;
  Reply reply = std::move(queue_.front());
  queue_.pop_front();
  return reply;
}

Reply FakeUpstream::FindReply(const RecordedRequest& request) {
  const std::lock_guard lock(mutex_);
  if (const Reply* fixed = FindFixed(request)) return *fixed;
  if (!queue_.empty()) {
    Reply reply = std::move(queue_.front());
    queue_.pop_front();
    return reply;
  }
  if (responder_) {
    if (std::optional<Reply> reply = responder_(request)) return *std::move(reply);
  }
  return Reply(404).Json(absl::StrCat(R"({"error":{"message":"no reply is scripted for )", request.method, " ",
                                      ToAbsl(request.Path()), R"("}})"));
}

// Waits for the gate; false when the client left or the fake stops meanwhile.
bool FakeUpstream::WaitAt(Connection& connection, const std::shared_ptr<Gate>& gate) {
  if (!gate) return true;
  while (true) {
    // POLLIN alone would also wake for a pipelined request.
    pollfd entries[] = {{gate->fd(), POLLIN, 0}, {stopping_.fd(), POLLIN, 0}, {connection.stream->fd(), POLLRDHUP, 0}};
    if (poll(entries, 3, -1) < 0) {
      AG_CHECK(errno == EINTR);
      continue;
    }
    if (entries[1].revents != 0 || entries[2].revents != 0) return false;
    if (entries[0].revents != 0) return true;
  }
}

FakeUpstream::Outcome FakeUpstream::Aborted() {
  const std::lock_guard lock(mutex_);
  ++aborted_;
  changed_.notify_all();
  return Outcome::kClose;
}

FakeUpstream::Outcome FakeUpstream::Write(Connection& connection, const Reply& reply) {
  if (!WaitAt(connection, reply.head_gate_)) return Aborted();
  if (reply.end_ == Reply::End::kReset) connection.stream->ResetOnClose();
  if (reply.no_head_) return Outcome::kClose;
  if (!reply.raw_.empty()) {
    connection.stream->Write(reply.raw_);
    return Outcome::kClose;
  }
  if (!connection.stream->Write(reply.HeadText())) return Aborted();
  if (!WriteParts(connection, reply)) return Aborted();
  if (!WaitAt(connection, reply.next_gate_)) return Aborted();
  if (reply.end_ != Reply::End::kWell) return Outcome::kClose;
  if (reply.framing_ == Reply::Framing::kChunked && !connection.stream->Write("0\r\n\r\n")) return Aborted();
  const bool close = reply.close_ || reply.framing_ == Reply::Framing::kUntilClose;
  return close ? Outcome::kClose : Outcome::kNext;
}

bool FakeUpstream::WriteParts(Connection& connection, const Reply& reply) {
  for (const Reply::Part& part : reply.parts_) {
    if (!WaitAt(connection, part.gate)) return false;
    for (std::size_t i = 0; i < part.times; ++i) {
      const bool chunked = reply.framing_ == Reply::Framing::kChunked;
      if (chunked && part.bytes.empty()) continue;
      const bool written = connection.stream->Write(
          chunked ? absl::StrCat(absl::Hex(part.bytes.size()), "\r\n", part.bytes, "\r\n") : part.bytes);
      if (!written) return false;
    }
  }
  return true;
}

}  // namespace ag::test
