#include <benchmark/benchmark.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gatewayd/base/random.h"
#include "gatewayd/pool/account_lease.h"
#include "gatewayd/pool/hash.h"
#include "gatewayd/pool/scheduler.h"
#include "gatewayd/proxy/attempt_plan.h"

// What the pool costs a request: scripts/bench --pool.
namespace ag::pool {
namespace {

constexpr WallTime kNow{std::chrono::hours(480'000)};

// Time stands still: what it costs to read the clock is not the pool's.
class StillClock final : public Clock {
 public:
  WallTime Now() const override { return kNow; }
  SteadyTime Steady() const override { return SteadyTime(std::chrono::hours(100)); }
};

constexpr const char* kModel = "gpt-5-mini-2025-08-07";

enum class Health { kHealthy, kHalfCooling, kOneLeft };

std::vector<std::string> ModelNames() {
  std::vector<std::string> names{kModel};
  for (int i = 0; i < 80; ++i) names.push_back("gpt-4.1-variant-" + std::to_string(i) + "-2025-04-14");
  return names;
}

PooledAccount MakeAccount(int number) {
  PooledAccount pooled;
  Account& account = pooled.account;
  account.id = AccountId("acc_" + std::to_string(100'000'000 + number));
  account.label = "openai-" + std::to_string(number);
  account.preset = "openai";
  account.endpoints[Dialect::kChat] = {"https://api.example/v1", catalog::AuthStyle::kBearer};
  account.endpoints[Dialect::kResponses] = {"https://api.example/v1", catalog::AuthStyle::kBearer};
  account.models = ModelNames();
  account.weight = 1 + number % 4;
  account.limits.Of(Measure::kTokens, Period::kDay) = 1'000'000'000;
  account.limits.Of(Measure::kCost, Period::kMonth) = 1'000'000'000;
  account.limits.reserve_percent = 5;
  account.facts.Learn({.model = "gpt-4.1-variant-7-2025-04-14",
                       .fact = {.kind = catalog::ModelFact::Kind::kNoQuota},
                       .words = "limit: 0",
                       .learned = kNow});
  pooled.counters = std::make_shared<AccountCounters>();
  pooled.cooldowns = std::make_shared<CooldownBoard>();
  pooled.limits = std::make_shared<LimitBoard>();
  return pooled;
}

// What OpenAI's headers tell with each reply.
LimitSample Told(std::int64_t requests) {
  LimitSample sample;
  sample[static_cast<std::size_t>(LimitKind::kRequests)] = {10'000, 9'000 - requests % 100,
                                                            kNow + std::chrono::seconds(6)};
  sample[static_cast<std::size_t>(LimitKind::kTokens)] = {2'000'000, 1'500'000, kNow + std::chrono::seconds(15)};
  return sample;
}

PoolSnapshot MakePool(int count, Health health) {
  PoolSnapshot pool;
  FastRandom random(3);
  ErrorDetail limited;
  limited.kind = ErrorKind::kRateMinute;
  limited.scope = ErrorScope::kModel;
  limited.retry_after = std::chrono::hours(1);
  for (int i = 0; i < count; ++i) {
    pool.accounts.push_back(MakeAccount(i));
    PooledAccount& pooled = pool.accounts.back();
    pooled.counters->NoteFirstByte(std::chrono::milliseconds(200 + random.Next() % 800), kNow);
    pooled.limits->Note(kModel, Told(i), kNow);
    const bool cools = (health == Health::kHalfCooling && i % 2 == 1) || (health == Health::kOneLeft && i != count / 2);
    if (cools) pooled.cooldowns->OnFailure(kModel, limited, kNow, random);
  }
  pool.index = std::make_shared<const PoolIndex>(pool.accounts, nullptr);
  return pool;
}

// Conversations as Claude Code names them.
std::vector<std::string> Conversations() {
  std::vector<std::string> names;
  for (int i = 0; i < 4096; ++i) {
    names.push_back("user_0f3c5a77e1_account__session_4a8f0c1e-93d2-4b1f-9c7e-" + std::to_string(100'000 + i));
  }
  return names;
}

RequestTraits MakeTraits(PickMode mode) {
  RequestTraits traits;
  traits.candidates = {{"openai", Family::kOpenAi, kModel}};
  traits.dialects = {Dialect::kMessages, Dialect::kResponses, Dialect::kChat, Dialect::kGemini};
  traits.policy.mode = mode;
  return traits;
}

void Pick(benchmark::State& state, PickMode mode, int accounts, Health health) {
  const PoolSnapshot pool = MakePool(accounts, health);
  const std::vector<std::string> conversations = Conversations();
  RequestTraits traits = MakeTraits(mode);
  FastRandom random(7);
  std::size_t i = 0;
  for (auto unused : state) {
    traits.conversation = HashOf(conversations[i++ % conversations.size()]);
    benchmark::DoNotOptimize(Scheduler::Pick(pool, traits, kNow, random));
  }
}

// Everything that a request asks of the pool, as the proxy does it: its traits and its attempt plan, the choice by
// facts, budgets and limits, the half-open place, the lease, what the reply tells of limits, the success.
void WholeRequest(benchmark::State& state, PickMode mode, int accounts, Health health) {
  const PoolSnapshot pool = MakePool(accounts, health);
  const std::vector<std::string> conversations = Conversations();
  const StillClock clock;
  FastRandom random(7);
  proxy::RetryBudget retries(clock);
  std::size_t i = 0;
  for (auto unused : state) {
    RequestTraits traits = MakeTraits(mode);
    traits.conversation = HashOf(conversations[i++ % conversations.size()]);
    retries.OnRequest();
    proxy::AttemptPlan plan(std::move(traits), proxy::AttemptPlan::Limits(), retries, clock, random);
    Choice choice = plan.Pick(pool);
    benchmark::DoNotOptimize(plan.Enter(choice).entered);
    benchmark::DoNotOptimize(plan.MayAsk(choice));
    const AccountLease lease(*choice.account, kNow);
    choice.account->limits->Note(choice.model, Told(static_cast<std::int64_t>(i)), kNow);
    choice.account->counters->NoteFirstByte(std::chrono::milliseconds(300), kNow);
    benchmark::DoNotOptimize(choice.account->cooldowns->OnSuccess(choice.model, kNow));
  }
}

void BuildIndex(benchmark::State& state, int accounts, const PoolIndex* before) {
  const PoolSnapshot pool = MakePool(accounts, Health::kHealthy);
  for (auto unused : state) {
    const PoolIndex index(pool.accounts, before == nullptr ? nullptr : pool.index.get());
    benchmark::DoNotOptimize(index.size());
  }
}

std::string NameOf(Health health) {
  constexpr std::array<const char*, 3> kNames{"healthy", "half cooling", "one left"};
  return kNames[static_cast<std::size_t>(health)];
}

void RegisterAll() {
  for (const PickMode mode : {PickMode::kCacheFirst, PickMode::kBalance, PickMode::kPerformanceFirst}) {
    for (const Health health : {Health::kHealthy, Health::kHalfCooling, Health::kOneLeft}) {
      for (const int accounts : {1, 10, 100, 1000, 10'000}) {
        const std::string what = std::string(NameOf(mode)) + ", " + NameOf(health) + ", " + std::to_string(accounts);
        benchmark::RegisterBenchmark(("pick, " + what).c_str(), Pick, mode, accounts, health);
        if (health == Health::kOneLeft) continue;
        benchmark::RegisterBenchmark(("request, " + what).c_str(), WholeRequest, mode, accounts, health);
      }
    }
  }
  static const PoolIndex kSome({}, nullptr);
  for (const int accounts : {10, 100, 1000, 10'000}) {
    const std::string count = std::to_string(accounts);
    benchmark::RegisterBenchmark(("index, other members, " + count).c_str(), BuildIndex, accounts, nullptr);
    benchmark::RegisterBenchmark(("index, same members, " + count).c_str(), BuildIndex, accounts, &kSome);
  }
}

}  // namespace
}  // namespace ag::pool

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  ag::pool::RegisterAll();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
