#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "gatewayd/base/random.h"
#include "gatewayd/pool/account_lease.h"
#include "gatewayd/pool/scheduler.h"
#include "gatewayd/proxy/attempt_policy.h"
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
  int against_hint = 0;  // attempts on an account that had said when it would be back, before that, half-open apart
  int probes = 0;        // attempts on a half-open account
  int recoveries = 0;
  int most_probes_to_recover = 0;  // attempts that a working account needed until it was ready again
  std::vector<AffinityWindow> affinity;
  std::vector<int> served_by;  // account
  std::uint64_t digest = 0;    // of who served what, in order
};

// Requests on virtual time against the real scheduler, cool-downs and attempt policy, in the steps of
// proxy::AttemptLoop. The same seed gives the same run.
class PoolSimulation {
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

  // `accounts` name their provider by preset, and each takes requests for one model, "m".
  PoolSimulation(Options options, std::vector<pool::Account> accounts, std::vector<Fault> faults,
                 std::vector<AffinityWindow> windows);

  SimulatedProviders& providers() { return providers_; }
  WallTime start() const { return start_; }
  SimulationReport Run();
  // Where a conversation would go now.
  std::string HomeOf(const std::string& preset, std::string_view conversation);

 private:
  struct Conversation {
    std::string name;
    std::size_t provider = 0;
    int turns_left = 0;
    std::optional<std::size_t> last;  // account of the turn before
  };
  struct Request {
    pool::RequestTraits traits;
    std::string conversation;
    std::size_t slot = 0;  // of the conversation, if it has one
    std::optional<proxy::AttemptPolicy> policy;
    std::optional<pool::AccountLease> lease;
    std::optional<std::size_t> account;  // that is asked
    SimulatedProviders::Answer answer;
    WallTime attempt_started{};
    WallTime wait_until{};
    bool failed_before = false;
  };
  enum class Step : std::uint8_t { kArrive, kPick, kComplete, kSignIn };
  struct Event {
    WallTime at{};
    std::uint64_t order = 0;
    Step step = Step::kArrive;
    std::size_t subject = 0;  // a request, or the account that is signed in again
    bool operator>(const Event& other) const { return at != other.at ? at > other.at : order > other.order; }
  };
  struct Health {
    bool failed = false;
    int probes = 0;
    WallTime refuses_until{};  // as the account said, and the pool has heard
  };

  void Schedule(WallTime at, Step step, std::size_t subject);
  void Arrive();
  Conversation& NextConversation(std::size_t slot);
  void Pick(std::size_t index);
  void Begin(Request& request, std::size_t index, const pool::Choice& choice);
  void Complete(std::size_t index);
  void Report(Request& request, const std::optional<ErrorDetail>& error);
  void Retry(std::size_t index, const ErrorDetail& error);
  void NoteServed(Request& request);
  void Refuse(std::size_t index);
  void Finish(std::size_t index);
  pool::Choice PickFor(Request& request);
  std::optional<WallTime> ReturnOf(const pool::Choice& choice, const Request& request) const;
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
  std::vector<Health> health_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::uint64_t events_made_ = 0;
  SimulationReport report_;
};

}  // namespace ag::test
