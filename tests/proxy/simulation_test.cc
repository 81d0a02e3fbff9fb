#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "tests/proxy/pool_simulation.h"

// The pool over two days in seconds: 50 accounts of three providers and what goes wrong with them.
namespace ag::test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t kOpenAi = 20;
constexpr std::size_t kAnthropic = 15;
constexpr std::size_t kGemini = 15;
constexpr std::size_t kAccounts = kOpenAi + kAnthropic + kGemini;
constexpr hours kBursts{12};    // of rate limits, until kRolling
constexpr hours kRolling{20};   // each OpenAI account is out in turn
constexpr minutes kEachOut{4};  // …for so long
constexpr hours kTrouble{24};   // outages and slow accounts, until kCalm
constexpr hours kCalm{42};
constexpr hours kEnd{48};

std::vector<pool::Account> Accounts() {
  std::vector<pool::Account> accounts(kAccounts);
  for (std::size_t i = 0; i < kAccounts; ++i) {
    accounts[i].preset = i < kOpenAi ? "openai" : i < kOpenAi + kAnthropic ? "anthropic" : "gemini";
    accounts[i].weight = 1 + static_cast<int>(i % 4);
    // The last of each provider only stand in for the others.
    if (i % 5 == 4) accounts[i].priority = -1;
  }
  return accounts;
}

// One fault of a kind at a time, on an account that the seed names, while at least most others are well.
void AddEpisodes(std::vector<Fault>& faults, FaultKind kind, WallTime from, WallTime to, seconds length,
                 seconds between, FastRandom& random) {
  for (WallTime at = from; at + length < to; at += between) {
    // Each kind has accounts of its own, so that the faults of one account do not overlap.
    const std::size_t lane = static_cast<std::size_t>(kind);
    const std::size_t account = (random.Next() % (kAccounts / 7)) * 7 + lane;
    faults.push_back({account, kind, at, at + length, {}});
  }
}

std::vector<Fault> Script(WallTime start, std::uint64_t seed) {
  FastRandom random(seed);
  std::vector<Fault> faults;
  AddEpisodes(faults, FaultKind::kRateHinted, start + kBursts, start + kRolling, minutes(5), minutes(7), random);
  AddEpisodes(faults, FaultKind::kRateBare, start + kBursts, start + kRolling, minutes(3), minutes(5), random);
  for (std::size_t i = 0; i < kOpenAi; ++i) {
    const WallTime at = start + kRolling + kEachOut * i;
    faults.push_back({i, FaultKind::kConnect, at, at + kEachOut, {}});
  }
  AddEpisodes(faults, FaultKind::kServer, start + kTrouble, start + kCalm, minutes(10), minutes(13), random);
  AddEpisodes(faults, FaultKind::kOverloaded, start + kTrouble, start + kCalm, minutes(4), minutes(9), random);
  AddEpisodes(faults, FaultKind::kConnect, start + kTrouble, start + kCalm, minutes(10), minutes(11), random);
  AddEpisodes(faults, FaultKind::kSlow, start + kTrouble, start + kCalm, minutes(20), minutes(25), random);
  AddEpisodes(faults, FaultKind::kRevoked, start + kTrouble, start + kCalm, hours(2), hours(3), random);
  // Every second limit is one model's alone, as most providers' are.
  bool one_model = false;
  for (Fault& fault : faults) {
    const bool rate = fault.kind == FaultKind::kRateHinted || fault.kind == FaultKind::kRateBare;
    if (!rate) continue;
    if (one_model) fault.model = PoolSimulation::kModels[random.Next() % PoolSimulation::kModels.size()];
    one_model = !one_model;
  }
  return faults;
}

PoolSimulation Simulation(std::uint64_t seed, int requests, pool::PickMode mode = pool::PickMode::kCacheFirst) {
  PoolSimulation::Options options;
  options.mode = mode;
  options.seed = seed;
  options.requests = requests;
  options.duration = kEnd;
  const WallTime start = FakeClock().Now();
  std::vector<AffinityWindow> windows{{"healthy", start, start + kBursts},
                                      {"rate limits", start + kBursts, start + kRolling},
                                      {"rolling outage", start + kRolling, start + kRolling + kEachOut * kOpenAi},
                                      {"outages", start + kTrouble, start + kCalm},
                                      {"after", start + kCalm + minutes(30), start + kEnd}};
  return {options, Accounts(), Script(start, seed), std::move(windows)};
}

