#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/auth/secret_box.h"
#include "gatewayd/base/clock.h"
#include "gatewayd/base/place.h"
#include "gatewayd/base/random.h"
#include "gatewayd/catalog/catalog.h"
#include "gatewayd/pool/account.h"
#include "gatewayd/pool/account_change.h"
#include "gatewayd/pool/new_account.h"
#include "gatewayd/pool/pool_snapshot.h"
#include "gatewayd/store/account_table.h"

namespace ag::pool {

// Hears of new snapshots, on the control context. Posts and returns.
class PoolObserver {
 public:
  virtual ~PoolObserver() = default;
  virtual void OnSnapshot(std::shared_ptr<const PoolSnapshot> snapshot) = 0;
  // A state of the account, or of one of its models, changed; for its history.
  virtual void OnStatusChange(const AccountId& /*id*/, const StatusChange& /*change*/) {}
};

// The only writer of accounts. Everything happens on the control context; the database is written through `table`
// before a change is published, so that what is visible is stored; only what the daemon learns by itself (models,
// states, cool-downs) is published even when it cannot be stored, which is logged. Errors: InvalidRequest (unknown
// preset with suggestion, bad URL, missing key, no account of that id or label, an old revision: param "etag"); or the
// database's.
//
// Accounts of one preset and one quota group share their CooldownBoard: they share the limit. Labels are unique without
// regard to ASCII case.
class AccountPool {
 public:
  AccountPool(store::AccountTable& table, auth::SecretBox& box, std::shared_ptr<const catalog::Catalog> catalog,
              const Clock& clock, RandomSource& random, PoolObserver& observer);
  ~AccountPool();

  // Reads all accounts; a secret that cannot be unsealed makes that account kNeedsSignIn, not the start fail.
  absl::Status Load();

  absl::StatusOr<Account> Add(NewAccount account);
  // Adds an account of an export or of another gateway's configuration, unless one that signs in as the same one at the
  // same place is there. A label that is taken gets a number. kTry checks and says what would come of it.
  enum class ImportMode : std::uint8_t { kTry, kStore };
  struct Imported {
    Account account;       // as it is, or would be
    bool present = false;  // it was there before
  };
  absl::StatusOr<Imported> Import(PortableAccount account, ImportMode mode);
  // Another project, region or quota group has limits of its own: what was known of the old ones is left to those who
  // share them, what was learned of the models there is forgotten, and its models are not known until they are listed.
  absl::StatusOr<Account> Change(const AccountId& id, AccountChange change);
  absl::Status Remove(const AccountId& id);
  // Changes the user's order. `anchor` is the account that kBefore and kAfter mean.
  absl::Status Move(const AccountId& id, Place place, const AccountId& anchor);
  // What the provider lists for the account. This and the following ignore an account that was removed meanwhile.
  void SetModels(const AccountId& id, std::vector<std::string> models);
  // A definitive answer about one of the account's models. Accounts of one quota group have the same quota, or none.
  // What one account is told again within an hour is not written again.
  void Learn(const AccountId& id, LearnedFact fact);
  // A request that began at `started` shows that these facts of the model are no longer true.
  void Contradict(const AccountId& id, std::string_view model, WallTime started,
                  const std::vector<catalog::ModelFact>& facts);
  // Forgets what was learned of one model, or with an empty name of all; how many facts.
  int ForgetFacts(const AccountId& id, std::string_view model = {});
  // What the token server gave for `used`, the grant of a snapshot's account. Stored before anybody sees it, so that a
  // rotated refresh token is never used before it is safe. False when the account is gone or has signed in anew
  // meanwhile: the tokens are nobody's then. An error is the database's: a rotated refresh token was not stored, and
  // nothing has changed.
  absl::StatusOr<bool> SetTokens(const AccountId& id, const std::shared_ptr<const auth::TokenGrant>& used,
                                 const auth::TokenReply& tokens);
  // A state that only its owner ends: a sign-in that is gone, an account that is closed.
  void SetState(const AccountId& id, AccountState state, Reason reason);
  // The provider refused the credential or the account (Signal::kSignInRefused, kForbidden, kClosed). What passes is
  // tried again by the daemon at Account::state_until. `access` is Account::access of what was refused: nothing happens
  // when its owner has entered another credential meanwhile.
  void OnRefused(const AccountId& id, std::uint64_t access, Signal signal, const ErrorDetail& error);
  // A request of an account with earlier refusals succeeded: they are forgotten.
  void OnServed(const AccountId& id);
  // A test of the credential succeeded, or the time of a state is over: one real request may try.
  void OnTestPassed(const AccountId& id);
  void OnDeadline(const AccountId& id);
  // A cool-down of the account changed: to be stored for the next start by StoreCooldowns. All of its quota group pause
  // with it, and their histories say so.
  void OnCooldownChanged(const AccountId& id, const StatusChange& change);
  // Ends a pause by hand: of one model, or with an empty name of the account with all of its models; then also a
  // state that passes. What providers said of used-up limits is forgotten with it. How many were ended.
  int ClearCooldowns(const AccountId& id, std::string_view model = {});
  // Writes the cool-downs that changed, in one transaction: they change too often to be written one by one.
  void StoreCooldowns();
  bool cooldowns_changed() const;

  // The account with that id, or with that label.
  absl::StatusOr<AccountId> Resolve(std::string_view id_or_label) const;
  std::shared_ptr<const PoolSnapshot> snapshot() const { return snapshot_; }

 private:
  struct Impl;
  absl::StatusOr<Account> Insert(Account account);
  // What a new snapshot differs in. Cool-downs are no part of its index, which is shared then.
  enum class Changed : std::uint8_t { kAccounts, kCooldowns };
  void Publish(Changed changed = Changed::kAccounts);
  void TryAgain(const AccountId& id, Signal signal);

  std::unique_ptr<Impl> impl_;
  std::shared_ptr<const PoolSnapshot> snapshot_;  // shared with all that read it
};

}  // namespace ag::pool
