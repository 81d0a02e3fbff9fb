#include "tests/proxy/pool_simulation.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "gatewayd/pool/hash.h"
#include "gatewayd/proxy/account_report.h"

namespace ag::test {
using std::chrono::milliseconds;

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
      case Step::kFirstByte:
        ReportServed(requests_[event.subject]);
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
                    Draw(kModels.size()), 1 + static_cast<int>(Draw(2 * static_cast<std::uint64_t>(options_.turns))),
                    std::nullopt};
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
  std::size_t model = Draw(kModels.size());
  request.slot = conversations_.size();
  request.conversation.clear();
  if (Draw(100) >= static_cast<std::uint64_t>(options_.unrelated_percent)) {
    request.slot = Draw(conversations_.size());
    const Conversation& conversation = NextConversation(request.slot);
    request.conversation = conversation.name;
    provider = conversation.provider;
    model = conversation.model;
  }
  request.preset = presets_[provider];
  request.model = kModels[model];
  request.plan.emplace(
      TraitsFor(request.preset, request.model, request.conversation),
      proxy::AttemptPlan::Limits{{.max_attempts = options_.max_attempts}, clock_.Steady() + options_.max_wait},
      retries_, clock_, random_);
  retries_.OnRequest();
  Pick(index);
}

pool::RequestTraits PoolSimulation::TraitsFor(const std::string& preset, const std::string& model,
                                              std::string_view conversation) {
  pool::RequestTraits traits;
  traits.candidates = {{preset, Family::kOpenAi, model}};
  traits.dialects = {Dialect::kChat};
  if (!conversation.empty()) traits.conversation = pool::HashOf(conversation);
  traits.policy.mode = options_.mode;
  return traits;
}

// In the steps of proxy::AttemptLoop, which does the same on sockets. Those who wait stand in no line here: whoever
// looks first is served.
void PoolSimulation::Pick(std::size_t index) {
  proxy::AttemptPlan& plan = *requests_[index].plan;
  for (;;) {
    pool::Choice choice = plan.Pick(pool_);
    bool half_open = false;
    if (choice.account != nullptr) {
      const pool::CooldownBoard::Entry entry = plan.Enter(choice);
      if (!entry) continue;
      half_open = entry.change.has_value();
    } else if (const auto wait = plan.WaitFor(choice)) {
      ++report_.waited;
      return Schedule(clock_.Now() + *wait, Step::kPick, index);
    } else if (!plan.Force(choice)) {
      return Refuse(index);
    }
    if (!plan.MayAsk(choice)) {
      const auto wait = plan.WaitForRetry();
      if (!wait) return Refuse(index);
      ++report_.waited;
      return Schedule(clock_.Now() + *wait, Step::kPick, index);
    }
    return Begin(index, choice, half_open);
  }
}

void PoolSimulation::Begin(std::size_t index, const pool::Choice& choice, bool half_open) {
  Request& request = requests_[index];
  const WallTime now = clock_.Now();
  request.account = IndexOf(*choice.account);
  request.why = choice.why;
  request.place = choice.place;
  request.attempt_started = now;
  request.lease.emplace(*choice.account, now);
  ++report_.attempts;
  if (half_open) ++report_.probes;
  AccountHealth& health = health_[request.account];
  bool against_hint = false;
  for (Health* const of : {&health.all, &health.models[request.model]}) {
    if (of->failed && providers_.CouldServe(request.account, request.model, now)) ++of->probes;
    against_hint |= now < of->refuses_until;
  }
  if (against_hint && !half_open) ++report_.against_hint;
  request.answer = providers_.Ask(request.account, request.model, now);
  if (!request.answer.error) Schedule(now + request.answer.first_byte, Step::kFirstByte, index);
  Schedule(now + request.answer.total, Step::kComplete, index);
}

void PoolSimulation::Complete(std::size_t index) {
  Request& request = requests_[index];
  request.lease.reset();
  if (request.answer.error) {
    ReportFailed(request);
    return Retry(index, *request.answer.error);
  }
  NoteServed(request);
  Finish(index);
}