void Print(const SimulationReport& report) {
  std::cout << "requests " << report.requests << ", attempts " << report.attempts << ", served " << report.served
            << ", looks while waiting " << report.waited << ", refused rightly " << report.refused
            << ", refused while cooling " << report.waiting << ", lost " << report.lost << "\nasked against a hint "
            << report.against_hint << ", half-open probes " << report.probes << ", recoveries " << report.recoveries
            << ", most probes to recover " << report.most_probes_to_recover << "\n";
  for (const AffinityWindow& window : report.affinity) {
    std::cout << "affinity, " << window.name << ": " << std::round(window.rate() * 10'000) / 100 << " % of "
              << window.turns << " turns\n";
  }
}

TEST(PoolSimulation, AMillionRequestsThroughTwoBadDays) {
  PoolSimulation simulation = Simulation(1, 1'000'000);
  for (std::size_t i = kOpenAi + 2; i < kAccounts; i += 7) simulation.providers().LimitDaily(i, 4000);
  std::vector<std::string> homes;
  for (int i = 0; i < 1000; ++i) homes.push_back(simulation.HomeOf("openai", "watched-" + std::to_string(i)));
  const SimulationReport report = simulation.Run();
  Print(report);
  EXPECT_EQ(report.served + report.refused + report.waiting + report.lost, 1'000'000);
  EXPECT_EQ(report.lost, 0);
  EXPECT_EQ(report.waiting, 0);
  EXPECT_EQ(report.refused, 0) << "at every moment most accounts of each provider were well";
  EXPECT_EQ(report.against_hint, 0);
  EXPECT_GT(report.recoveries, 300);
  EXPECT_EQ(report.most_probes_to_recover, 1);
  EXPECT_GT(report.affinity[0].rate(), 0.95);
  EXPECT_GE(report.affinity[2].rate(), 0.80);
  EXPECT_GT(report.affinity[4].rate(), 0.99);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(simulation.HomeOf("openai", "watched-" + std::to_string(i)), homes[static_cast<std::size_t>(i)]);
  }
}

TEST(PoolSimulation, NothingIsLostHoweverItChooses) {
  for (const pool::PickMode mode : {pool::PickMode::kBalance, pool::PickMode::kPerformanceFirst}) {
    const SimulationReport report = Simulation(3, 200'000, mode).Run();
    EXPECT_EQ(report.served, 200'000) << pool::NameOf(mode);
    EXPECT_EQ(report.against_hint, 0) << pool::NameOf(mode);
    EXPECT_EQ(report.most_probes_to_recover, 1) << pool::NameOf(mode);
  }
}

// Every ten minutes all are at their limit at once, and say for how long.
TEST(PoolSimulation, WhoMeetsALimitOfAllWaitsForItsEnd) {
  constexpr std::size_t kFew = 3;
  PoolSimulation::Options options;
  options.requests = 100'000;
  options.duration = hours(24);
  const WallTime start = FakeClock().Now();
  std::vector<Fault> faults;
  for (WallTime at = start + minutes(10); at < start + options.duration; at += minutes(10)) {
    for (std::size_t i = 0; i < kFew; ++i) faults.push_back({i, FaultKind::kRateHinted, at, at + seconds(15), {}});
  }
  const SimulationReport report = PoolSimulation(options, std::vector<pool::Account>(kFew), faults, {}).Run();
  EXPECT_EQ(report.served, options.requests);
  EXPECT_EQ(report.against_hint, 0);
  EXPECT_GT(report.waited, 1000);
  // One of a burst meets the limit of each account, the others stand by.
  EXPECT_LT(report.attempts, options.requests + 145 * 40);

  options.max_wait = milliseconds(5000);
  const SimulationReport hasty = PoolSimulation(options, std::vector<pool::Account>(kFew), faults, {}).Run();
  EXPECT_GT(hasty.refused, 100) << "nobody is back within their patience";
  EXPECT_EQ(hasty.lost, 0);
  EXPECT_EQ(hasty.against_hint, 0);
}

TEST(PoolSimulation, TheSameSeedGivesTheSameRun) {
  const SimulationReport one = Simulation(7, 50'000).Run();
  const SimulationReport two = Simulation(7, 50'000).Run();
  const SimulationReport other = Simulation(8, 50'000).Run();
  EXPECT_EQ(one.digest, two.digest);
  EXPECT_EQ(one.attempts, two.attempts);
  EXPECT_EQ(one.served_by, two.served_by);
  EXPECT_NE(one.digest, other.digest);
}

// In both ways of choosing, with as many requests as make chance small.
TEST(PoolSimulation, LoadFollowsTheWeights) {
  for (const int unrelated_percent : {0, 100}) {
    std::vector<pool::Account> accounts(10);
    for (std::size_t i = 0; i < accounts.size(); ++i) accounts[i].weight = 1 + static_cast<int>(i % 4);
    PoolSimulation::Options options;
    options.requests = 400'000;
    options.duration = hours(24);
    options.turns = 2;
    options.unrelated_percent = unrelated_percent;
    PoolSimulation simulation(options, accounts, {}, {});
    const SimulationReport report = simulation.Run();
    ASSERT_EQ(report.served, options.requests);
    const int total = std::accumulate(accounts.begin(), accounts.end(), 0,
                                      [](int sum, const pool::Account& account) { return sum + account.weight; });
    for (std::size_t i = 0; i < accounts.size(); ++i) {
      const double share = static_cast<double>(options.requests) * accounts[i].weight / total;
      EXPECT_NEAR(report.served_by[i], share, share * 0.05) << i << " of weight " << accounts[i].weight;
    }
  }
}

}  // namespace
}  // namespace ag::test
