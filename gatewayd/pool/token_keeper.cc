#include "gatewayd/pool/token_keeper.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "gatewayd/auth/token_client.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/log.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/runtime/call_on.h"

namespace ag::pool {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Short enough that a machine that wakes from sleep, or a clock that was set, is noticed before long: the wheel counts
// steady time, tokens expire by the wall clock.
constexpr seconds kLook{15};
constexpr std::chrono::minutes kMostAhead{10};
constexpr milliseconds kFirstBackoff{15'000};
constexpr milliseconds kLastBackoff{600'000};
constexpr seconds kGrace{2};

milliseconds UpTo(milliseconds most, RandomSource& random) {
  return milliseconds(static_cast<std::int64_t>(random.Next() % static_cast<std::uint64_t>(most.count() + 1)));
}

// What ends kNeedsSignIn, said where the state is shown.
Reason SignInReason(const AccountId& id, const absl::Status& error) {
  const ErrorDetail detail = DetailOf(error);
  const std::string said = detail.provider_text.empty() ? std::string(ToStd(error.message())) : detail.provider_text;
  const std::string code = detail.provider_code == "invalid_grant" ? "sign_in_ended" : "sign_in_refused";
  return Reason{code, {{"text", said}, {"account", id.value()}}};
}

// Nothing that another account could not do.
absl::Status Unusable(std::string_view why) {
  ErrorDetail detail;
  detail.kind = ErrorKind::kAccountAuth;
  detail.scope = ErrorScope::kAccount;
  return MakeError(std::move(detail), why);
}

absl::Status ClientLeft() { return MakeError(ErrorKind::kClientLeft, "the client left while it waited for a token"); }
absl::Status ShuttingDown() { return MakeError(ErrorKind::kShuttingDown, "the gateway is shutting down"); }

}  // namespace

// Written on the control context before Arrive, read by the waiting coroutine after it.
struct TokenKeeper::Waiter : runtime::Rendezvous {
  using Rendezvous::Rendezvous;
  std::optional<absl::StatusOr<Secret>> token;
};

// One request to a token server, and who waits for what it brings.
struct TokenKeeper::Flight {
  std::shared_ptr<const auth::TokenGrant> grant;  // shared with the snapshot that it was begun by
  SharedWayOut way_out;                           // the account's, then
  bool enabled = true;                            // whether the account was, then
  runtime::CancelSource cancel;
  std::vector<std::shared_ptr<Waiter>> waiters;  // shared with the waiting coroutines
};

// When the keeper acts by itself; lives as long as the grant is the account's.
struct TokenKeeper::Plan {
  std::shared_ptr<const auth::TokenGrant> grant;  // shared with snapshots
  WallTime expires{};                             // of the token that `due` was made for
  WallTime due{};
  int failures = 0;
  SteadyTime not_before{};
  std::optional<auth::TokenReply> unstored;  // what the database would not take: tried again before the token server
};

WallTime RenewalTime(WallTime now, WallTime expires, RandomSource& random) {
  const milliseconds life = std::max<milliseconds>(expires - now, milliseconds(0));
  const milliseconds ahead = std::min<milliseconds>(life / 4, kMostAhead);
  return expires - ahead / 2 - UpTo(ahead / 2, random);
}

milliseconds RenewalBackoff(int failures, RandomSource& random) {
  const int doublings = std::clamp(failures - 1, 0, 10);
  const milliseconds whole = std::min<milliseconds>(kFirstBackoff * (1 << doublings), kLastBackoff);
  return whole / 2 + UpTo(whole / 2, random);
}

TokenKeeper::TokenKeeper(runtime::Shard& control, http::Client& client, AccountPool& pool)
    : control_(control),
      client_(client),
      pool_(pool),
      tasks_(control.executor()),
      next_look_(control.wheel(), [this] { RenewWhatIsDue(); }),
      grace_(control.wheel(), [this] {
        for (auto& [id, flight] : flights_) flight->cancel.Cancel();
      }) {}

TokenKeeper::~TokenKeeper() = default;

void TokenKeeper::Start() {
  OnSnapshot(*pool_.snapshot());
  next_look_.Arm(kLook);
}

void TokenKeeper::Stop(std::function<void()> on_stopped) {
  stopping_ = true;
  next_look_.Disarm();
  // A request that the server has acted on may bring a rotated refresh token: to drop it would end the sign-in.
  grace_.Arm(kGrace);
  tasks_.OnEmpty([this, done = std::move(on_stopped)] {
    grace_.Disarm();
    done();
  });
}

void TokenKeeper::OnSnapshot(const PoolSnapshot& snapshot) {
  for (auto& [id, flight] : flights_) {
    if (snapshot.Find(id) == nullptr) flight->cancel.Cancel();
  }
  std::erase_if(plans_, [&](const auto& entry) { return snapshot.Find(entry.first) == nullptr; });
  for (const PooledAccount& pooled : snapshot.accounts) {
    if (pooled.account.credential.grant != nullptr) PlanFor(pooled.account);
  }
}

runtime::Task<absl::StatusOr<Secret>> TokenKeeper::Renew(AccountId id, Secret refused, runtime::CancelSource* cancel) {
  if (cancel != nullptr && cancel->cancelled()) co_return ClientLeft();
  const runtime::Executor home = co_await boost::asio::this_coro::executor;
  auto waiter = std::make_shared<Waiter>(home);
  auto ask = [this, id = std::move(id), refused = std::move(refused), waiter] { Ask(id, refused, waiter); };
  control_.Post(std::move(ask));
  const runtime::CancelSource::Hook hook(cancel, [waiter] { waiter->Arrive(); });
  const bool arrived = co_await runtime::Rendezvous::Wait(waiter, SteadyTime::max());
  const bool left = cancel != nullptr && cancel->cancelled();
  // Whoever is woken by the cancellation must not look: the answer may be on its way.
  if (left) co_return ClientLeft();
  if (!arrived) co_return ShuttingDown();
  co_return *std::move(waiter->token);
}

void TokenKeeper::Answer(const std::shared_ptr<Waiter>& waiter, absl::StatusOr<Secret> token) {
  waiter->token = std::move(token);
  waiter->Arrive();
}

absl::StatusOr<const Account*> TokenKeeper::Find(const PoolSnapshot& snapshot, const AccountId& id) const {
  const PooledAccount* pooled = snapshot.Find(id);
  if (pooled == nullptr) return Unusable("the account was removed meanwhile");
  const Account& account = pooled->account;
  // What the daemon tests again by itself is tested with a new token when the old one is over.
  const bool ended = account.state == AccountState::kNeedsSignIn && account.state_until == WallTime{};
  if (account.credential.grant == nullptr || ended) {
    return Unusable(absl::StrCat("it needs a new sign-in: agctl accounts sign-in --account ", id.value()));
  }
  return &account;
}

TokenKeeper::Plan& TokenKeeper::PlanFor(const Account& account) {
  Plan& plan = plans_[account.id];
  const Credential& credential = account.credential;
  if (plan.grant != credential.grant) {
    plan = Plan{};
    plan.grant = credential.grant;
  }
  if (credential.secret.empty()) return plan;  // due at once
  if (plan.expires != credential.expires) {
    plan.expires = credential.expires;
    plan.due = RenewalTime(control_.clock().Now(), credential.expires, control_.random());
  }
  return plan;
}

void TokenKeeper::Ask(const AccountId& id, const Secret& refused, std::shared_ptr<Waiter> waiter) {
  if (stopping_) return Answer(waiter, ShuttingDown());
  const auto snapshot = pool_.snapshot();
  const auto account = Find(*snapshot, id);
  if (!account.ok()) return Answer(waiter, account.status());
  const Secret* usable = UsableSecret((*account)->credential, control_.clock().Now());
  if (usable != nullptr && usable->Reveal() != refused.Reveal()) return Answer(waiter, *usable);
  Join(**account, std::move(waiter));
}

void TokenKeeper::Join(const Account& account, std::shared_ptr<Waiter> waiter) {
  auto& flight = flights_[account.id];
  const bool first = flight == nullptr;
  if (first) {
    flight = std::make_unique<Flight>();
    flight->grant = account.credential.grant;
    flight->way_out = account.way_out;
    flight->enabled = account.enabled;
  }
  if (waiter != nullptr) flight->waiters.push_back(std::move(waiter));
  if (first) tasks_.Spawn(Fly(account.id));  // may land at once
}

runtime::Task<void> TokenKeeper::Fly(AccountId id) {
  Flight& flight = *flights_.at(id);
  const auto grant = flight.grant;
  const auto plan = plans_.find(id);
  const bool kept = plan != plans_.end() && plan->second.grant == grant && plan->second.unstored.has_value();
  absl::StatusOr<auth::TokenReply> reply = MakeError(ErrorKind::kInternal, "no token was asked for");
  if (kept) {
    reply = *std::move(plan->second.unstored);
    plan->second.unstored.reset();
  } else {
    auto form = auth::TokenForm(*grant, control_.clock().Now());
    if (form.ok()) {
      reply = co_await auth::RequestToken(client_, auth::TokenUrlOf(*grant), *std::move(form), &flight.cancel,
                                          flight.way_out);
    } else {
      reply = form.status();
    }
  }
  absl::StatusOr<Secret> token = Land(id, grant, std::move(reply));
  const std::unique_ptr<Flight> landed = std::move(flights_.extract(id).mapped());
  // What came is kept, but requests must not use an account that was disabled under way.
  const PooledAccount* pooled = pool_.snapshot()->Find(id);
  if (landed->enabled && pooled != nullptr && !pooled->account.enabled) {
    token = Unusable("the account was disabled meanwhile");
  }
  for (const auto& waiter : landed->waiters) Answer(waiter, token);
}

absl::StatusOr<Secret> TokenKeeper::Land(const AccountId& id, const std::shared_ptr<const auth::TokenGrant>& grant,
                                         absl::StatusOr<auth::TokenReply> reply) {
  const auto snapshot = pool_.snapshot();
  const PooledAccount* pooled = snapshot->Find(id);
  if (pooled == nullptr) return Unusable("the account was removed meanwhile");
  if (pooled->account.credential.grant != grant) {
    // It has signed in anew: what was asked with the old sign-in, good or bad, says nothing of it.
    const Secret* usable = UsableSecret(pooled->account.credential, control_.clock().Now());
    if (usable != nullptr) return *usable;
    return Unusable("the account was signed in anew meanwhile");
  }
  if (!reply.ok()) return Fail(id, reply.status());
  return Store(id, grant, *std::move(reply));
}

absl::StatusOr<Secret> TokenKeeper::Store(const AccountId& id, const std::shared_ptr<const auth::TokenGrant>& grant,
                                          auth::TokenReply tokens) {
  const auto stored = pool_.SetTokens(id, grant, tokens);
  if (!stored.ok()) {
    Plan& plan = PlanFor(pool_.snapshot()->Find(id)->account);
    plan.unstored = std::move(tokens);
    return Fail(id, stored.status());
  }
  const auto snapshot = pool_.snapshot();
  const Account& account = snapshot->Find(id)->account;
  Plan& plan = PlanFor(account);
  plan.failures = 0;
  plan.not_before = SteadyTime();
  return account.credential.secret;
}

absl::Status TokenKeeper::Fail(const AccountId& id, const absl::Status& error) {
  if (KindOf(error) == ErrorKind::kClientLeft) return ShuttingDown();  // the keeper's own cancellation
  Log(LogLevel::kWarning, "account ", id.value(), ": ", error.message());
  const Account& account = pool_.snapshot()->Find(id)->account;
  if (auth::NeedsNewSignIn(error) && std::holds_alternative<auth::ServiceAccountGrant>(*account.credential.grant)) {
    return FailToSign(account, error);
  }
  if (auth::NeedsNewSignIn(error)) {
    pool_.SetState(id, AccountState::kNeedsSignIn, SignInReason(id, error));
    ErrorDetail detail = DetailOf(error);
    detail.kind = ErrorKind::kAccountAuth;
    detail.scope = ErrorScope::kAccount;
    const std::string message =
        absl::StrCat(error.message(), "; sign in again: agctl accounts sign-in --account ", id.value());
    return MakeError(std::move(detail), message);
  }
  PutOff(PlanFor(account));
  return error;
}

void TokenKeeper::PutOff(Plan& plan) {
  ++plan.failures;
  plan.not_before = control_.clock().Steady() + RenewalBackoff(plan.failures, control_.random());
}

// A service account's grant is refused when its key was taken back, and also while this machine's clock is wrong: the
// grant is dated by it. So that passes, as a refused key does.
absl::Status TokenKeeper::FailToSign(const Account& account, const absl::Status& error) {
  PutOff(PlanFor(account));
  ErrorDetail detail = DetailOf(error);
  detail.kind = ErrorKind::kAccountAuth;
  detail.scope = ErrorScope::kAccount;
  const std::string message = absl::StrCat(
      error.message(), "; see whether this machine's clock is right, else give it a new key: agctl accounts update ",
      account.id.value(), " --service-account FILE");
  // A token that still lives says more than the failure to get the next one.
  if (UsableSecret(account.credential, control_.clock().Now()) == nullptr) {
    pool_.OnRefused(account.id, account.access, Signal::kSignInRefused, detail);
  }
  return MakeError(std::move(detail), message);
}

void TokenKeeper::RenewWhatIsDue() {
  next_look_.Arm(kLook);
  const auto snapshot = pool_.snapshot();
  const WallTime now = control_.clock().Now();
  const SteadyTime steady = control_.clock().Steady();
  for (const PooledAccount& pooled : snapshot->accounts) {
    const Account& account = pooled.account;
    const bool lives = account.enabled && account.state == AccountState::kReady && account.credential.grant != nullptr;
    if (!lives) continue;
    const Plan& plan = PlanFor(account);
    if (now >= plan.due && steady >= plan.not_before) Join(account, nullptr);
  }
}

}  // namespace ag::pool
