#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "gatewayd/base/random.h"
#include "gatewayd/pool/account_lease.h"
#include "gatewayd/pool/scheduler.h"
#include "gatewayd/proxy/attempt_plan.h"
#include "gatewayd/proxy/shard_services.h"
#include "tests/proxy/simulated_providers.h"
#include "tests/support/fake_clock.h"

namespace ag::test {

// A stretch of time in which it is counted how often a conversation's turn met the account of the turn before.
struct AffinityWindow {
  std::string name;
  WallTime from{};
  WallTime to{};
  int turns = 0;
  int hits = 0;
  double rate() const { return turns == 0 ? 0 : static_cast<double>(hits) / turns; }
};

struct SimulationReport {
  int requests = 0;
  int attempts = 0;
  int served = 0;
  int refused = 0;       // rightly: no account that the request may use could serve
  int waiting = 0;       // refused, since those that could were cooling: nobody had told that they could
  int lost = 0;          // refused while an account could serve and was not cooling
  int waited = 0;        // looks of requests that stood by until an account was back
  int against_hint = 0;  // attempts on an account that had said when it would be back, before that, half-open apart
  int probes = 0;        // attempts on a half-open account
  int recoveries = 0;
  int most_probes_to_recover = 0;  // attempts that a working account needed until it was ready again
  std::vector<AffinityWindow> affinity;
  std::vector<int> served_by;  // account
  std::uint64_t digest = 0;    // of who served what, in order
};

// Requests on virtual time against the real scheduler, cool-downs, attempt plan and reports; what a socket or the
// account's owner does comes from SimulatedProviders. The same seed gives the same run.
class PoolSimulation : private proxy::PoolFeedback {
 public:
  struct Options {
    std::uint64_t seed = 1;
    int requests = 1'000'000;
    std::chrono::milliseconds duration{std::chrono::hours(48)};
    int live_conversations = 2000;  // at a time
    int turns = 20;                 // of a conversation
    int unrelated_percent = 20;     // requests without a conversation
    int max_attempts = 5;
    std::chrono::milliseconds max_wait{20'000};
    pool::PickMode mode = pool::PickMode::kCacheFirst;
  };

  // `accounts` name their provider by preset; each has the models of kModels, which are asked for alike.
  PoolSimulation(Options options, std::vector<pool::Account> accounts, std::vector<Fault> faults,
                 std::vector<AffinityWindow> windows);

  static constexpr std::array<const char*, 3> kModels{"large", "small", "tiny"};

  SimulatedProviders& providers() { return providers_; }
  WallTime start() const { return start_; }
  SimulationReport Run();
  // Where a conversation with the first model would go now.
  std::string HomeOf(const std::string& preset, std::string_view conversation);

 private:
  struct Conversation {
    std::string name;
    std::size_t provider = 0;
    std::size_t model = 0;
    int turns_left = 0;
    std::optional<std::size_t> last;  // account of the turn before
  };
  struct Request {
    std::string preset;
    std::string model;
    std::string conversation;
    std::size_t slot = 0;  // of the conversation, if it has one
    std::optional<proxy::AttemptPlan> plan;
    std::optional<pool::AccountLease> lease;
    std::size_t account = 0;  // that is asked
    pool::PickReason why = pool::PickReason::kOnlyCandidate;
    pool::HalfOpenTicket place;
    SimulatedProviders::Answer answer;
    WallTime attempt_started{};
  };
  enum class Step : std::uint8_t { kArrive, kPick, kFirstByte, kComplete, kSignIn };
  struct Event {
    WallTime at{};
    std::uint64_t order = 0;
    Step step = Step::kArrive;
    std::size_t subject = 0;  // a request, or the account that is signed in again
    bool operator>(const Event& other) const { return at != other.at ? at > other.at : order > other.order; }
  };
  // Of an account, or of one of its models: what its latest failure said, until it serves again.
  struct Health {
    bool failed = false;
    int probes = 0;
    WallTime refuses_until{};  // as the account said, and the pool has heard
  };
  struct AccountHealth {
    Health all;
    std::map<std::string, Health, std::less<>> models;
  };

  void OnCooldownChanged(const AccountId& id, pool::StatusChange change) override;
  void OnAccountRefused(const pool::Account& asked, pool::Signal signal, ErrorDetail error) override;
  void OnAccountServed(const AccountId& /*id*/) override {}
  void OnLearned(const AccountId& /*id*/, pool::LearnedFact /*fact*/) override {}
  void OnContradicted(const AccountId& /*id*/, std::string_view /*model*/, WallTime /*started*/,
                      std::vector<catalog::ModelFact> /*facts*/) override {}

  void Schedule(WallTime at, Step step, std::size_t subject);
  void Arrive();
  Conversation& NextConversation(std::size_t slot);
  void Pick(std::size_t index);
  void Begin(std::size_t index, const pool::Choice& choice, bool half_open);
  void Complete(std::size_t index);
  void ReportServed(const Request& request);
  void ReportFailed(const Request& request);
  void NoteRecovery(Health& health, const Request& request);
  void Retry(std::size_t index, const ErrorDetail& error);
  void NoteServed(const Request& request);
  void Refuse(std::size_t index);
  void Finish(std::size_t index);
  pool::RequestTraits TraitsFor(const std::string& preset, const std::string& model, std::string_view conversation);
  void SetState(std::size_t account, pool::AccountState state);
  std::size_t IndexOf(const pool::PooledAccount& account) const;
  std::uint64_t Draw(std::uint64_t below) { return random_.Next() % below; }

  const Options options_;
  FakeClock clock_;
  const WallTime start_;
  FastRandom random_;
  SimulatedProviders providers_;
  pool::PoolSnapshot pool_;
  std::vector<std::string> presets_;
  proxy::RetryBudget retries_;
  std::vector<Conversation> conversations_;
  int conversations_begun_ = 0;
  std::vector<Request> requests_;
  std::vector<std::size_t> free_;
  std::vector<AccountHealth> health_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::uint64_t events_made_ = 0;
  SimulationReport report_;
};

}  // namespace ag::test
