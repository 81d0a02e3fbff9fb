#include "tests/proxy/pool_simulation.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "gatewayd/pool/hash.h"

namespace ag::test {
namespace {

using std::chrono::milliseconds;

constexpr const char* kModel = "m";
constexpr milliseconds kLookAgain{250};

}  // namespace

PoolSimulation::PoolSimulation(Options options, std::vector<pool::Account> accounts, std::vector<Fault> faults,
                               std::vector<AffinityWindow> windows)
    : options_(options),
      start_(clock_.Now()),
      random_(options.seed),
      providers_(accounts.size(), faults, random_),
      retries_(clock_),
      conversations_(static_cast<std::size_t>(options.live_conversations)),
      health_(accounts.size()) {
  for (pool::Account& account : accounts) {
    if (std::find(presets_.begin(), presets_.end(), account.preset) == presets_.end()) {
      presets_.push_back(account.preset);
    }
    pool::PooledAccount pooled;
    pooled.account = std::move(account);
    pooled.account.id = AccountId("a" + std::to_string(pool_.accounts.size()));
    pooled.account.endpoints[Dialect::kChat] = {"https://provider.example", catalog::AuthStyle::kBearer};
    pooled.counters = std::make_shared<pool::AccountCounters>();
    pooled.cooldowns = std::make_shared<pool::CooldownBoard>();
    pooled.limits = std::make_shared<pool::LimitBoard>();
    pool_.accounts.push_back(std::move(pooled));
  }
  pool_.index = std::make_shared<const pool::PoolIndex>(pool_.accounts, nullptr);
  report_.affinity = std::move(windows);
  report_.served_by.resize(pool_.accounts.size());
  for (const Fault& fault : faults) {
    if (fault.kind == FaultKind::kRevoked) Schedule(fault.to, Step::kSignIn, fault.account);
  }
}

void PoolSimulation::Schedule(WallTime at, Step step, std::size_t subject) {
  events_.push({at, events_made_++, step, subject});
}

SimulationReport PoolSimulation::Run() {
  Schedule(start_, Step::kArrive, 0);
  while (!events_.empty()) {
    const Event event = events_.top();
    events_.pop();
    clock_.Advance(event.at - clock_.Now());
    switch (event.step) {
      case Step::kArrive:
        Arrive();
        break;
      case Step::kPick:
        Pick(event.subject);
        break;
      case Step::kComplete:
        Complete(event.subject);
        break;
      case Step::kSignIn:
        SetState(event.subject, pool::AccountState::kReady);
        break;
    }
  }
  return report_;
}

PoolSimulation::Conversation& PoolSimulation::NextConversation(std::size_t slot) {
  Conversation& conversation = conversations_[slot];
  if (conversation.turns_left == 0) {
    conversation = {"conversation-" + std::to_string(conversations_begun_++), Draw(presets_.size()),
                    1 + static_cast<int>(Draw(2 * static_cast<std::uint64_t>(options_.turns))), std::nullopt};
  }
  --conversation.turns_left;
  return conversation;
}

void PoolSimulation::Arrive() {
  const WallTime now = clock_.Now();
  if (++report_.requests < options_.requests) {
    const auto mean = options_.duration.count() / options_.requests;
    Schedule(now + milliseconds(Draw(2 * static_cast<std::uint64_t>(mean) + 1)), Step::kArrive, 0);
  }
  if (free_.empty()) {
    free_.push_back(requests_.size());
    requests_.emplace_back();
  }
  const std::size_t index = free_.back();
  free_.pop_back();
  Request& request = requests_[index];
  std::size_t provider = Draw(presets_.size());
  request.slot = conversations_.size();
  request.conversation.clear();
  if (Draw(100) >= static_cast<std::uint64_t>(options_.unrelated_percent)) {
    request.slot = Draw(conversations_.size());
    const Conversation& conversation = NextConversation(request.slot);
    request.conversation = conversation.name;
    provider = conversation.provider;
  }
  request.traits = {};
  request.traits.candidates = {{presets_[provider], Family::kOpenAi, kModel}};
  request.traits.dialects = {Dialect::kChat};
  if (!request.conversation.empty()) request.traits.conversation = pool::HashOf(request.conversation);
  request.traits.policy.mode = options_.mode;
  request.policy.emplace(proxy::AttemptLimits{options_.max_attempts}, random_);
  request.wait_until = now + options_.max_wait;
  request.failed_before = false;
  retries_.OnRequest();
  Pick(index);
}

// As proxy::AttemptLoop::Pick: an account that was not asked yet is worth a wait.
pool::Choice PoolSimulation::PickFor(Request& request) {
  const WallTime now = clock_.Now();
  const auto pick = [&] { return pool::Scheduler::Pick(pool_, request.traits, now, random_); };
  if (request.traits.tried.empty()) return pick();
  const std::vector<AccountId> tried = std::exchange(request.traits.tried, {});
  const std::size_t excluded = request.traits.excluded.size();
  request.traits.excluded.insert(request.traits.excluded.end(), tried.begin(), tried.end());
  const pool::Choice fresh = pick();
  request.traits.excluded.resize(excluded);
  request.traits.tried = tried;
  return fresh.account != nullptr || ReturnOf(fresh, request) ? fresh : pick();
}

// When it is worth looking again; none when it is not worth waiting.
std::optional<WallTime> PoolSimulation::ReturnOf(const pool::Choice& choice, const Request& request) const {
  const WallTime soon = clock_.Now() + kLookAgain;
  const bool probed = choice.rejected[static_cast<std::size_t>(pool::RejectReason::kHalfOpenTaken)] > 0;
  const std::optional<WallTime> back = probed ? soon : choice.earliest_return;
  if (!back || *back > request.wait_until) return std::nullopt;
  return std::max(*back, clock_.Now() + milliseconds(1));
}

void PoolSimulation::Pick(std::size_t index) {
  Request& request = requests_[index];
  const WallTime now = clock_.Now();
  for (;;) {
    pool::Choice choice = PickFor(request);
    const bool forced = choice.account == nullptr;
    if (forced) {
      if (const auto back = ReturnOf(choice, request)) return Schedule(*back, Step::kPick, index);
      if (request.failed_before || choice.least_bad == nullptr || choice.hinted || choice.least_bad_hinted)
        return Refuse(index);
      choice.account = choice.least_bad;
      choice.model = choice.least_bad_model;
    }
    const auto& tried = request.traits.tried;
    const bool again = std::find(tried.begin(), tried.end(), choice.account->account.id) != tried.end();
    if (again && !retries_.TryRetry()) return Refuse(index);
    const auto before = choice.account->cooldowns->Check(choice.model, now);
    if (!forced && !choice.account->cooldowns->TryEnter(choice.model, now)) continue;
    const bool half_open = before.state == pool::CooldownStatus::State::kHalfOpen;
    if (half_open) ++report_.probes;
    if (!half_open && now < health_[IndexOf(*choice.account)].refuses_until) ++report_.against_hint;
    return Begin(request, index, choice);
  }
}

void PoolSimulation::Begin(Request& request, std::size_t index, const pool::Choice& choice) {
  const WallTime now = clock_.Now();
  const std::size_t account = IndexOf(*choice.account);
  ++report_.attempts;
  if (health_[account].failed && providers_.CouldServe(account, now)) ++health_[account].probes;
  request.account = account;
  request.attempt_started = now;
  request.lease.emplace(*choice.account, now);
  request.answer = providers_.Ask(account, now);
  Schedule(now + request.answer.total, Step::kComplete, index);
}

void PoolSimulation::Complete(std::size_t index) {
  Request& request = requests_[index];
  request.lease.reset();
  const std::optional<ErrorDetail> error = request.answer.error;
  Report(request, error);
  if (error) return Retry(index, *error);
  NoteServed(request);
  Finish(index);
}

// As proxy::ReportAttempt.
void PoolSimulation::Report(Request& request, const std::optional<ErrorDetail>& error) {
  const WallTime now = clock_.Now();
  const pool::PooledAccount& pooled = pool_.accounts[*request.account];
  Health& health = health_[*request.account];
  if (!error) {
    pooled.counters->NoteFirstByte(request.answer.first_byte, now);
    pooled.cooldowns->OnSuccess(kModel, request.attempt_started);
    if (!health.failed || pooled.cooldowns->Check(kModel, now).state != pool::CooldownStatus::State::kReady) return;
    ++report_.recoveries;
    report_.most_probes_to_recover = std::max(report_.most_probes_to_recover, health.probes);
    health = {};
    return;
  }
  health = {true, 0, error->retry_after ? now + *error->retry_after : WallTime()};
  if (error->kind == ErrorKind::kAccountAuth) {
    SetState(*request.account, pool::AccountState::kNeedsSignIn);
  } else {
    pooled.cooldowns->OnFailure(kModel, *error, now, random_);
  }
}

// As proxy::AttemptLoop.
void PoolSimulation::Retry(std::size_t index, const ErrorDetail& error) {
  using Action = proxy::RetryDecision::Action;
  Request& request = requests_[index];
  request.failed_before = true;
  const proxy::RetryDecision decision = request.policy->Next(error, clock_.Steady());
  if (decision.action == Action::kGiveUp) return Refuse(index);
  const AccountId& id = pool_.accounts[*request.account].account.id;
  (decision.action == Action::kOtherAccount ? request.traits.excluded : request.traits.tried).push_back(id);
  Schedule(clock_.Now() + decision.pause, Step::kPick, index);
}

void PoolSimulation::NoteServed(Request& request) {
  const std::size_t account = *request.account;
  ++report_.served;
  ++report_.served_by[account];
  report_.digest = pool::Mix(report_.digest + account + 1);
  if (request.slot == conversations_.size()) return;
  Conversation& conversation = conversations_[request.slot];
  if (conversation.name != request.conversation) return;  // the slot went to another meanwhile
  for (AffinityWindow& window : report_.affinity) {
    if (!conversation.last || request.attempt_started < window.from || request.attempt_started >= window.to) continue;
    ++window.turns;
    if (conversation.last == account) ++window.hits;
  }
  conversation.last = account;
}

void PoolSimulation::Refuse(std::size_t index) {
  const WallTime now = clock_.Now();
  bool able = false;
  bool ready = false;
  for (std::size_t i = 0; i < pool_.accounts.size(); ++i) {
    const pool::PooledAccount& pooled = pool_.accounts[i];
    if (pooled.account.preset != requests_[index].traits.candidates.front().preset) continue;
    if (pooled.account.state != pool::AccountState::kReady || !providers_.CouldServe(i, now)) continue;
    able = true;
    ready |= pooled.cooldowns->Check(kModel, now).state == pool::CooldownStatus::State::kReady;
  }
  ++(ready ? report_.lost : able ? report_.waiting : report_.refused);
  Finish(index);
}

void PoolSimulation::Finish(std::size_t index) { free_.push_back(index); }

void PoolSimulation::SetState(std::size_t account, pool::AccountState state) {
  if (pool_.accounts[account].account.state == state) return;
  pool_.accounts[account].account.state = state;
  if (state == pool::AccountState::kReady) health_[account] = {};
  pool_.index = std::make_shared<const pool::PoolIndex>(pool_.accounts, pool_.index.get());
}

std::size_t PoolSimulation::IndexOf(const pool::PooledAccount& account) const {
  return static_cast<std::size_t>(&account - pool_.accounts.data());
}

std::string PoolSimulation::HomeOf(const std::string& preset, std::string_view conversation) {
  pool::RequestTraits traits;
  traits.candidates = {{preset, Family::kOpenAi, kModel}};
  traits.dialects = {Dialect::kChat};
  traits.conversation = pool::HashOf(conversation);
  const pool::Choice choice = pool::Scheduler::Pick(pool_, traits, clock_.Now(), random_);
  return choice.account == nullptr ? std::string() : choice.account->account.id.value();
}

}  // namespace ag::test
