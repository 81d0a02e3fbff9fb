#pragma once

#include <absl/status/statusor.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/clock.h"
#include "gatewayd/catalog/lesson.h"

namespace ag::pool {

// One fact about one model on one account, in the provider's own words.
struct LearnedFact {
  std::string model;  // the upstream's name
  catalog::ModelFact fact;
  std::string words;  // redacted and cut by whoever heard them
  WallTime learned{};
  WallTime expires{};  // AccountFacts sets it

  friend bool operator==(const LearnedFact&, const LearnedFact&) = default;
};

// What definitive answers have taught of an account's models. A value without a clock: its owner, the AccountPool,
// changes it; shards read the copies of their snapshots. Model names are compared without Gemini's "models/".
class AccountFacts {
 public:
  // A provider may change a plan or a model at any time; asking again once a week costs little.
  static constexpr std::chrono::hours kLife{7 * 24};
  // The same answer is not noted anew before: a client that goes on asking causes no write a request.
  static constexpr std::chrono::hours kFresh{1};
  static constexpr std::size_t kMost = 200;  // the oldest go first

  // In place of what was known of the same kind and parameter. False when it says nothing new.
  bool Learn(LearnedFact fact);
  // Takes away those of `facts` that were learned before `started`; how many.
  int Contradict(std::string_view model, WallTime started, std::span<const catalog::ModelFact> facts);
  // The provider's list of models changed: what is new in it is granted. How many facts that takes away.
  int OnListed(std::span<const std::string> before, std::span<const std::string> now);
  // All of the model; with an empty name all. How many.
  int Forget(std::string_view model);

  bool empty() const { return facts_.empty(); }
  // The bits of the models that some fact, fresh or not, bars: the scheduler asks about a model whose bit is not among
  // them nothing more.
  std::uint64_t barred() const;
  static std::uint64_t BitOf(std::string_view model);
  // The fact that keeps the account from serving the model at `now`, or null.
  const LearnedFact* WhatBars(std::string_view model, WallTime now) const;
  // Makes what is known of the model on this account agree with the facts that count at `now`.
  void Apply(std::string_view model, WallTime now, catalog::ModelInfo& info, catalog::ChatQuirks& quirks) const;
  // Those of the model that count at `now`.
  std::vector<const LearnedFact*> Of(std::string_view model, WallTime now) const;
  // Sorted by model.
  std::span<const LearnedFact> all() const { return facts_; }

 private:
  std::span<const LearnedFact> OfModel(std::string_view model) const;

  std::vector<LearnedFact> facts_;
};

// [{"model": …, "kind": "no_quota", "parameter": …, "limit": …, "words": …, "learned_ms": …, "expires_ms": …}]; what is
// empty is left out. Facts of a kind that this version does not know are passed over when read.
std::string FactsToJson(const AccountFacts& facts);
absl::StatusOr<AccountFacts> FactsFromJson(std::string_view json);

}  // namespace ag::pool
