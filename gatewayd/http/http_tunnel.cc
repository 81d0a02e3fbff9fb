#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/http/head_parser.h"
#include "gatewayd/http/proxy_tunnel.h"

namespace ag::http {
namespace {

constexpr std::size_t kMaxHead = 64 * 1024;

// Whether a challenge of that scheme is among the reply's Proxy-Authenticate fields (RFC 9110, 11.3).
bool Offers(const ReplyHead& head, std::string_view scheme) {
  return std::ranges::any_of(head.fields, [&](const Header& field) {
    if (!EqualsIgnoreCase(field.name, "proxy-authenticate")) return false;
    const auto challenges = absl::StrSplit(ToAbsl(field.value), ',');
    return std::any_of(challenges.begin(), challenges.end(), [&](absl::string_view challenge) {
      const std::string_view text = TrimSpace(ToStd(challenge));
      return EqualsIgnoreCase(text.substr(0, text.find(' ')), scheme);
    });
  });
}

// What to do about a 407.
std::string_view Unauthorized(const ReplyHead& head, const ProxyAddress& proxy) {
  const bool says_nothing = !Headers(head.fields).Has("proxy-authenticate");
  if (says_nothing || Offers(head, "basic")) {
    return proxy.user.empty() ? "it asks for a user name and password (407); write them in its URL: "
                                "http://user:password@host:port"
                              : "it refuses the user name and password of its URL (407)";
  }
  if (Offers(head, "negotiate") || Offers(head, "ntlm") || Offers(head, "kerberos")) {
    return "it asks for a Windows sign-in (407, NTLM or Kerberos), which AG Gateway does not do. Run a local proxy "
           "that "
           "signs in there, such as cntlm or px, and set that one: http://127.0.0.1:3128";
  }
  return "it asks for a sign-in that AG Gateway does not do (407; only Basic is spoken). Run a local proxy that signs "
         "in there, and set that one: http://127.0.0.1:3128";
}

// What is wrong with the proxy's answer; empty when the tunnel is open.
std::string Judge(const ReplyHead& head, const ProxyAddress& proxy) {
  if (head.status == 407) return std::string(Unauthorized(head, proxy));
  if (head.status >= 200 && head.status <= 299) return {};
  return absl::StrCat("it answered ", head.status, " ", ToAbsl(head.reason));
}

}  // namespace

std::string ProxyAuthorization(const ProxyAddress& proxy) {
  if (proxy.user.empty()) return {};
  const std::string pair = absl::StrCat(proxy.user, ":", ToAbsl(proxy.password.Reveal()));
  return absl::StrCat("Basic ", absl::Base64Escape(pair));
}

absl::Status TunnelError(const ProxyAddress& proxy, const Url& target, std::string_view why) {
  return MakeError(ErrorKind::kEgress,
                   absl::StrCat("the outgoing proxy ", proxy.host, ":", proxy.port, " gave no way to ", target.host,
                                ":", target.port, ": ", ToAbsl(why)));
}

runtime::Task<absl::Status> OpenHttpTunnel(Connection& connection, const ProxyAddress& proxy, const Url& target,
                                           std::chrono::milliseconds patience) {
  const bool v6 = target.host.find(':') != std::string::npos;
  const std::string authority = absl::StrCat(v6 ? "[" : "", target.host, v6 ? "]:" : ":", target.port);
  std::string request = absl::StrCat("CONNECT ", authority, " HTTP/1.1\r\nHost: ", authority, "\r\n");
  const std::string authorization = ProxyAuthorization(proxy);
  if (!authorization.empty()) absl::StrAppend(&request, "Proxy-Authorization: ", authorization, "\r\n");
  absl::StrAppend(&request, "\r\n");
  connection.Queue(request);
  const Connection::Flushed sent = co_await connection.FlushRest(patience, Connection::OnInput::kIgnore);
  if (sent != Connection::Flushed::kDone) co_return TunnelError(proxy, target, "it did not take the request");
  HeadScan scan;
  std::size_t length = 0;
  while (true) {
    const auto found = FindHeadEnd(connection.data(), scan, length);
    if (found == HeadScan::State::kComplete) break;
    if (found == HeadScan::State::kMalformed || connection.data().size() > kMaxHead) {
      co_return TunnelError(proxy, target, "its answer is not HTTP");
    }
    if (connection.ended()) co_return TunnelError(proxy, target, "it closed the connection");
    co_await connection.WaitRead();
  }
  ReplyHead head;
  if (ParseReplyHead(connection.data().substr(0, length), head)) {
    co_return TunnelError(proxy, target, "its answer is not HTTP");
  }
  const std::string fault = Judge(head, proxy);
  if (!fault.empty()) co_return TunnelError(proxy, target, fault);
  connection.Consume(length);
  if (!connection.data().empty()) {
    co_return TunnelError(proxy, target, "it sent bytes of its own into the tunnel");
  }
  connection.Unpin();
  co_return absl::OkStatus();
}

}  // namespace ag::http
