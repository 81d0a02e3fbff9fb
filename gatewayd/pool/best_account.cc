#include "gatewayd/pool/best_account.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "gatewayd/base/random.h"

namespace ag::pool {
namespace {

constexpr int kConversations = 64;
constexpr std::uint64_t kSeed = 1;

// A request that any account of the preset could serve.
RequestTraits TraitsOf(const Account& account, const PickPolicy& policy, std::string_view model) {
  RequestTraits traits;
  traits.candidates.push_back({account.preset, account.family, std::string(model)});
  for (int i = 0; i < kDialectCount; ++i) traits.dialects.push_back(static_cast<Dialect>(i));
  traits.policy = policy;
  return traits;
}

void PickMany(const PoolSnapshot& snapshot, const RequestTraits& traits, WallTime now, BestAccount& best) {
  FastRandom random(kSeed);
  std::map<const PooledAccount*, int> times;
  for (int i = 0; i < kConversations; ++i) {
    RequestTraits asked = traits;
    asked.conversation = random.Next();
    const Choice choice = Scheduler::Pick(snapshot, asked, now, random);
    if (choice.account == nullptr) return;
    ++times[choice.account];
  }
  // Of equals the first in the user's order, which is the snapshot's.
  const auto most =
      std::max_element(times.begin(), times.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  best.account = most->first;
  best.share = static_cast<double>(most->second) / kConversations;
}

Reason WhyThisOne(const PoolSnapshot& snapshot, const PickPolicy& policy, const BestAccount& best) {
  if (best.account == nullptr) return {"none_ready", {}};
  const Account& chosen = best.account->account;
  if (policy.fixed == chosen.id) return {"fixed_account", {}};
  if (best.candidates.size() == 1) return {"only_account", {}};
  int ready = 0;
  int equals = 0;
  for (const CandidateExplanation& row : best.candidates) {
    if (!row.eligible) continue;
    ++ready;
    const PooledAccount* const other = snapshot.Find(row.account);
    if (other != nullptr && other->account.priority == chosen.priority) ++equals;
  }
  if (ready == 1) return {"only_ready", {{"of", std::to_string(best.candidates.size())}}};
  if (equals == 1) return {"highest_priority", {{"priority", std::to_string(chosen.priority)}}};
  return {policy.mode == PickMode::kPerformanceFirst ? "soonest_answer" : "least_loaded",
          {{"of", std::to_string(equals)}}};
}

}  // namespace

std::vector<BestAccount> FindBestAccounts(const PoolSnapshot& snapshot, const PickPolicy& policy,
                                          std::string_view model, WallTime now) {
  std::vector<BestAccount> found;
  for (const PooledAccount& pooled : snapshot.accounts) {
    const std::string& preset = pooled.account.preset;
    if (std::any_of(found.begin(), found.end(), [&](const BestAccount& known) { return known.preset == preset; })) {
      continue;
    }
    const RequestTraits traits = TraitsOf(pooled.account, policy, model);
    BestAccount& best = found.emplace_back();
    best.preset = preset;
    best.candidates = Scheduler::Explain(snapshot, traits, now);
    std::erase_if(best.candidates, [](const auto& row) { return row.reason == RejectReason::kOtherProvider; });
    PickMany(snapshot, traits, now, best);
    best.reason = WhyThisOne(snapshot, policy, best);
  }
  return found;
}

}  // namespace ag::pool
