#include "gatewayd/http/egress.h"

#include <absl/strings/str_cat.h>

#include <array>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <cstdlib>
#include <string>
#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/strings.h"

namespace ag::http {
namespace {

namespace ip = boost::asio::ip;

// The first of the variables that is set to something.
template <std::size_t N>
std::string FirstSet(const std::array<const char*, N>& names) {
  for (const char* name : names) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

std::vector<std::string> SplitList(std::string_view list) {
  std::vector<std::string> entries;
  while (!list.empty()) {
    const auto comma = list.find(',');
    const std::string_view entry = TrimSpace(list.substr(0, comma));
    if (!entry.empty()) entries.emplace_back(entry);
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  return entries;
}

bool InNetwork(const ip::address& address, const std::string& cidr) {
  boost::system::error_code error;
  if (address.is_v4()) {
    const auto network = ip::make_network_v4(cidr, error);
    return !error && network.canonical() == ip::network_v4(address.to_v4(), network.prefix_length()).canonical();
  }
  const auto network = ip::make_network_v6(cidr, error);
  return !error && network.canonical() == ip::network_v6(address.to_v6(), network.prefix_length()).canonical();
}

// An entry of NO_PROXY names a host and all below it, with or without a leading dot or "*.".
bool NamesHost(std::string_view entry, std::string_view host) {
  if (entry.substr(0, 2) == "*.") entry.remove_prefix(1);
  if (!entry.empty() && entry.front() == '.') entry.remove_prefix(1);
  if (entry.empty() || host.size() < entry.size()) return false;
  const std::string_view tail = host.substr(host.size() - entry.size());
  if (!EqualsIgnoreCase(tail, entry)) return false;
  return host.size() == entry.size() || host[host.size() - entry.size() - 1] == '.';
}

std::string_view WithoutBrackets(std::string_view host) {
  return host.size() > 2 && host.front() == '[' && host.back() == ']' ? host.substr(1, host.size() - 2) : host;
}

bool MatchesEntry(const std::string& entry, std::string_view host) {
  if (entry == "*") return true;
  boost::system::error_code error;
  const auto address = ip::make_address(std::string(host), error);
  if (error) return NamesHost(entry, host);
  if (entry.find('/') != std::string::npos) return InNetwork(address, entry);
  const auto listed = ip::make_address(std::string(WithoutBrackets(entry)), error);
  return !error && listed == address;
}

}  // namespace

Egress Egress::Through(std::string_view proxy_url, std::vector<std::string> no_proxy) {
  Egress egress;
  egress.no_proxy = std::move(no_proxy);
  if (proxy_url.empty()) return egress;
  auto proxy = ParseProxyUrl(proxy_url);
  if (proxy.ok()) {
    egress.proxy = *std::move(proxy);
  } else {
    egress.fault =
        MakeError(ErrorKind::kEgress, absl::StrCat("the outgoing proxy is not usable: ", proxy.status().message()));
  }
  return egress;
}

Egress EgressFromEnvironment(std::string_view config_proxy) {
  std::string proxy_url(config_proxy);
  if (proxy_url.empty()) {
    proxy_url = FirstSet<6>({"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"});
  }
  return Egress::Through(proxy_url, SplitList(FirstSet<2>({"NO_PROXY", "no_proxy"})));
}

bool UsesProxy(const Egress& egress, std::string_view host) {
  if (!egress.proxy && egress.fault.ok()) return false;
  host = WithoutBrackets(host);
  if (EqualsIgnoreCase(host, "localhost") || NamesHost("localhost", host)) return false;
  boost::system::error_code error;
  const auto address = ip::make_address(std::string(host), error);
  if (!error && address.is_loopback()) return false;
  for (const std::string& entry : egress.no_proxy) {
    if (MatchesEntry(entry, host)) return false;
  }
  return true;
}

}  // namespace ag::http
