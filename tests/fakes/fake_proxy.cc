#include "tests/fakes/fake_proxy.h"

#include <absl/strings/str_cat.h>
#include <poll.h>

#include <algorithm>
#include <optional>

#include "gatewayd/base/strings.h"

namespace ag::test {

struct FakeProxy::Tunnel {
  std::unique_ptr<Socket> client;  // set before the thread starts, reset under the mutex
  std::thread thread;
};

namespace {

struct Target {
  std::string authority;
  std::string request_line;  // for absolute-form requests: what goes on; empty for CONNECT
};

std::optional<Target> ParseLine(const std::string& line) {
  const std::size_t first = line.find(' ');
  const std::size_t second = line.rfind(' ');
  if (first == std::string::npos || second <= first) return std::nullopt;
  const std::string method = line.substr(0, first);
  const std::string target = line.substr(first + 1, second - first - 1);
  if (method == "CONNECT") return Target{target, {}};
  if (target.rfind("http://", 0) != 0) return std::nullopt;
  const std::size_t slash = std::min(target.find('/', 7), target.size());
  std::string authority = target.substr(7, slash - 7);
  if (authority.find(':') == std::string::npos) authority += ":80";
  const std::string path = slash == target.size() ? "/" : target.substr(slash);
  return Target{authority, absl::StrCat(method, " ", path, line.substr(second), "\r\n")};
}

}  // namespace

FakeProxy::FakeProxy() : accept_thread_([this] { AcceptLoop(); }) {}

FakeProxy::~FakeProxy() {
  stopping_.Open();
  listener_.Shutdown();
  accept_thread_.join();
  {
    const std::lock_guard lock(mutex_);
    for (Tunnel& tunnel : tunnels_) {
      if (tunnel.client) tunnel.client->Shutdown();
    }
  }
  for (Tunnel& tunnel : tunnels_) tunnel.thread.join();
}

std::string FakeProxy::Url() const { return absl::StrCat("http://127.0.0.1:", port()); }

void FakeProxy::Map(const std::string& authority, std::uint16_t port) {
  const std::lock_guard lock(mutex_);
  targets_[authority] = port;
}

void FakeProxy::RequireBasic(std::string credentials) {
  const std::lock_guard lock(mutex_);
  credentials_ = std::move(credentials);
}

void FakeProxy::Refuse(int status) {
  const std::lock_guard lock(mutex_);
  refuse_ = status;
}

std::vector<FakeProxy::Seen> FakeProxy::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

void FakeProxy::AcceptLoop() {
  for (int fd = listener_.Accept(); fd >= 0; fd = listener_.Accept()) {
    const std::lock_guard lock(mutex_);
    Tunnel& tunnel = tunnels_.emplace_back();
    tunnel.client = std::make_unique<Socket>(fd);
    tunnel.thread = std::thread([this, &tunnel] { Serve(tunnel); });
  }
}

// 0 = let it pass.
int FakeProxy::Judge(const MessageHead& head) const {
  if (refuse_ != 0) return refuse_;
  if (!credentials_.empty() && head.Find("proxy-authorization") != "Basic " + credentials_) return 407;
  return 0;
}

void FakeProxy::Serve(Tunnel& tunnel) {
  MessageReader reader(*tunnel.client);
  const std::optional<MessageHead> head = reader.ReadHead();
  const std::optional<Target> target = head ? ParseLine(head->start_line) : std::nullopt;
  std::unique_ptr<Socket> upstream;
  int status = 400;
  if (target) {
    const std::lock_guard lock(mutex_);
    seen_.push_back({head->start_line, head->fields});
    status = Judge(*head);
    const auto found = targets_.find(target->authority);
    if (status == 0 && found != targets_.end()) upstream = Connect(found->second);
    if (status == 0 && !upstream) status = 502;
  }
  if (upstream) {
    std::string first;
    if (target->request_line.empty()) {
      tunnel.client->Write("HTTP/1.1 200 Connection established\r\n\r\n");
    } else {
      first = target->request_line;
      for (const Field& field : head->fields) {
        if (!EqualsIgnoreCase(field.name, "proxy-authorization")) {
          absl::StrAppend(&first, field.name, ": ", field.value, "\r\n");
        }
      }
      first += "\r\n";
    }
    if (upstream->Write(first + reader.TakeBuffered())) Relay(*tunnel.client, *upstream);
  } else {
    const char* challenge = status == 407 ? "Proxy-Authenticate: Basic realm=\"test\"\r\n" : "";
    tunnel.client->Write(absl::StrCat("HTTP/1.1 ", status, " Refused\r\n", challenge, "Content-Length: 0\r\n\r\n"));
  }
  const std::lock_guard lock(mutex_);
  tunnel.client.reset();
}

// Until either side ends.
void FakeProxy::Relay(ByteStream& client, ByteStream& target) const {
  char bytes[16384];
  while (true) {
    pollfd entries[] = {{client.fd(), POLLIN, 0}, {target.fd(), POLLIN, 0}, {stopping_.fd(), POLLIN, 0}};
    if (poll(entries, 3, -1) < 0) continue;
    if (entries[2].revents != 0) return;
    for (int from = 0; from < 2; ++from) {
      if (entries[from].revents == 0) continue;
      ByteStream& source = from == 0 ? client : target;
      ByteStream& sink = from == 0 ? target : client;
      const long got = source.Read(bytes, sizeof bytes);
      if (got <= 0 || !sink.Write({bytes, static_cast<std::size_t>(got)})) return;
    }
  }
}

}  // namespace ag::test
