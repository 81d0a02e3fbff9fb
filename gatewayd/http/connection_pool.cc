#include "gatewayd/http/connection_pool.h"

#include <algorithm>
#include <iterator>

#include "gatewayd/http/proxy_tunnel.h"

namespace ag::http {
namespace {

// The read under way notices an end within one turn of the context; only after a pause a look at the socket is worth
// its system call.
constexpr std::chrono::milliseconds kFresh{100};
// A provider's last bytes come a moment after its terminal event, or something else is wrong. A new connection costs
// about as much as waiting for more.
constexpr std::chrono::milliseconds kDrainTime{1000};
constexpr std::size_t kMostDrained = 64 * 1024;

enum class Skipped : std::uint8_t { kNeedMore, kDone, kMalformed };

// Takes what belongs to the body from the front of `in`.
Skipped Skip(BodyRest& rest, std::string_view& in) {
  if (!rest.chunked) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(rest.left, in.size()));
    rest.left -= size;
    in.remove_prefix(size);
    return rest.left == 0 ? Skipped::kDone : Skipped::kNeedMore;
  }
  std::string_view ignored;
  while (true) {
    switch (rest.chunks.Next(in, ignored)) {
      case ChunkDecoder::Result::kData:
        break;
      case ChunkDecoder::Result::kNeedMore:
        return Skipped::kNeedMore;
      case ChunkDecoder::Result::kDone:
        return Skipped::kDone;
      case ChunkDecoder::Result::kMalformed:
        return Skipped::kMalformed;
    }
  }
}

}  // namespace

absl::StatusOr<Origin*> ConnectionPool::Find(const Url& url) {
  const auto found = origins_.find(KeyView{url.tls, url.port, url.host});
  if (found != origins_.end()) return found->second.get();
  auto route = MakeRoute(options_->egress, url);
  if (!route.ok()) return route.status();
  auto origin = std::make_unique<Origin>();
  origin->route = *std::move(route);
  origin->host_header = url.HostHeader();
  const auto& proxy = origin->route.proxy;
  if (proxy && proxy->kind == ProxyKind::kHttp && !url.tls) {
    origin->absolute_prefix = url.Origin();
    origin->proxy_authorization = ProxyAuthorization(*proxy);
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
  connection.OnUnexpected([this, &origin, &connection] { OnUnexpected(origin, connection); });
}

void ConnectionPool::Put(Origin& origin, std::shared_ptr<Connection> connection) {
  const bool usable = !retired_ && !connection->ended() && connection->data().empty();
  if (!usable || origin.idle.size() >= options_->max_idle_per_host) {
    connection->Close();
    return;
  }
  connection->Unpin();
  connection->StartRead();
  connection->Arm(options_->keep_alive);
  connection->set_idle_since(connection->shard().clock().Steady());
  origin.idle.push_back(std::move(connection));
}

void ConnectionPool::Drain(Origin& origin, std::shared_ptr<Connection> connection, BodyRest rest) {
  if (retired_ || connection->ended() || origin.draining.size() >= options_->max_idle_per_host) {
    connection->Close();
    return;
  }
  connection->Unpin();
  connection->Arm(kDrainTime);
  origin.draining.push_back({std::move(connection), rest});
  GoOnDraining(origin, std::prev(origin.draining.end()));
}

void ConnectionPool::GoOnDraining(Origin& origin, std::vector<Draining>::iterator draining) {
  Connection& connection = *draining->connection;
  const std::string_view data = connection.data();
  std::string_view in = data;
  const Skipped skipped = Skip(draining->rest, in);
  connection.Consume(data.size() - in.size());
  draining->dropped += data.size() - in.size();
  const bool hopeless = connection.ended() || connection.timed_out() || draining->dropped > kMostDrained;
  if (skipped == Skipped::kNeedMore && !hopeless) {
    connection.StartRead();
    return;
  }
  auto done = std::move(draining->connection);
  origin.draining.erase(draining);
  if (skipped == Skipped::kDone) {
    Put(origin, std::move(done));
  } else {
    done->Close();
  }
}

void ConnectionPool::OnUnexpected(Origin& origin, const Connection& connection) {
  const auto draining = std::find_if(origin.draining.begin(), origin.draining.end(),
                                     [&](const Draining& each) { return each.connection.get() == &connection; });
  if (draining != origin.draining.end()) {
    GoOnDraining(origin, draining);
    return;
  }
  const auto found =
      std::find_if(origin.idle.begin(), origin.idle.end(), [&](const auto& idle) { return idle.get() == &connection; });
  if (found == origin.idle.end()) return;  // in use: its exchange will see what happened
  const auto dropped = std::move(*found);
  origin.idle.erase(found);
  dropped->Close();
}

void ConnectionPool::CloseIdle() {
  for (auto& [key, origin] : origins_) {
    for (const auto& connection : origin->idle) connection->Close();
    for (const auto& draining : origin->draining) draining.connection->Close();
    origin->idle.clear();
    origin->draining.clear();
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
