#include "gatewayd/pool/account_pool.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/log.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/pool/account_book.h"
#include "gatewayd/pool/account_change.h"
#include "gatewayd/pool/account_codec.h"
#include "gatewayd/pool/account_input.h"
#include "gatewayd/pool/account_row.h"

namespace ag::pool {
namespace {

Condition ConditionOf(CooldownStatus::State state) {
  switch (state) {
    case CooldownStatus::State::kReady:
      return Condition::kReady;
    case CooldownStatus::State::kCooling:
      return Condition::kCooling;
    case CooldownStatus::State::kHalfOpen:
      return Condition::kHalfOpen;
    case CooldownStatus::State::kHalfOpenTaken:
      return Condition::kProbing;
  }
  return Condition::kReady;
}

}  // namespace

struct AccountPool::Impl {
  store::AccountTable& table;
  auth::SecretBox& box;
  std::shared_ptr<const catalog::Catalog> catalog;  // shared with other readers of this version
  const Clock& clock;
  RandomSource& random;
  PoolObserver& observer;
  AccountBook book;

  void Store(const store::AccountRow& row);
  // Gives the account another state of its own, with its history; publishing is the caller's.
  void Put(AccountEntry& entry, const AccountStatus& status, Reason reason, Signal signal, const ErrorDetail& error);
  // The accounts that share `board` are to be stored, and each history tells of the changes.
  void TellCooldowns(const CooldownBoard& board, std::span<const StatusChange> changes);
  // Gives the account the limits and pauses of those whose quota it shares as `account`, or its own. What of its pauses
  // that has ended.
  std::vector<StatusChange> ShareAnew(AccountEntry& entry, const Account& account, bool moved);
  void StoreFacts(AccountEntry& entry);
  // The history of what the owner changed.
  void TellChange(const Account& before, const Account& after, const AccountCounters& counters, Signal signal,
                  std::span<const StatusChange> ended_pauses);
};

// For what the daemon learns by itself: a full disk must not keep it from using what it knows.
void AccountPool::Impl::Store(const store::AccountRow& row) {
  const absl::Status stored = table.Put(row);
  if (!stored.ok()) Log(LogLevel::kError, "account ", row.id, " was not stored: ", stored.message());
}

AccountPool::AccountPool(store::AccountTable& table, auth::SecretBox& box,
                         std::shared_ptr<const catalog::Catalog> catalog, const Clock& clock, RandomSource& random,
                         PoolObserver& observer)
    : impl_(new Impl{table, box, std::move(catalog), clock, random, observer, {}}),
      snapshot_(std::make_shared<const PoolSnapshot>()) {}

AccountPool::~AccountPool() = default;

void AccountPool::Publish(Changed changed) {
  auto next = std::make_shared<PoolSnapshot>();  // shared by all shards
  next->version = snapshot_->version + 1;
  next->accounts.reserve(impl_->book.entries().size());
  for (const AccountEntry& entry : impl_->book.entries()) next->accounts.push_back(entry.pooled);
  next->index = snapshot_->index;
  if (changed == Changed::kAccounts) {
    // Shared by all snapshots up to the next change of an account.
    next->index = std::make_shared<const PoolIndex>(next->accounts, snapshot_->index.get());
  }
  snapshot_ = std::move(next);
  impl_->observer.OnSnapshot(snapshot_);
}

absl::Status AccountPool::Load() {
  AG_ASSIGN_OR_RETURN(std::vector<store::AccountRow> rows, impl_->table.List());
  impl_->book.entries().clear();
  for (store::AccountRow& row : rows) {
    AccountEntry entry;
    entry.pooled.account = AccountFromRow(row, *impl_->catalog, impl_->box);
    entry.pooled.counters = std::make_shared<AccountCounters>();
    entry.pooled.counters->withdrawn = !entry.pooled.account.enabled;
    impl_->book.JoinGroup(entry.pooled);
    const auto cooldowns = CooldownsFromJson(row.cooldowns_json);
    if (cooldowns.ok()) {
      for (const ListedCooldown& status : *cooldowns) entry.pooled.cooldowns->Restore(status);
    }
    entry.row = std::move(row);
    impl_->book.entries().push_back(std::move(entry));
  }
  Publish();
  return absl::OkStatus();
}

absl::StatusOr<Account> AccountPool::Add(NewAccount wanted) {
  const std::string label = wanted.label;
  AG_ASSIGN_OR_RETURN(Account account, MakeAccount(*impl_->catalog, std::move(wanted), impl_->clock.Now()));
  AG_ASSIGN_OR_RETURN(account.label, impl_->book.NewLabel(label, account.preset));
  return Insert(std::move(account));
}

absl::StatusOr<AccountPool::Imported> AccountPool::Import(PortableAccount wanted, ImportMode mode) {
  AG_ASSIGN_OR_RETURN(Account account, MakeAccount(*impl_->catalog, wanted, impl_->clock.Now()));
  const std::string fingerprint = FingerprintOf(account.preset, account.endpoints, account.credential);
  for (const AccountEntry& entry : impl_->book.entries()) {
    const Account& present = entry.pooled.account;
    if (FingerprintOf(present.preset, present.endpoints, present.credential) != fingerprint) continue;
    return Imported{present, true};
  }
  account.label = impl_->book.FreeLabel(wanted.label.empty() ? account.preset : wanted.label);
  if (mode == ImportMode::kTry) return Imported{std::move(account), false};
  AG_ASSIGN_OR_RETURN(Account stored, Insert(std::move(account)));
  return Imported{std::move(stored), false};
}

absl::StatusOr<Account> AccountPool::Insert(Account account) {
  account.id = impl_->book.NewId(impl_->random);
  AccountEntry entry;
  CopyToRow(account, entry.row);
  StateToRow(account, entry.row);
  CredentialToRow(account, impl_->box, entry.row);
  EgressToRow(account, impl_->box, entry.row);
  entry.row.quirks_json = QuirksToJson(account.quirks);
  entry.row.limits_json = LimitsToJson(account.limits);
  entry.row.models_json = ModelsToJson({});
  entry.row.cooldowns_json = CooldownsToJson({});
  entry.row.position = impl_->book.NextPosition();
  AG_RETURN_IF_ERROR(impl_->table.Put(entry.row));
  entry.pooled.counters = std::make_shared<AccountCounters>();
  entry.pooled.account = account;
  impl_->book.JoinGroup(entry.pooled);
  impl_->book.entries().push_back(std::move(entry));
  Publish();
  return account;
}

std::vector<StatusChange> AccountPool::Impl::ShareAnew(AccountEntry& entry, const Account& account, bool moved) {
  PooledAccount& pooled = entry.pooled;
  const std::shared_ptr<CooldownBoard> before = pooled.cooldowns;
  const bool was_alone = std::none_of(book.entries().begin(), book.entries().end(), [&](const AccountEntry& other) {
    return &other != &entry && SharesPauses(other.pooled, pooled);
  });
  PooledAccount wanted = pooled;
  wanted.account = account;
  const bool joins = book.JoinGroup(wanted);
  const WallTime now = clock.Now();
  std::vector<ListedCooldown> listed = before->List(now);
  // Who says that others share its limit, or that nobody does, says nothing new of that limit.
  if (was_alone && !moved) {
    if (!joins) return {};
    for (const ListedCooldown& pause : listed) wanted.cooldowns->Restore(pause);
  }
  pooled.cooldowns = std::move(wanted.cooldowns);
  pooled.limits = std::move(wanted.limits);
  for (AccountEntry& other : book.entries()) other.cooldowns_changed |= SharesPauses(other.pooled, pooled);
  std::vector<StatusChange> ended;
  for (const ListedCooldown& pause : listed) {
    if (pooled.cooldowns->Check(pause.model, now).state != CooldownStatus::State::kReady) continue;
    StatusChange change;
    change.model = pause.model;
    change.from = ConditionOf(pause.state);
    change.to = Condition::kReady;
    change.signal = Signal::kCleared;
    ended.push_back(std::move(change));
  }
  return ended;
}

absl::StatusOr<Account> AccountPool::Change(const AccountId& id, AccountChange change) {
  AG_ASSIGN_OR_RETURN(AccountEntry * entry, impl_->book.Require(id));
  const bool switches = change.enabled.has_value();
  AG_ASSIGN_OR_RETURN(ChangedAccount changed, ChangeAccount(impl_->book, *entry, std::move(change), *impl_->catalog,
                                                            impl_->box, impl_->clock.Now()));
  const Account& account = changed.account;
  const std::string quota = SharedQuota(account);
  const bool regroups = changed.moved || quota != SharedQuota(entry->pooled.account);
  // The limits of the old key say nothing about the new one, unless they are the group's.
  const bool fresh = changed.new_credential && quota.empty();
  if (fresh) changed.row.cooldowns_json = CooldownsToJson({});
  AG_RETURN_IF_ERROR(impl_->table.Put(changed.row));
  std::vector<StatusChange> ended;
  if (regroups) ended = impl_->ShareAnew(*entry, account, changed.moved || changed.new_credential);
  if (fresh && !regroups) {
    ended = entry->pooled.cooldowns->Clear({}, Signal::kCredentialReplaced);
    // Another board: requests that carry the old key may still hear of its limits.
    entry->pooled.limits = std::make_shared<LimitBoard>();
  }
  const Account before = std::exchange(entry->pooled.account, account);
  entry->pooled.counters->withdrawn.store(!account.enabled, std::memory_order_release);
  entry->row = std::move(changed.row);
  StoreCooldowns();
  Publish();
  const Signal signal = changed.new_credential ? Signal::kCredentialReplaced
                        : !switches            ? Signal::kCleared
                        : account.enabled      ? Signal::kEnabled
                                               : Signal::kDisabled;
  impl_->TellChange(before, account, *entry->pooled.counters, signal, ended);
  return account;
}

absl::Status AccountPool::Remove(const AccountId& id) {
  AG_ASSIGN_OR_RETURN(AccountEntry * entry, impl_->book.Require(id));
  AG_RETURN_IF_ERROR(impl_->table.Delete(id.value()));
  entry->pooled.counters->withdrawn.store(true, std::memory_order_release);
  std::erase_if(impl_->book.entries(), [&id](const AccountEntry& entry) { return entry.pooled.account.id == id; });
  Publish();
  return absl::OkStatus();
}

absl::Status AccountPool::Move(const AccountId& id, Place place, const AccountId& anchor) {
  AG_ASSIGN_OR_RETURN(const AccountEntry* moved, impl_->book.Require(id));
  const AccountEntry* beside = moved;
  if (place == Place::kBefore || place == Place::kAfter) {
    AG_ASSIGN_OR_RETURN(beside, impl_->book.Require(anchor));
  }
  std::vector<std::size_t> order(impl_->book.entries().size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const AccountEntry* first = impl_->book.entries().data();
  MoveItem(order, static_cast<std::size_t>(moved - first), place, static_cast<std::size_t>(beside - first));
  std::vector<std::string> ids;
  for (const std::size_t index : order) ids.push_back(impl_->book.entries()[index].row.id);
  AG_RETURN_IF_ERROR(impl_->table.Reorder(ids));
  std::vector<AccountEntry> entries;
  for (std::size_t i = 0; i < order.size(); ++i) {
    entries.push_back(std::move(impl_->book.entries()[order[i]]));
    entries.back().row.position = static_cast<std::int64_t>(i);
  }
  impl_->book.entries() = std::move(entries);
  Publish();
  return absl::OkStatus();
}

void AccountPool::SetModels(const AccountId& id, std::vector<std::string> models) {
  AccountEntry* entry = impl_->book.Find(id);
  if (entry == nullptr) return;  // removed while its provider was asked
  Account& account = entry->pooled.account;
  if (account.facts.OnListed(account.models, models) > 0) FactsToRow(account, entry->row);
  account.models = std::move(models);
  account.models_refreshed = impl_->clock.Now();
  entry->row.models_json = ModelsToJson(account.models);
  entry->row.models_refreshed_ms = Millis(*account.models_refreshed);
  impl_->Store(entry->row);
  Publish();
}

void AccountPool::Impl::StoreFacts(AccountEntry& entry) {
  FactsToRow(entry.pooled.account, entry.row);
  Store(entry.row);
}

void AccountPool::Learn(const AccountId& id, LearnedFact fact) {
  const AccountEntry* told = impl_->book.Find(id);
  if (told == nullptr) return;
  const bool shared = fact.fact.kind == catalog::ModelFact::Kind::kNoQuota;
  bool changed = false;
  for (AccountEntry& entry : impl_->book.entries()) {
    const bool concerned = &entry == told || (shared && SharesPauses(entry.pooled, told->pooled));
    if (!concerned || !entry.pooled.account.facts.Learn(fact)) continue;
    impl_->StoreFacts(entry);
    changed = true;
  }
  if (changed) Publish();
}

void AccountPool::Contradict(const AccountId& id, std::string_view model, WallTime started,
                             const std::vector<catalog::ModelFact>& facts) {
  AccountEntry* entry = impl_->book.Find(id);
  if (entry == nullptr || entry->pooled.account.facts.Contradict(model, started, facts) == 0) return;
  impl_->StoreFacts(*entry);
  Publish();
}

int AccountPool::ForgetFacts(const AccountId& id, std::string_view model) {
  AccountEntry* entry = impl_->book.Find(id);
  const int forgotten = entry == nullptr ? 0 : entry->pooled.account.facts.Forget(model);
  if (forgotten == 0) return 0;
  impl_->StoreFacts(*entry);
  Publish();
  return forgotten;
}

absl::StatusOr<bool> AccountPool::SetTokens(const AccountId& id, const std::shared_ptr<const auth::TokenGrant>& used,
                                            const auth::TokenReply& tokens) {
  AccountEntry* entry = impl_->book.Find(id);
  if (entry == nullptr || entry->pooled.account.credential.grant != used) return false;
  Account account = entry->pooled.account;
  account.credential = WithTokens(account.credential, tokens, impl_->clock.Now());
  store::AccountRow row = entry->row;
  CredentialToRow(account, impl_->box, row);
  const bool rotated = account.credential.grant != used;
  const absl::Status stored = impl_->table.Put(row);
  if (!stored.ok() && rotated) return stored;
  // Another access token can be got at any time: a full disk must not keep requests from this one.
  if (!stored.ok()) Log(LogLevel::kError, "account ", row.id, " was not stored: ", stored.message());
  entry->row = std::move(row);
  entry->pooled.account = std::move(account);
  Publish();
  return true;
}

void AccountPool::Impl::Put(AccountEntry& entry, const AccountStatus& status, Reason reason, Signal signal,
                            const ErrorDetail& error) {
  Account& account = entry.pooled.account;
  const AccountStatus before = OwnStatus(account);
  SetOwnStatus(account, status);
  if (account.state != AccountState::kReady) account.state_reason = std::move(reason);
  StateToRow(account, entry.row);
  Store(entry.row);
  if (const auto change = Difference(before, status, signal, error)) observer.OnStatusChange(account.id, *change);
}

void AccountPool::Impl::TellCooldowns(const CooldownBoard& board, std::span<const StatusChange> changes) {
  for (AccountEntry& entry : book.entries()) {
    if (entry.pooled.cooldowns.get() != &board) continue;
    entry.cooldowns_changed = true;
    for (const StatusChange& change : changes) observer.OnStatusChange(entry.pooled.account.id, change);
  }
}

void AccountPool::Impl::TellChange(const Account& before, const Account& after, const AccountCounters& counters,
                                   Signal signal, std::span<const StatusChange> ended_pauses) {
  // Other limits are the budgets' own story.
  const bool spent = before.enabled != after.enabled && SpentUntil(after.limits, counters.used, clock.Now());
  const auto shown = [spent](const Account& account) {
    const Cover cover = !account.enabled ? Cover::kOwner : spent ? Cover::kBudget : Cover::kNone;
    return Covered(OwnStatus(account).condition, cover);
  };
  StatusChange change;
  change.from = shown(before);
  change.to = shown(after);
  change.signal = signal;
  change.until = after.state_until;
  const bool ends_pause = !ended_pauses.empty() && ended_pauses.front().model.empty();
  if (ends_pause && change.from == Condition::kReady) change.from = ended_pauses.front().from;
  if (change.from != change.to || signal == Signal::kCredentialReplaced) observer.OnStatusChange(after.id, change);
  for (const StatusChange& ended : ended_pauses) {
    if (!ended.model.empty()) observer.OnStatusChange(after.id, ended);
  }
}

void AccountPool::SetState(const AccountId& id, AccountState state, Reason reason) {
  AccountEntry* entry = impl_->book.Find(id);
  if (entry == nullptr) return;
  const Account& account = entry->pooled.account;
  const bool same = account.state == state && account.state_reason == reason;
  if (same && account.state_until == WallTime{}) return;
  Account wanted = account;
  wanted.state = state;
  wanted.state_until = {};
  const Signal signal = state == AccountState::kForbidden ? Signal::kClosed : Signal::kSignInRefused;
  ErrorDetail error;
  error.kind = state == AccountState::kForbidden ? ErrorKind::kAccountForbidden : ErrorKind::kAccountAuth;
  error.provider_text = ToLogText(reason);
  impl_->Put(*entry, OwnStatus(wanted), std::move(reason), signal, error);
  Publish();
}

void AccountPool::OnRefused(const AccountId& id, std::uint64_t access, Signal signal, const ErrorDetail& error) {
  AccountEntry* entry = impl_->book.Find(id);
  if (entry == nullptr || entry->pooled.account.access != access) return;
  const AccountStatus before = OwnStatus(entry->pooled.account);
  // A sign-in that is gone says more than one request's refusal.
  if (before.condition == Condition::kNeedsSignIn && before.until == WallTime{}) return;
  const AccountStatus after = Apply(before, signal, error, impl_->clock.Now(), impl_->random);
  if (after == before) return;
  Reason reason{std::string(kProviderRefused),
                {{"status", std::to_string(error.http_status)}, {"text", error.provider_text}}};
  impl_->Put(*entry, after, std::move(reason), signal, error);
  Publish();
}

void AccountPool::OnServed(const AccountId& id) {
  AccountEntry* entry = impl_->book.Find(id);
  if (entry == nullptr || entry->pooled.account.refusals == 0) return;
  const AccountStatus after = Apply(OwnStatus(entry->pooled.account), Signal::kSuccess, impl_->clock.Now());
  if (after.failures > 0) return;  // refused again meanwhile
  impl_->Put(*entry, after, {}, Signal::kSuccess, ErrorDetail());
  Publish();
}

void AccountPool::OnTestPassed(const AccountId& id) { TryAgain(id, Signal::kTestPassed); }

void AccountPool::OnDeadline(const AccountId& id) { TryAgain(id, Signal::kDeadlinePassed); }

void AccountPool::TryAgain(const AccountId& id, Signal signal) {
  AccountEntry* entry = impl_->book.Find(id);
  if (entry == nullptr) return;
  const WallTime now = impl_->clock.Now();
  const AccountStatus before = OwnStatus(entry->pooled.account);
  const AccountStatus after = signal == Signal::kDeadlinePassed ? StatusAt(before, now) : Apply(before, signal, now);
  if (after.condition != Condition::kReady || before.condition == Condition::kReady) return;
  // A list of models proves little at some providers: one request goes first, and its failure costs one attempt.
  if (before.failures > 0) entry->pooled.cooldowns->HalfOpen(before.cause, now);
  impl_->Put(*entry, after, {}, signal, ErrorDetail());
  Publish();
}

void AccountPool::OnCooldownChanged(const AccountId& id, const StatusChange& change) {
  if (const AccountEntry* entry = impl_->book.Find(id)) {
    impl_->TellCooldowns(*entry->pooled.cooldowns, std::span(&change, 1));
  }
}

int AccountPool::ClearCooldowns(const AccountId& id, std::string_view model) {
  AccountEntry* entry = impl_->book.Find(id);
  if (entry == nullptr) return 0;
  const std::vector<StatusChange> ended = entry->pooled.cooldowns->Clear(model);
  const WallTime now = impl_->clock.Now();
  const int count = static_cast<int>(ended.size()) + entry->pooled.limits->Clear(model, now);
  const AccountStatus before = OwnStatus(entry->pooled.account);
  const AccountStatus after = Apply(before, Signal::kCleared, now);
  const bool heals = model.empty() && after != before;
  if (heals) impl_->Put(*entry, after, {}, Signal::kCleared, ErrorDetail());
  impl_->TellCooldowns(*entry->pooled.cooldowns, ended);
  StoreCooldowns();
  Publish(heals ? Changed::kAccounts : Changed::kCooldowns);
  return heals ? count + 1 : count;
}

bool AccountPool::cooldowns_changed() const {
  return std::any_of(impl_->book.entries().begin(), impl_->book.entries().end(),
                     [](const AccountEntry& entry) { return entry.cooldowns_changed; });
}

void AccountPool::StoreCooldowns() {
  std::vector<store::AccountCooldowns> changed;
  for (AccountEntry& entry : impl_->book.entries()) {
    if (!std::exchange(entry.cooldowns_changed, false)) continue;
    entry.row.cooldowns_json = CooldownsToJson(entry.pooled.cooldowns->List(impl_->clock.Now()));
    changed.push_back({entry.row.id, entry.row.cooldowns_json});
  }
  if (changed.empty()) return;
  const absl::Status stored = impl_->table.PutCooldowns(changed);
  if (!stored.ok()) Log(LogLevel::kError, "the accounts' cool-downs were not stored: ", stored.message());
}

absl::StatusOr<AccountId> AccountPool::Resolve(std::string_view id_or_label) const {
  return impl_->book.Resolve(id_or_label);
}

}  // namespace ag::pool
