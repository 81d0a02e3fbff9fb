#include "tests/fakes/fake_proxy.h"

#include <absl/strings/str_cat.h>
#include <poll.h>

#include <algorithm>
#include <optional>
#include <utility>

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

std::size_t Byte(char c) { return static_cast<unsigned char>(c); }

// Shorter when the peer ends first.
std::string ReadExactly(ByteStream& stream, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t have = 0;
  while (have < size) {
    const long got = stream.Read(bytes.data() + have, size - have);
    if (got <= 0) break;
    have += static_cast<std::size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

}  // namespace

FakeProxy::FakeProxy(Protocol protocol) : protocol_(protocol), accept_thread_([this] { AcceptLoop(); }) {}

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

std::string FakeProxy::Url() const {
  return absl::StrCat(protocol_ == Protocol::kHttp ? "http" : "socks5h", "://127.0.0.1:", port());
}

void FakeProxy::Map(const std::string& authority, std::uint16_t port) {
  const std::lock_guard lock(mutex_);
  targets_[authority] = port;
}

void FakeProxy::RequireBasic(std::string credentials) {
  const std::lock_guard lock(mutex_);
  credentials_ = std::move(credentials);
}

void FakeProxy::RequireLogin(std::string user, std::string password) {
  const std::lock_guard lock(mutex_);
  const auto length = [](const std::string& text) { return std::string(1, static_cast<char>(text.size())); };
  credentials_ = "\1" + length(user) + user + length(password) + password;
}

void FakeProxy::Refuse(int status) {
  const std::lock_guard lock(mutex_);
  refuse_ = status;
}

void FakeProxy::HoldNext(Gate& reached, const Gate& gate) {
  const std::lock_guard lock(mutex_);
  reached_ = &reached;
  held_ = &gate;
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
  if (protocol_ == Protocol::kHttp) {
    ServeHttp(*tunnel.client);
  } else {
    ServeSocks(*tunnel.client);
  }
  const std::lock_guard lock(mutex_);
  tunnel.client.reset();
}

// Under the lock.
std::unique_ptr<Socket> FakeProxy::Reach(const std::string& authority) {
  const auto found = targets_.find(authority);
  return found == targets_.end() ? nullptr : Connect(found->second);
}

void FakeProxy::ServeHttp(ByteStream& client) {
  MessageReader reader(client);
  const std::optional<MessageHead> head = reader.ReadHead();
  const std::optional<Target> target = head ? ParseLine(head->start_line) : std::nullopt;
  std::unique_ptr<Socket> upstream;
  const Gate* held = nullptr;
  int status = 400;
  if (target) {
    const std::lock_guard lock(mutex_);
    seen_.push_back({head->start_line, head->fields});
    held = std::exchange(held_, nullptr);
    if (held != nullptr) reached_->Open();
    status = Judge(*head);
    if (status == 0) upstream = Reach(target->authority);
    if (status == 0 && !upstream) status = 502;
  }
  if (held != nullptr) held->Wait();
  if (!upstream) {
    const char* challenge = status == 407 ? "Proxy-Authenticate: Basic realm=\"test\"\r\n" : "";
    client.Write(absl::StrCat("HTTP/1.1 ", status, " Refused\r\n", challenge, "Content-Length: 0\r\n\r\n"));
    return;
  }
  std::string first;
  if (target->request_line.empty()) {
    client.Write("HTTP/1.1 200 Connection established\r\n\r\n");
  } else {
    first = target->request_line;
    for (const Field& field : head->fields) {
      if (EqualsIgnoreCase(field.name, "proxy-authorization")) continue;
      absl::StrAppend(&first, field.name, ": ", field.value, "\r\n");
    }
    first += "\r\n";
  }
  if (upstream->Write(first + reader.TakeBuffered())) Relay(client, *upstream);
}

// RFC 1928 section 3, RFC 1929.
bool FakeProxy::SignIn(ByteStream& client) {
  const std::string greeting = ReadExactly(client, 2);
  const std::string methods = greeting.size() == 2 ? ReadExactly(client, Byte(greeting[1])) : std::string();
  std::string wanted;
  {
    const std::lock_guard lock(mutex_);
    wanted = credentials_;
  }
  const char method = wanted.empty() ? '\0' : '\2';
  if (methods.find(method) == std::string::npos) {
    client.Write("\5\xff");
    return false;
  }
  client.Write(std::string{'\5', method});
  if (wanted.empty()) return true;
  std::string login = ReadExactly(client, 2);
  if (login.empty()) return false;  // it left
  login += ReadExactly(client, login.size() == 2 ? Byte(login[1]) + 1 : 0);
  login += ReadExactly(client, Byte(login.back()));
  client.Write(std::string{'\1', login == wanted ? '\0' : '\1'});
  return login == wanted;
}

// RFC 1928 sections 4 and 6. Names only: a client that resolves them itself is not served.
void FakeProxy::ServeSocks(ByteStream& client) {
  if (!SignIn(client)) return;
  const std::string request = ReadExactly(client, 5);
  if (request.size() < 5 || request[3] != '\3') {
    client.Write(std::string("\5\10\0\1\0\0\0\0\0\0", 10));
    return;
  }
  const std::string name = ReadExactly(client, Byte(request[4]));
  const std::string port = ReadExactly(client, 2);
  if (port.size() < 2) return;
  const std::string authority = absl::StrCat(name, ":", Byte(port[0]) * 256 + Byte(port[1]));
  std::unique_ptr<Socket> upstream;
  char code = '\4';
  {
    const std::lock_guard lock(mutex_);
    seen_.push_back({"SOCKS5 " + authority, {}});
    if (refuse_ != 0) code = static_cast<char>(refuse_);
    if (refuse_ == 0) upstream = Reach(authority);
  }
  if (upstream) code = '\0';
  client.Write(std::string{'\5', code, '\0', '\1', '\0', '\0', '\0', '\0', '\0', '\0'});
  if (upstream) Relay(client, *upstream);
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
