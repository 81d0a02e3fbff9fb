#pragma once

#include <cstdint>

#include "gatewayd/auth/secret_box.h"
#include "gatewayd/base/clock.h"
#include "gatewayd/catalog/catalog.h"
#include "gatewayd/pool/account.h"
#include "gatewayd/store/account_table.h"

// An account and the row that stores it. Changes are made to single columns, so that what could not be read (a secret
// whose master key is away, JSON of a newer version) is still there when the row is written again.
namespace ag::pool {

inline std::int64_t Millis(WallTime time) { return time.time_since_epoch().count(); }

// What cannot be read makes the account kNeedsSignIn with a reason, so that one bad row stops nobody's start.
Account AccountFromRow(const store::AccountRow& row, const catalog::Catalog& catalog, const auth::SecretBox& box);

// The columns of what users enter; the rest has its own writers.
void CopyToRow(const Account& account, store::AccountRow& row);
void StateToRow(const Account& account, store::AccountRow& row);
void FactsToRow(const Account& account, store::AccountRow& row);
void EgressToRow(const Account& account, const auth::SecretBox& box, store::AccountRow& row);
// The endpoints too: the sealed secrets are bound to them, and to where tokens are got.
void CredentialToRow(const Account& account, const auth::SecretBox& box, store::AccountRow& row);
// Whether the row's sealed secrets, if it has any, open for `account`.
bool SecretsAreReadable(const store::AccountRow& row, const auth::SecretBox& box, const Account& account);

}  // namespace ag::pool
