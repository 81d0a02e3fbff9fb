#include <absl/strings/str_cat.h>

#include <array>
#include <boost/asio/ip/address.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/http/proxy_tunnel.h"

// https://www.rfc-editor.org/rfc/rfc1928, https://www.rfc-editor.org/rfc/rfc1929
namespace ag::http {
namespace {

constexpr char kVersion = 5;
constexpr char kNoAuthentication = 0;
constexpr char kUserPassword = 2;
constexpr char kConnect = 1;
constexpr char kAddressV4 = 1;
constexpr char kAddressName = 3;
constexpr char kAddressV6 = 4;
constexpr std::size_t kMaxText = 255;  // of a name, a user name, a password: one byte holds its length

// The bytes 1 to 8 of a reply's second field.
constexpr std::array<std::string_view, 9> kReplies{"",
                                                   "it failed (general failure)",
                                                   "its rules forbid it",
                                                   "the network is unreachable from there",
                                                   "the host is unknown or unreachable from there",
                                                   "the host refused the connection",
                                                   "the way there is too long (TTL expired)",
                                                   "it does not serve CONNECT",
                                                   "it does not take this kind of address"};

std::string ReplyText(unsigned char code) {
  if (code < kReplies.size()) return std::string(kReplies[code]);
  return absl::StrCat("it answered with the unknown code ", static_cast<int>(code));
}

void AppendText(std::string& out, std::string_view text) {
  out += static_cast<char>(static_cast<unsigned char>(text.size()));
  out += text;
}

std::string Greeting(const ProxyAddress& proxy) {
  if (proxy.user.empty()) return {kVersion, 1, kNoAuthentication};
  return {kVersion, 2, kNoAuthentication, kUserPassword};
}

std::string Credentials(const ProxyAddress& proxy) {
  std::string out(1, '\1');
  AppendText(out, proxy.user);
  AppendText(out, proxy.password.Reveal());
  return out;
}

std::string ConnectRequest(const Url& target) {
  std::string out{kVersion, kConnect, 0};
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(target.host, error);
  if (error) {
    out += kAddressName;
    AppendText(out, target.host);
  } else if (address.is_v4()) {
    out += kAddressV4;
    for (const unsigned char byte : address.to_v4().to_bytes()) out += static_cast<char>(byte);
  } else {
    out += kAddressV6;
    for (const unsigned char byte : address.to_v6().to_bytes()) out += static_cast<char>(byte);
  }
  out += static_cast<char>(target.port >> 8U);
  out += static_cast<char>(target.port & 0xffU);
  return out;
}

// Of a reply whose first five bytes are there; 0 for a kind of address that does not exist.
std::size_t ReplyLength(std::string_view reply) {
  constexpr std::size_t kFixed = 4 + 2;  // before and after the address
  switch (reply[3]) {
    case kAddressV4:
      return kFixed + 4;
    case kAddressV6:
      return kFixed + 16;
    case kAddressName:
      return kFixed + 1 + static_cast<unsigned char>(reply[4]);
    default:
      return 0;
  }
}

// One tunnel being opened: each step sends something and reads its answer.
class Handshake {
 public:
  Handshake(Connection& connection, const ProxyAddress& proxy, const Url& target, std::chrono::milliseconds patience)
      : connection_(connection), proxy_(proxy), target_(target), patience_(patience) {}

  runtime::Task<absl::Status> Run() {
    if (absl::Status fits = CheckLengths(); !fits.ok()) co_return fits;
    absl::Status step = co_await ChooseMethod();
    AG_CO_RETURN_IF_ERROR(step);
    step = co_await RequestConnection();
    AG_CO_RETURN_IF_ERROR(step);
    if (!connection_.data().empty()) co_return Fail("it sent bytes of its own into the tunnel");
    connection_.Unpin();
    co_return absl::OkStatus();
  }

 private:
  absl::Status Fail(std::string_view why) const { return TunnelError(proxy_, target_, why); }

  absl::Status CheckLengths() const {
    if (target_.host.size() > kMaxText) return Fail("the host's name is too long for SOCKS5");
    const bool fits = proxy_.user.size() <= kMaxText && proxy_.password.Reveal().size() <= kMaxText;
    return fits ? absl::OkStatus() : Fail("its user name or password is longer than the 255 bytes of SOCKS5");
  }

  runtime::Task<absl::Status> ChooseMethod() {
    absl::Status step = co_await Exchange(Greeting(proxy_), 2);
    AG_CO_RETURN_IF_ERROR(step);
    if (connection_.data()[0] != kVersion) co_return Fail("it does not speak SOCKS5; is it an HTTP proxy (http://)?");
    const char method = connection_.data()[1];
    connection_.Consume(2);
    if (method == kNoAuthentication) co_return absl::OkStatus();
    if (method != kUserPassword || proxy_.user.empty()) {
      co_return Fail(proxy_.user.empty() ? "it asks for a user name and password; write them in its URL: "
                                           "socks5h://user:password@host:port"
                                         : "it takes no user name and password, and asks for another sign-in");
    }
    step = co_await Exchange(Credentials(proxy_), 2);
    AG_CO_RETURN_IF_ERROR(step);
    const bool welcome = connection_.data()[1] == 0;
    connection_.Consume(2);
    if (!welcome) co_return Fail("it refuses the user name and password of its URL");
    co_return absl::OkStatus();
  }

  runtime::Task<absl::Status> RequestConnection() {
    absl::Status step = co_await Exchange(ConnectRequest(target_), 2);
    AG_CO_RETURN_IF_ERROR(step);
    const auto code = static_cast<unsigned char>(connection_.data()[1]);
    if (code != 0) co_return Fail(ReplyText(code));  // some servers close without the rest
    step = co_await ReadUntil(5);
    AG_CO_RETURN_IF_ERROR(step);
    const std::size_t length = ReplyLength(connection_.data());
    if (length == 0) co_return Fail("its answer is not SOCKS5");
    step = co_await ReadUntil(length);
    AG_CO_RETURN_IF_ERROR(step);
    connection_.Consume(length);
    co_return absl::OkStatus();
  }

  // Sends `message`, and reads until the answer has `bytes`.
  runtime::Task<absl::Status> Exchange(std::string message, std::size_t bytes) {
    connection_.Queue(message);
    const Connection::Flushed sent = co_await connection_.FlushRest(patience_, Connection::OnInput::kIgnore);
    if (sent != Connection::Flushed::kDone) co_return Fail("it did not take the request");
    absl::Status read = co_await ReadUntil(bytes);
    co_return read;
  }

  runtime::Task<absl::Status> ReadUntil(std::size_t bytes) {
    while (connection_.data().size() < bytes) {
      if (connection_.ended()) co_return Fail("it closed the connection");
      co_await connection_.WaitRead();
    }
    co_return absl::OkStatus();
  }

  Connection& connection_;
  const ProxyAddress& proxy_;
  const Url& target_;
  const std::chrono::milliseconds patience_;
};

}  // namespace

runtime::Task<absl::Status> OpenSocksTunnel(Connection& connection, const ProxyAddress& proxy, const Url& target,
                                            std::chrono::milliseconds patience) {
  Handshake handshake(connection, proxy, target, patience);
  absl::Status opened = co_await handshake.Run();
  co_return opened;
}

}  // namespace ag::http
