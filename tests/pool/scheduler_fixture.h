#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "gatewayd/base/random.h"
#include "gatewayd/pool/scheduler.h"
#include "tests/support/fake_clock.h"

namespace ag::pool {

// A pool that a test builds account by account, and picks from it.
class SchedulerFixture : public testing::Test {
 protected:
  PooledAccount& Add(const std::string& id, const std::string& preset = "openai") {
    PooledAccount pooled;
    pooled.account.id = AccountId(id);
    pooled.account.label = id + "-label";
    pooled.account.preset = preset;
    pooled.account.family = preset == "anthropic" ? Family::kAnthropic : Family::kOpenAi;
    if (preset == "anthropic") {
      pooled.account.endpoints[Dialect::kMessages] = {"https://a.example", catalog::AuthStyle::kXApiKey};
    } else {
      pooled.account.endpoints[Dialect::kChat] = {"https://o.example/v1", catalog::AuthStyle::kBearer};
      pooled.account.endpoints[Dialect::kResponses] = {"https://o.example/v1", catalog::AuthStyle::kBearer};
    }
    pooled.counters = std::make_shared<AccountCounters>();
    pooled.cooldowns = std::make_shared<CooldownBoard>();
    pooled.limits = std::make_shared<LimitBoard>();
    snapshot_.accounts.push_back(std::move(pooled));
    Changed();
    return snapshot_.accounts.back();
  }
  // The index is made again before the next choice.
  void Changed() { changed_ = true; }
  const PoolSnapshot& Snapshot() {
    if (std::exchange(changed_, false)) {
      snapshot_.index = std::make_shared<const PoolIndex>(snapshot_.accounts, snapshot_.index.get());
    }
    return snapshot_;
  }
  static RequestTraits Traits(const std::string& preset = "openai", const std::string& model = "gpt-5") {
    RequestTraits traits;
    traits.candidates = {{preset, Family::kOpenAi, model}};
    traits.dialects = {Dialect::kChat, Dialect::kResponses, Dialect::kMessages};
    return traits;
  }
  Choice Pick(const RequestTraits& traits) { return Scheduler::Pick(Snapshot(), traits, clock_.Now(), random_); }
  std::string PickId(const RequestTraits& traits) {
    const Choice choice = Pick(traits);
    return choice.account == nullptr ? "none" : choice.account->account.id.value();
  }
  void Cool(std::size_t index, std::chrono::milliseconds hint, const std::string& model = "gpt-5") {
    ErrorDetail error;
    error.kind = ErrorKind::kRateMinute;
    error.scope = ErrorScope::kModel;
    error.retry_after = hint;
    snapshot_.accounts[index].cooldowns->OnFailure(model, error, clock_.Now(), random_);
  }
  static int Rejected(const Choice& choice, RejectReason reason) {
    return choice.rejected[static_cast<std::size_t>(reason)];
  }

  test::FakeClock clock_;
  FastRandom random_{11};
  PoolSnapshot snapshot_;

 private:
  bool changed_ = false;
};

}  // namespace ag::pool
