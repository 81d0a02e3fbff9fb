#include "gatewayd/http/connection_pool.h"

#include <algorithm>

namespace ag::http {
namespace {

// The read under way notices an end within one turn of the context; only after a pause a look at the socket is worth
// its system call.
constexpr std::chrono::milliseconds kFresh{100};

}  // namespace

absl::StatusOr<Origin*> ConnectionPool::Find(const Url& url) {
  const auto found = origins_.find(KeyView{url.tls, url.port, url.host});
  if (found != origins_.end()) return found->second.get();
  auto route = MakeRoute(options_->egress, url);
  if (!route.ok()) return route.status();
  auto origin = std::make_unique<Origin>();
  origin->route = *std::move(route);
  origin->host_header = url.HostHeader();
  if (origin->route.through_proxy && !url.tls) {
    origin->absolute_prefix = url.Origin();
    origin->proxy_authorization = ProxyAuthorization(origin->route.proxy);
  }
  Origin* added = origin.get();
  origins_.emplace(Key{url.tls, url.port, url.host}, std::move(origin));
  return added;
}

std::shared_ptr<Connection> ConnectionPool::Take(Origin& origin) {
  while (!origin.idle.empty()) {
    auto connection = std::move(origin.idle.back());
    origin.idle.pop_back();
    connection->Disarm();
    const auto idle = connection->shard().clock().Steady() - connection->idle_since();
    const bool usable = !connection->ended() && connection->data().empty();
    if (usable && (idle < kFresh || !connection->LooksStale())) return connection;
    connection->Close();
  }
  return nullptr;
}

void ConnectionPool::Adopt(Origin& origin, Connection& connection) {
  connection.OnUnexpected([this, &origin, &connection] { Drop(origin, connection); });
}

void ConnectionPool::Put(Origin& origin, std::shared_ptr<Connection> connection) {
  const bool usable = !retired_ && !connection->ended() && connection->data().empty();
  if (!usable || origin.idle.size() >= options_->max_idle_per_host) {
    connection->OnUnexpected(nullptr);
    connection->Close();
    return;
  }
  connection->Unpin();
  connection->StartRead();
  connection->Arm(options_->keep_alive);
  connection->set_idle_since(connection->shard().clock().Steady());
  origin.idle.push_back(std::move(connection));
}

void ConnectionPool::Drop(Origin& origin, const Connection& connection) {
  const auto found =
      std::find_if(origin.idle.begin(), origin.idle.end(), [&](const auto& idle) { return idle.get() == &connection; });
  if (found == origin.idle.end()) return;  // in use: its exchange will see what happened
  const auto dropped = std::move(*found);
  origin.idle.erase(found);
  dropped->Close();
}

void ConnectionPool::CloseIdle() {
  for (auto& [key, origin] : origins_) {
    for (const auto& connection : origin->idle) {
      connection->OnUnexpected(nullptr);
      connection->Close();
    }
    origin->idle.clear();
  }
}

void ConnectionPool::Retire() {
  retired_ = true;
  CloseIdle();
}

std::size_t ConnectionPool::idle_count() const {
  std::size_t count = 0;
  for (const auto& [key, origin] : origins_) count += origin->idle.size();
  return count;
}

}  // namespace ag::http
