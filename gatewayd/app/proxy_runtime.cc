#include "gatewayd/app/proxy_runtime.h"

#include <utility>

#include "gatewayd/wire/error_body.h"

namespace ag::app {
namespace {

http::ServerLimits LimitsFrom(const config::ProxyConfig& config) {
  http::ServerLimits limits;
  limits.max_body_bytes = config.max_body_bytes;
  return limits;
}

// What the server answers before a dialect is known: the OpenAI shape, which every client shows as text.
std::string PlainErrorBody(int status, std::string_view message) {
  ErrorDetail detail;
  detail.kind = status == 413   ? ErrorKind::kBodyTooLarge
                : status == 503 ? ErrorKind::kOverloaded
                                : ErrorKind::kInvalidRequest;
  detail.http_status = status;
  return wire::EncodeError(MakeError(std::move(detail), message), Family::kOpenAi, {}).body;
}

}  // namespace

http::ClientOptions ClientOptionsFrom(const config::UpstreamConfig& config) {
  http::ClientOptions options;
  options.egress = http::EgressFromEnvironment(config.proxy_url);
  if (!config.no_proxy.empty()) options.egress.no_proxy = config.no_proxy;
  options.extra_ca_file = config.ca_file;
  options.connect_timeout = config.connect_timeout;
  options.head_timeout = config.head_timeout;
  options.idle_timeout = config.idle_timeout;
  return options;
}

ProxyRuntime::PerShard::PerShard(runtime::Shard& shard, runtime::Resolver& resolver, telemetry::Recorder& recorder,
                                 proxy::PoolFeedback& feedback, pool::TokenKeeper& tokens, pool::ResourceOwner& owners,
                                 proxy::ConversationStore& conversations, const config::Config& config,
                                 std::shared_ptr<const proxy::ProxyState> state, MemoryBudget& memory)
    : client(shard, resolver, ClientOptionsFrom(config.upstream)),
      services(shard, client, recorder, feedback, tokens, owners, conversations, std::move(state)),
      relay(services),
      prober(services),
      server(shard, relay, LimitsFrom(config.proxy), memory, PlainErrorBody) {}

ProxyRuntime::ProxyRuntime(runtime::Shard& control, runtime::ShardPool& shards, runtime::Resolver& resolver,
                           telemetry::Recorder& recorder, proxy::PoolFeedback& feedback, pool::TokenKeeper& tokens,
                           proxy::ConversationStore& conversations, const config::Config& config,
                           std::shared_ptr<const proxy::ProxyState> state)
    : control_(control),
      shards_(shards),
      memory_(config.proxy.memory_budget_bytes),
      per_shard_([&] {
        std::vector<std::unique_ptr<PerShard>> made;
        for (std::size_t i = 0; i < shards.size(); ++i) {
          made.push_back(std::make_unique<PerShard>(shards.at(i), resolver, recorder, feedback, tokens, owners_,
                                                    conversations, config, state, memory_));
        }
        return made;
      }()),
      listener_(control, shards, Servers()) {}

std::vector<http::Server*> ProxyRuntime::Servers() {
  std::vector<http::Server*> servers;
  for (const auto& one : per_shard_) servers.push_back(&one->server);
  return servers;
}

void ProxyRuntime::Publish(const std::shared_ptr<const proxy::ProxyState>& state) {
  for (std::size_t i = 0; i < per_shard_.size(); ++i) {
    PerShard* one = per_shard_[i].get();
    shards_.at(i).Post([one, state] { one->services.state = state; });
  }
}

void ProxyRuntime::SetClientOptions(const http::ClientOptions& options) {
  for (std::size_t i = 0; i < per_shard_.size(); ++i) {
    PerShard* one = per_shard_[i].get();
    shards_.at(i).Post([one, options] { one->client.SetOptions(options); });
  }
}

void ProxyRuntime::TestModel(const AccountId& id, const std::string& model, std::function<void(pool::ModelTest)> done) {
  proxy::ModelProber* const prober = &per_shard_.front()->prober;
  shards_.at(0).Post([this, prober, id, model, done = std::move(done)]() mutable {
    prober->Test(id, std::move(model), [this, done = std::move(done)](pool::ModelTest test) {
      control_.Post([done, test = std::move(test)]() mutable { done(std::move(test)); });
    });
  });
}

void ProxyRuntime::StopTests(std::function<void()> done) {
  proxy::ModelProber* const prober = &per_shard_.front()->prober;
  shards_.at(0).Post([this, prober, done = std::move(done)]() mutable {
    prober->Stop([this, done = std::move(done)]() mutable { control_.Post(std::move(done)); });
  });
}

void ProxyRuntime::Drain(std::function<void()> done) {
  // shared_ptr: each shard counts down once, whichever is last calls `done` on the control context.
  auto left = std::make_shared<std::atomic<std::size_t>>(per_shard_.size());
  for (std::size_t i = 0; i < per_shard_.size(); ++i) {
    PerShard* one = per_shard_[i].get();
    shards_.at(i).Post([this, one, left, done] {
      one->server.Drain([this, left, done] {
        if (left->fetch_sub(1) == 1) control_.Post(done);
      });
    });
  }
}

void ProxyRuntime::CloseAll() {
  for (std::size_t i = 0; i < per_shard_.size(); ++i) {
    PerShard* one = per_shard_[i].get();
    shards_.at(i).Post([one] { one->server.CloseAll(); });
  }
}

std::int64_t ProxyRuntime::open_connections() const {
  std::size_t sum = 0;
  for (const auto& one : per_shard_) sum += one->server.session_count();
  return static_cast<std::int64_t>(sum);
}

}  // namespace ag::app
