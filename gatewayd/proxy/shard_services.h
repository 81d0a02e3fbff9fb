#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/http/client.h"
#include "gatewayd/pool/account_facts.h"
#include "gatewayd/pool/account_status.h"
#include "gatewayd/pool/resource_owner.h"
#include "gatewayd/pool/token_keeper.h"
#include "gatewayd/proxy/attempt_policy.h"
#include "gatewayd/proxy/conversation_store.h"
#include "gatewayd/proxy/proxy_state.h"
#include "gatewayd/proxy/wait_queue.h"
#include "gatewayd/runtime/shard.h"
#include "gatewayd/telemetry/recorder.h"

namespace ag::proxy {

// News from the requests to the pool's owner. Called on shards; posts to the control context and returns.
class PoolFeedback {
 public:
  virtual ~PoolFeedback() = default;
  // A cool-down of the account began or ended: to be stored, and told.
  virtual void OnCooldownChanged(const AccountId& id, pool::StatusChange change) = 0;
  // The provider refused the credential or the account itself, as they were when it was asked: kSignInRefused,
  // kForbidden or kClosed.
  virtual void OnAccountRefused(const pool::Account& asked, pool::Signal signal, ErrorDetail error) = 0;
  // A request of an account that was refused before succeeded.
  virtual void OnAccountServed(const AccountId& id) = 0;
  // A definitive answer about one of the account's models.
  virtual void OnLearned(const AccountId& id, pool::LearnedFact fact) = 0;
  // A request that began at `started` has shown that these facts of the model are no longer true.
  virtual void OnContradicted(const AccountId& id, std::string_view model, WallTime started,
                              std::vector<catalog::ModelFact> facts) = 0;
};

// What the requests of one shard share. Everything is used on that shard's thread only; references outlive it.
struct ShardServices {
  ShardServices(runtime::Shard& its_shard, http::Client& its_client, telemetry::Recorder& its_recorder,
                PoolFeedback& its_feedback, pool::TokenKeeper& its_tokens, pool::ResourceOwner& its_owners,
                ConversationStore& its_conversations, std::shared_ptr<const ProxyState> first_state)
      : shard(its_shard),
        client(its_client),
        recorder(its_recorder),
        feedback(its_feedback),
        tokens(its_tokens),
        owners(its_owners),
        conversations(its_conversations),
        retry_budget(its_shard.clock()),
        waiting(its_shard),
        state(std::move(first_state)) {}

  runtime::Shard& shard;
  http::Client& client;
  telemetry::Recorder& recorder;
  PoolFeedback& feedback;
  pool::TokenKeeper& tokens;
  pool::ResourceOwner& owners;
  ConversationStore& conversations;
  RetryBudget retry_budget;
  WaitQueue waiting;
  std::shared_ptr<const ProxyState> state;  // shared: replaced by a post, kept by requests that run
};

}  // namespace ag::proxy
