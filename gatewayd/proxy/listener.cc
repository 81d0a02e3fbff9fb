#include "gatewayd/proxy/listener.h"

#include <absl/strings/str_cat.h>

#include <utility>

#include "gatewayd/base/log.h"
#include "gatewayd/base/strings.h"

namespace ag::proxy {
namespace {

std::vector<std::string> AddressesFor(const config::ProxyConfig& config) {
  if (!config.listen_addresses.empty()) return config.listen_addresses;
  if (config.allow_lan_access) return {"0.0.0.0", "::"};
  return {"127.0.0.1", "::1"};
}

bool MayLack(const config::ProxyConfig& config, const std::string& address) {
  return config.listen_addresses.empty() && address.find(':') != std::string::npos;
}

}  // namespace

Listener::Listener(runtime::Shard& control, runtime::ShardPool& shards, std::vector<http::Server*> servers)
    : control_(control), shards_(shards), servers_(std::move(servers)) {}

Listener::~Listener() = default;

absl::Status Listener::Start(const config::ProxyConfig& config) {
  const std::vector<std::string> wanted = AddressesFor(config);
  if (running() && wanted == wanted_ && config.port == wanted_port_) return absl::OkStatus();
  Stop();
  auto acceptor = std::make_unique<http::Acceptor>(control_, shards_, servers_);
  std::vector<std::string> bound;
  std::uint16_t port = config.port;
  for (const std::string& address : wanted) {
    const auto listening = acceptor->Listen(address, port);
    if (!listening.ok()) {
      if (MayLack(config, address) && !bound.empty()) {
        // Usual without IPv6; but somebody else on the port would get what clients send to "localhost".
        Log(LogLevel::kInfo, "without IPv6: ", listening.status().message());
        continue;
      }
      last_error_ = std::string(ToStd(listening.status().message()));
      return listening.status();
    }
    port = *listening;
    bound.push_back(address);
  }
  acceptor_ = std::move(acceptor);
  bound_ = std::move(bound);
  wanted_ = wanted;
  wanted_port_ = config.port;
  port_ = port;
  last_error_.clear();
  return absl::OkStatus();
}

void Listener::Stop() {
  if (acceptor_ != nullptr) acceptor_->Close();
  acceptor_.reset();
  bound_.clear();
  port_ = 0;
}

std::vector<std::string> Listener::addresses() const {
  std::vector<std::string> result;
  for (const std::string& address : bound_) {
    const bool v6 = address.find(':') != std::string::npos;
    result.push_back(v6 ? absl::StrCat("[", address, "]:", port_) : absl::StrCat(address, ":", port_));
  }
  return result;
}

}  // namespace ag::proxy
