#include "gatewayd/http/client.h"

#include <utility>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/http/connection_pool.h"
#include "gatewayd/http/connector.h"
#include "gatewayd/http/pooled_exchange.h"

namespace ag::http {

namespace {

// More ways than this are looked through for some that nobody uses any more.
constexpr std::size_t kManyWays = 32;

}  // namespace

struct Client::Impl {
  // Shared with the exchanges made under its options.
  using Pool = std::shared_ptr<ConnectionPool>;
  struct Way {
    std::shared_ptr<const WayOut> way_out;  // of the newest request that took it
    Pool pool;
  };

  Impl(runtime::Shard& the_shard, runtime::Resolver& resolver, ClientOptions options)
      : shard(the_shard), connector(the_shard, resolver) {
    SetOptions(std::move(options));
  }

  void SetOptions(ClientOptions options) {
    Retire();
    ways.clear();
    connector.ForgetTrust();
    pool = std::make_shared<ConnectionPool>(std::make_shared<const ClientOptions>(std::move(options)));
  }

  void Retire() {
    if (pool != nullptr) pool->Retire();
    for (const Way& way : ways) way.pool->Retire();
  }

  const Pool& PoolFor(const std::shared_ptr<const WayOut>& way_out) {
    if (way_out == nullptr) return pool;
    for (const Way& way : ways) {
      if (way.way_out == way_out) return way.pool;
    }
    // A new state of the accounts has new values that say the same.
    for (Way& way : ways) {
      if (*way.way_out != *way_out) continue;
      way.way_out = way_out;
      return way.pool;
    }
    if (ways.size() >= kManyWays) {
      std::erase_if(ways, [](const Way& way) { return way.pool.use_count() == 1 && way.pool->idle_count() == 0; });
    }
    ClientOptions options = *pool->options();
    if (way_out->egress) options.egress = *way_out->egress;
    if (!way_out->extra_ca_file.empty()) options.extra_ca_file = way_out->extra_ca_file;
    auto shared = std::make_shared<const ClientOptions>(std::move(options));
    ways.push_back({way_out, std::make_shared<ConnectionPool>(std::move(shared))});
    return ways.back().pool;
  }

  runtime::Shard& shard;
  Connector connector;
  Pool pool;
  std::vector<Way> ways;  // few: most accounts have none of their own
};

Client::Client(runtime::Shard& shard, runtime::Resolver& resolver, ClientOptions options)
    : impl_(std::make_unique<Impl>(shard, resolver, std::move(options))) {}

Client::~Client() { impl_->Retire(); }

runtime::Task<absl::StatusOr<std::unique_ptr<Exchange>>> Client::Send(OutgoingRequest request) {
  AG_CHECK(request.url != nullptr);
  const auto pool = impl_->PoolFor(request.way_out);
  const auto origin = pool->Find(*request.url);
  if (!origin.ok()) co_return origin.status();
  auto connection = pool->Take(**origin);
  while (true) {
    Exchange::Timings timings;
    timings.reused = connection != nullptr;
    if (connection == nullptr) {
      const SteadyTime before = impl_->shard.clock().Steady();
      auto made = co_await impl_->connector.Connect((*origin)->route, pool->options(), request.cancel);
      if (!made.ok()) co_return made.status();
      connection = *std::move(made);
      pool->Adopt(**origin, *connection);
      const auto spent = impl_->shard.clock().Steady() - before;
      timings.connect = std::chrono::duration_cast<std::chrono::microseconds>(spent);
    }
    auto exchange = std::make_unique<PooledExchange>(pool, **origin, std::move(connection), request.cancel, timings);
    connection = nullptr;
    const absl::Status begun = co_await exchange->Begin(request);
    if (begun.ok()) co_return std::unique_ptr<Exchange>(std::move(exchange));
    const bool again = timings.reused && exchange->may_have_been_stale();
    if (!again) co_return begun;
  }
}

void Client::SetOptions(ClientOptions options) { impl_->SetOptions(std::move(options)); }

void Client::CloseIdle() {
  impl_->pool->CloseIdle();
  for (const auto& way : impl_->ways) way.pool->CloseIdle();
}

std::size_t Client::idle_count() const {
  std::size_t count = impl_->pool->idle_count();
  for (const auto& way : impl_->ways) count += way.pool->idle_count();
  return count;
}

}  // namespace ag::http
