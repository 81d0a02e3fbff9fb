#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "gatewayd/base/memory_budget.h"
#include "gatewayd/config/config.h"
#include "gatewayd/control/ports.h"
#include "gatewayd/http/client.h"
#include "gatewayd/http/server.h"
#include "gatewayd/pool/resource_owner.h"
#include "gatewayd/proxy/listener.h"
#include "gatewayd/proxy/model_prober.h"
#include "gatewayd/proxy/relay.h"
#include "gatewayd/proxy/shard_services.h"
#include "gatewayd/runtime/resolver.h"
#include "gatewayd/runtime/shard.h"
#include "gatewayd/telemetry/recorder.h"

namespace ag::app {

http::ClientOptions ClientOptionsFrom(const config::UpstreamConfig& config);

// The serving side: for each shard a client, a relay and a server, and the listener that feeds them. The first shard
// also asks what an account's owner wants to know.
class ProxyRuntime final : public control::ProbePort {
 public:
  ProxyRuntime(runtime::Shard& control, runtime::ShardPool& shards, runtime::Resolver& resolver,
               telemetry::Recorder& recorder, proxy::PoolFeedback& feedback, pool::TokenKeeper& tokens,
               proxy::ConversationStore& conversations, const config::Config& config,
               std::shared_ptr<const proxy::ProxyState> state);

  proxy::Listener& listener() { return listener_; }
  pool::ResourceOwner& owners() { return owners_; }
  // Replaces the state on every shard, by posting.
  void Publish(const std::shared_ptr<const proxy::ProxyState>& state);
  void SetClientOptions(const http::ClientOptions& options);
  // control::ProbePort
  void TestModel(const AccountId& id, const std::string& model, std::function<void(pool::ModelTest)> done) override;
  // Ends the tests that run; `done` is called on the control context when all have ended.
  void StopTests(std::function<void()> done);
  // Lets sessions end their present request; `done` is called on the control context when all have.
  void Drain(std::function<void()> done);
  // Cuts what is left.
  void CloseAll();
  std::int64_t open_connections() const;

 private:
  struct PerShard {
    PerShard(runtime::Shard& shard, runtime::Resolver& resolver, telemetry::Recorder& recorder,
             proxy::PoolFeedback& feedback, pool::TokenKeeper& tokens, pool::ResourceOwner& owners,
             proxy::ConversationStore& conversations, const config::Config& config,
             std::shared_ptr<const proxy::ProxyState> state, MemoryBudget& memory);
    http::Client client;
    proxy::ShardServices services;
    proxy::Relay relay;
    proxy::ModelProber prober;
    http::Server server;
  };
  std::vector<http::Server*> Servers();

  runtime::Shard& control_;
  runtime::ShardPool& shards_;
  MemoryBudget memory_;
  pool::ResourceOwner owners_;
  std::vector<std::unique_ptr<PerShard>> per_shard_;
  proxy::Listener listener_;
};

}  // namespace ag::app
