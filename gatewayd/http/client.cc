#include "gatewayd/http/client.h"

#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/http/connection_pool.h"
#include "gatewayd/http/connector.h"
#include "gatewayd/http/pooled_exchange.h"

namespace ag::http {

struct Client::Impl {
  Impl(runtime::Shard& the_shard, runtime::Resolver& resolver, ClientOptions options)
      : shard(the_shard), connector(the_shard, resolver) {
    SetOptions(std::move(options));
  }

  void SetOptions(ClientOptions options) {
    if (pool != nullptr) pool->Retire();
    pool = std::make_shared<ConnectionPool>(std::make_shared<const ClientOptions>(std::move(options)));
  }

  runtime::Shard& shard;
  Connector connector;
  std::shared_ptr<ConnectionPool> pool;  // shared with the exchanges made under its options
};

Client::Client(runtime::Shard& shard, runtime::Resolver& resolver, ClientOptions options)
    : impl_(std::make_unique<Impl>(shard, resolver, std::move(options))) {}

Client::~Client() { impl_->pool->Retire(); }

runtime::Task<absl::StatusOr<std::unique_ptr<Exchange>>> Client::Send(OutgoingRequest request) {
  AG_CHECK(request.url != nullptr);
  const auto pool = impl_->pool;
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

void Client::CloseIdle() { impl_->pool->CloseIdle(); }

std::size_t Client::idle_count() const { return impl_->pool->idle_count(); }

}  // namespace ag::http
