#pragma once

#include <absl/status/status.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/clock.h"
#include "gatewayd/base/dialect.h"
#include "gatewayd/base/usage.h"
#include "gatewayd/catalog/catalog.h"
#include "gatewayd/catalog/model_use.h"
#include "gatewayd/pool/account_facts.h"
#include "gatewayd/pool/pool_snapshot.h"
#include "gatewayd/pool/scheduler.h"

// Tests of what an account can really do: one small request to one of its models, on demand. Which ones, at what price,
// and what may not be asked now. Pure.
namespace ag::pool {

// The question that a test asks: a few words, answered in at most so many tokens, or turned into numbers.
struct TestQuestion {
  static constexpr std::int64_t kInputTokens = 20;   // about: providers wrap the words differently
  static constexpr std::int64_t kOutputTokens = 16;  // the least that OpenAI's Responses API takes as a limit
};

// The dialect in which the account is asked for a model of that use: its provider's own, and of OpenAI's two the newer
// one where that serves all models. None when there is no way to ask.
std::optional<Dialect> TestDialect(const Account& account, catalog::ModelUse use);

// What keeps an account from being asked, or a model of it.
struct Obstacle {
  RejectReason reason = RejectReason::kDisabled;
  WallTime until{};     // the epoch: not known, or not by itself
  bool hinted = false;  // `until` is the provider's or a limit's word
};
// What providers and owners have said holds for tests too: states, pauses, limits, budgets. Facts do not: a test finds
// out whether they are still true.
std::optional<Obstacle> ObstacleToTest(const PooledAccount& account, std::string_view model, WallTime now);

// One model that would be asked.
struct PlannedTest {
  std::string model;
  std::int64_t input_tokens = 0;     // about
  std::int64_t output_tokens = 0;    // at most
  std::optional<std::int64_t> cost;  // in billionths of a US dollar, by list price; none = no price is known
  std::vector<LearnedFact> facts;    // that count now
  std::optional<Obstacle> obstacle;  // it would not be asked now
};
struct TestPlan {
  std::vector<PlannedTest> tests;
  std::vector<std::string> left_out;  // of the account's models: those that no short question can be put to
};
// Of the account's own models, or of `wanted` where it names some.
TestPlan PlanTests(const PooledAccount& account, std::span<const std::string> wanted, const catalog::Catalog& catalog,
                   WallTime now);

// What came of one test.
struct ModelTest {
  std::optional<Obstacle> obstacle;  // it was not asked
  absl::Status error;                // OK: the model works
  std::optional<LearnedFact> fact;   // what the error teaches
  std::optional<Obstacle> pause;     // what the error has led to, of the model or the account
  std::string request_id;            // in the log; empty when it was not asked
  Usage usage;
  std::optional<std::int64_t> cost;
  std::chrono::microseconds took{0};
};

}  // namespace ag::pool
