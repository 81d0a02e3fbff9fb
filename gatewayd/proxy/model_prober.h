#pragma once

#include <functional>
#include <set>
#include <string>

#include "gatewayd/base/ids.h"
#include "gatewayd/pool/model_test.h"
#include "gatewayd/proxy/relay_call.h"
#include "gatewayd/proxy/shard_services.h"
#include "gatewayd/proxy/test_question.h"
#include "gatewayd/runtime/cancel.h"
#include "gatewayd/runtime/task.h"
#include "gatewayd/runtime/task_group.h"

namespace ag::proxy {

// Asks accounts for their models on their owner's demand. A test is a request like any other, but for its client: it
// goes the same way, and has the same consequences (pauses, facts, budgets, the log, where its record says "tested").
// On its shard.
class ModelProber {
 public:
  // No answer within this is one too: agctl waits for little longer.
  static constexpr std::chrono::milliseconds kPatience{50'000};

  // `services` outlive the prober.
  explicit ModelProber(ShardServices& services);

  // What the provider's answer teaches is on its way to the pool when `done` is called, on this shard. The test's error
  // is kInvalidRequest when there is no such account (any more).
  void Test(AccountId id, std::string model, std::function<void(pool::ModelTest)> done);
  // Asks nobody any more and lets go of what is asked; `on_stopped` is called when the last of it has ended.
  void Stop(std::function<void()> on_stopped);

 private:
  runtime::Task<void> Run(AccountId id, std::string model, std::function<void(pool::ModelTest)> done);
  // Asks, and once more in other words where the refusal was about the words.
  runtime::Task<pool::ModelTest> Ask(const AccountId& id, const std::string& model);
  runtime::Task<pool::ModelTest> AskOnce(const AccountId& id, const std::string& model, const TestRequest& request);
  // What came of the attempt that `call` has made.
  pool::ModelTest Describe(const RelayCall& call, const pool::PooledAccount& account, const std::string& model,
                           absl::Status error) const;

  ShardServices& services_;
  runtime::TaskGroup tasks_;
  std::set<runtime::CancelSource*> asked_;  // of the tests that run
  bool stopped_ = false;
};

}  // namespace ag::proxy
