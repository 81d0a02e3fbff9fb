#include "gatewayd/auth/origin_guard.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>

#include "gatewayd/base/error.h"
#include "gatewayd/base/strings.h"

namespace ag::auth {
namespace {

using Address = std::array<std::uint8_t, 16>;  // IPv4 in its mapped form, so that both spellings compare equal

// Strict forms only: what inet_aton takes beyond them ("127.1", "0x7f.1") is a name to us.
std::optional<Address> ParseAddress(std::string_view text) {
  const std::string literal(text);
  Address address{};
  if (text.find(':') != std::string_view::npos) {
    if (inet_pton(AF_INET6, literal.c_str(), address.data()) != 1) return std::nullopt;
    return address;
  }
  in_addr v4{};
  if (inet_pton(AF_INET, literal.c_str(), &v4) != 1) return std::nullopt;
  address[10] = address[11] = 0xff;
  std::memcpy(&address[12], &v4, sizeof v4);
  return address;
}

bool IsLoopback(const Address& address) {
  in6_addr v6{};
  std::memcpy(&v6, address.data(), sizeof v6);
  return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && address[12] == 127);
}

struct HostPort {
  std::string host;  // lower case, without brackets and trailing dot
  std::string port;  // digits, or empty
  bool bracketed = false;
};

bool IsPort(std::string_view text) {
  if (text.empty() || text.size() > 5) return false;
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) return false;
  return std::stoi(std::string(text)) <= 65535;
}

bool IsNameCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_';
}

// host[:port], as in Host and in an Origin (RFC 3986 section 3.2); none when it is anything else, userinfo included.
std::optional<HostPort> SplitHostPort(std::string_view text) {
  HostPort result;
  std::string_view host;
  std::string_view rest;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
    result.bracketed = true;
    if (host.find(':') == std::string_view::npos || !ParseAddress(host)) return std::nullopt;
  } else {
    host = text.substr(0, text.find(':'));
    rest = text.substr(host.size());
    if (host.ends_with('.')) host.remove_suffix(1);
    if (!std::all_of(host.begin(), host.end(), IsNameCharacter)) return std::nullopt;
  }
  if (host.empty()) return std::nullopt;
  if (!rest.empty()) {
    if (rest.front() != ':' || !IsPort(rest.substr(1))) return std::nullopt;
    result.port = std::string(rest.substr(1));
  }
  result.host = absl::AsciiStrToLower(ToAbsl(host));
  return result;
}

// "localhost" and what lies below it are loopback by definition (RFC 6761 section 6.3).
bool IsLoopbackHost(const HostPort& host) {
  if (const auto address = ParseAddress(host.host)) return IsLoopback(*address);
  return host.host == "localhost" || (host.host.ends_with(".localhost") && host.host.front() != '.');
}

// An origin in the form that browsers send: lower case, without the scheme's own port and without a final slash.
std::string Normalised(std::string_view origin) {
  std::string text = absl::AsciiStrToLower(ToAbsl(TrimSpace(origin)));
  if (text.ends_with('/') && !text.ends_with("//")) text.pop_back();
  for (const auto& [scheme, port] :
       {std::pair<std::string_view, std::string_view>{"http://", ":80"}, {"https://", ":443"}}) {
    if (text.starts_with(scheme) && text.ends_with(port)) text.resize(text.size() - port.size());
  }
  return text;
}

bool IsPlain(std::string_view text) {
  return !text.empty() && text.size() <= 200 && std::all_of(text.begin(), text.end(), [](char c) {
    return IsNameCharacter(c) || c == ':' || c == '/' || c == '[' || c == ']';
  });
}

// The caller's text lands in an error and in a command that the user may paste into a shell: only harmless characters.
std::string Quoted(std::string_view text) {
  return IsPlain(text) ? absl::StrCat("'", ToAbsl(text), "'") : std::string("(not a plain name)");
}

// Setting a list replaces it, so the command carries what is allowed already.
std::string SettingLine(std::string_view key, std::vector<std::string> values, std::string_view added) {
  if (!IsPlain(added)) return {};
  values.emplace_back(added);
  return absl::StrCat("agctl config set ", ToAbsl(key), " ", absl::StrJoin(values, ","));
}

absl::Status Refuse(std::string_view what, const std::string& setting) {
  std::string message = absl::StrCat(ToAbsl(what), " Send the gateway key (agctl config get proxy.api_key)");
  if (!setting.empty()) absl::StrAppend(&message, ", or allow it with: ", setting);
  return MakeError(ErrorKind::kOriginRefused, message);
}

