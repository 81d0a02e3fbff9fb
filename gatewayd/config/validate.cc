#include <absl/strings/str_cat.h>
#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/proxy_url.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/config/config_store.h"
#include "gatewayd/config/registry.h"

namespace ag::config {
namespace {

absl::Status Refuse(std::string_view key, absl::string_view message) {
  return FieldError(ErrorKind::kInvalidRequest, key, ToStd(message));
}

enum class AddressKind : std::uint8_t { kNone, kLoopback, kOther };

AddressKind KindOfAddress(const std::string& text) {
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) {
    return (ntohl(v4.s_addr) >> 24U) == 127 ? AddressKind::kLoopback : AddressKind::kOther;
  }
  in6_addr v6{};
  if (inet_pton(AF_INET6, text.c_str(), &v6) != 1) return AddressKind::kNone;
  return IN6_IS_ADDR_LOOPBACK(&v6) ? AddressKind::kLoopback : AddressKind::kOther;
}

absl::Status ValidateAddresses(const ProxyConfig& proxy) {
  for (const std::string& address : proxy.listen_addresses) {
    const AddressKind kind = KindOfAddress(address);
    if (kind == AddressKind::kNone) {
      return Refuse("proxy.listen_addresses", absl::StrCat("proxy.listen_addresses cannot hold ", json::Quote(address),
                                                           ": only IP addresses, such as 127.0.0.1 or ::1"));
    }
    if (kind == AddressKind::kOther && proxy.auth_mode == "off") {
      return Refuse("proxy.listen_addresses",
                    absl::StrCat("proxy.listen_addresses with ", address,
                                 " and proxy.auth_mode off would open your accounts to the network. "
                                 "First run: agctl config set proxy.auth_mode all_except_health (or set it in "
                                 "config.json)"));
    }
  }
  if (!proxy.allow_lan_access || proxy.auth_mode != "off") return absl::OkStatus();
  return Refuse(
      "proxy.allow_lan_access",
      "proxy.allow_lan_access with proxy.auth_mode off would open your accounts to the network. Set both: agctl "
      "config set proxy.auth_mode all_except_health && agctl config set proxy.allow_lan_access true (or set "
      "them in config.json)");
}

bool IsOrigin(std::string_view origin) {
  if (origin == "null") return true;
  const auto scheme = origin.find("://");
  if (scheme == 0 || scheme == std::string_view::npos || origin.find_first_of("*, \t") != std::string_view::npos) {
    return false;
  }
  std::string_view rest = origin.substr(scheme + 3);
  if (rest.ends_with('/')) rest.remove_suffix(1);
  return !rest.empty() && rest.find('/') == std::string_view::npos;
}

absl::Status ValidateOriginsAndHosts(const ProxyConfig& proxy) {
  for (const std::string& origin : proxy.allowed_origins) {
    if (IsOrigin(origin)) continue;
    return Refuse("proxy.allowed_origins",
                  absl::StrCat("proxy.allowed_origins cannot hold ", json::Quote(origin),
                               ": write each origin in full, such as https://app.example or "
                               "chrome-extension://<id>; there is no wildcard, for any web page could then spend your "
                               "accounts"));
  }
  for (const std::string& host : proxy.allowed_hosts) {
    if (!host.empty() && host.find_first_of("/*, \t") == std::string::npos) continue;
    return Refuse("proxy.allowed_hosts", absl::StrCat("proxy.allowed_hosts cannot hold ", json::Quote(host),
                                                      ": write host names without scheme and path, such as "
                                                      "gateway.home"));
  }
  return absl::OkStatus();
}

absl::Status ValidateProxyUrl(const std::string& url) {
  if (url.empty()) return absl::OkStatus();
  const auto proxy = ParseProxyUrl(url);
  if (proxy.ok()) return absl::OkStatus();
  return Refuse("upstream.proxy_url", absl::StrCat("upstream.proxy_url: ", proxy.status().message()));
}

}  // namespace

absl::Status Validate(const Config& config) {
  for (const SettingSpec& spec : Registry()) {
    // A Config that was not read from texts may hold anything; flags have the widest ranges.
    const SettingValue value = spec.read(config);
    const auto* number = std::get_if<std::int64_t>(&value);
    const auto* text = std::get_if<std::string>(&value);
    const bool checked = number != nullptr || (text != nullptr && !spec.choices.empty());
    if (!checked) continue;
    const auto again = FromText(spec, number != nullptr ? ToJson(value) : *text, Source::kFlag, "");
    if (!again.ok()) return again.status();
  }
  if (config.proxy.max_body_bytes > config.proxy.memory_budget_bytes) {
    return Refuse("proxy.max_body_bytes", absl::StrCat("proxy.max_body_bytes (", config.proxy.max_body_bytes,
                                                       ") cannot be more than proxy.memory_budget_bytes (",
                                                       config.proxy.memory_budget_bytes, ")"));
  }
  AG_RETURN_IF_ERROR(ValidateAddresses(config.proxy));
  AG_RETURN_IF_ERROR(ValidateOriginsAndHosts(config.proxy));
  return ValidateProxyUrl(config.upstream.proxy_url);
}

}  // namespace ag::config