void PoolSimulation::ReportServed(const Request& request) {
  const pool::PooledAccount& pooled = pool_.accounts[request.account];
  AccountHealth& health = health_[request.account];
  pooled.counters->NoteFirstByte(request.answer.first_byte, clock_.Now());
  proxy::ReportServed(pooled, request.model, request.attempt_started, pool::CooldownBoard::Served::kWhole, *this);
  NoteRecovery(health.all, request);
  NoteRecovery(health.models[request.model], request);
}

void PoolSimulation::ReportFailed(const Request& request) {
  const WallTime now = clock_.Now();
  const ErrorDetail& error = *request.answer.error;
  AccountHealth& health = health_[request.account];
  Health& failed = error.scope == ErrorScope::kModel ? health.models[request.model] : health.all;
  failed = {true, 0, error.retry_after ? now + *error.retry_after : WallTime()};
  proxy::ReportFailed(pool_.accounts[request.account], request.model, request.place, error, now, random_, *this);
}

// Once the account's board says so too: what began before the failure proves nothing.
void PoolSimulation::NoteRecovery(Health& health, const Request& request) {
  const pool::CooldownBoard& board = *pool_.accounts[request.account].cooldowns;
  const bool ready = board.Check(request.model, clock_.Now()).state == pool::CooldownStatus::State::kReady;
  if (!health.failed || !ready) return;
  ++report_.recoveries;
  report_.most_probes_to_recover = std::max(report_.most_probes_to_recover, health.probes);
  health = {};
}

// The board itself is what is looked at here.
void PoolSimulation::OnCooldownChanged(const AccountId& /*id*/, pool::StatusChange /*change*/) {}

void PoolSimulation::OnAccountRefused(const pool::Account& asked, pool::Signal /*signal*/, ErrorDetail /*error*/) {
  SetState(IndexOf(*pool_.Find(asked.id)), pool::AccountState::kNeedsSignIn);
}

void PoolSimulation::Retry(std::size_t index, const ErrorDetail& error) {
  Request& request = requests_[index];
  const AccountId id = pool_.accounts[request.account].account.id;
  const proxy::RetryDecision decision = request.plan->OnFailed(id, request.model, request.why, error);
  if (decision.action == proxy::RetryDecision::Action::kGiveUp) return Refuse(index);
  Schedule(clock_.Now() + decision.pause, Step::kPick, index);
}

void PoolSimulation::NoteServed(const Request& request) {
  ++report_.served;
  ++report_.served_by[request.account];
  report_.digest = pool::Mix(report_.digest + request.account + 1);
  if (request.slot == conversations_.size()) return;
  Conversation& conversation = conversations_[request.slot];
  if (conversation.name != request.conversation) return;  // the slot went to another meanwhile
  for (AffinityWindow& window : report_.affinity) {
    if (!conversation.last || request.attempt_started < window.from || request.attempt_started >= window.to) continue;
    ++window.turns;
    if (conversation.last == request.account) ++window.hits;
  }
  conversation.last = request.account;
}

void PoolSimulation::Refuse(std::size_t index) {
  const WallTime now = clock_.Now();
  bool able = false;
  bool ready = false;
  for (std::size_t i = 0; i < pool_.accounts.size(); ++i) {
    const pool::PooledAccount& pooled = pool_.accounts[i];
    const Request& request = requests_[index];
    if (pooled.account.preset != request.preset || pooled.account.state != pool::AccountState::kReady) continue;
    if (!providers_.CouldServe(i, request.model, now)) continue;
    able = true;
    ready |= pooled.cooldowns->Check(request.model, now).state == pool::CooldownStatus::State::kReady;
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
  const pool::RequestTraits traits = TraitsFor(preset, kModels.front(), conversation);
  const pool::Choice choice = pool::Scheduler::Pick(pool_, traits, clock_.Now(), random_);
  return choice.account == nullptr ? std::string() : choice.account->account.id.value();
}

}  // namespace ag::test