bool IsAllowedHost(const OriginPolicy& policy, std::string_view local_address, const HostPort& host) {
  if (IsLoopbackHost(host) || host.host == "host.docker.internal") return true;
  if (const auto address = ParseAddress(host.host)) {
    if (address == ParseAddress(local_address.substr(0, local_address.find('%')))) return true;  // without zone
  }
  for (const std::string& allowed : policy.allowed_hosts) {
    const auto known = SplitHostPort(TrimSpace(allowed));
    if (known && known->host == host.host) return true;
    const auto bare_v6 = ParseAddress(TrimSpace(allowed));
    if (bare_v6 && bare_v6 == ParseAddress(host.host)) return true;
  }
  if (!policy.lan || policy.machine_name.empty()) return false;
  const std::string machine = absl::AsciiStrToLower(policy.machine_name);
  return host.host == machine || host.host == absl::StrCat(machine, ".local");
}

absl::Status CheckHost(const OriginPolicy& policy, const GuardInput& input) {
  const std::size_t count = input.headers.Count("host");
  if (count == 0 && input.http10) return absl::OkStatus();
  if (count == 0) return MakeError(ErrorKind::kInvalidRequest, "The request has no Host header (RFC 9112 section 3.2)");
  if (count > 1) return MakeError(ErrorKind::kInvalidRequest, "The request has more than one Host header");
  const std::string_view text = TrimSpace(input.headers.Find("host"));
  const auto host = SplitHostPort(text);
  if (!host) return MakeError(ErrorKind::kInvalidRequest, "The request's Host header is not a host name with a port");
  if (IsAllowedHost(policy, input.local_address, *host)) return absl::OkStatus();
  // A key does not help here: after DNS rebinding, the page's own server would receive it.
  return MakeError(ErrorKind::kOriginRefused,
                   absl::StrCat("The request was sent to the host ", Quoted(host->host),
                                ", which is not a name of this gateway. Use 127.0.0.1 or localhost, or allow the name "
                                "with: ",
                                SettingLine("proxy.allowed_hosts", policy.allowed_hosts, host->host)));
}

bool SaysCrossSite(const http::Headers& headers) {
  const auto fields = headers.all();
  return std::any_of(fields.begin(), fields.end(), [](const http::Header& field) {
    return EqualsIgnoreCase(field.name, "sec-fetch-site") && EqualsIgnoreCase(TrimSpace(field.value), "cross-site");
  });
}

}  // namespace

bool IsTrustedOrigin(const OriginPolicy& policy, std::string_view origin) {
  const std::string text = Normalised(origin);
  for (const std::string& allowed : policy.allowed_origins) {
    if (!text.empty() && Normalised(allowed) == text) return true;
  }
  const auto colon = text.find(':');
  if (colon == std::string::npos) return false;  // "null" as well
  const std::string_view scheme = std::string_view(text).substr(0, colon);
  // Desktop applications; no web page can have such an origin.
  for (const std::string_view local : {"app", "file", "tauri", "vscode-webview"}) {
    if (scheme == local) return true;
  }
  if (scheme != "http" && scheme != "https") return false;
  const std::string_view rest = std::string_view(text).substr(colon);
  if (!rest.starts_with("://")) return false;
  const auto host = SplitHostPort(rest.substr(3));
  return host && IsLoopbackHost(*host);
}

absl::Status CheckOrigin(const OriginPolicy& policy, const GuardInput& input) {
  if (absl::Status status = CheckHost(policy, input); !status.ok()) return status;
  if (input.headers.Count("origin") > 1) {
    return MakeError(ErrorKind::kInvalidRequest, "The request has more than one Origin header");
  }
  if (input.has_valid_key) return absl::OkStatus();
  if (!input.headers.Has("origin")) {
    if (!SaysCrossSite(input.headers)) return absl::OkStatus();
    return Refuse("A web page of another site sent this request.", {});
  }
  const std::string_view origin = TrimSpace(input.headers.Find("origin"));
  if (IsTrustedOrigin(policy, origin)) return absl::OkStatus();
  return Refuse(absl::StrCat("The web page or browser extension ", Quoted(origin), " may not use this gateway."),
                SettingLine("proxy.allowed_origins", policy.allowed_origins, origin));
}

}  // namespace ag::auth
