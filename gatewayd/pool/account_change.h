#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>

#include "gatewayd/auth/secret_box.h"
#include "gatewayd/base/clock.h"
#include "gatewayd/base/secret.h"
#include "gatewayd/catalog/catalog.h"
#include "gatewayd/pool/account.h"
#include "gatewayd/pool/account_book.h"
#include "gatewayd/pool/account_egress.h"
#include "gatewayd/pool/account_input.h"
#include "gatewayd/store/account_table.h"

namespace ag::pool {

// A change; absent members stay.
struct AccountChange {
  std::optional<std::string> label;
  std::optional<bool> enabled;  // true also ends kForbidden: try it again
  std::optional<int> priority;
  std::optional<int> weight;
  std::optional<Secret> api_key;
  std::optional<SignIn> sign_in;        // also in place of an API key; ends kNeedsSignIn
  std::optional<std::string> base_url;  // needs one of them too: a sealed credential is bound to its origin
  std::optional<std::string> project;   // of providers that know projects; where addresses name it, it cannot be empty
  std::optional<std::string> location;  // of providers whose addresses name it; empty = "global"
  std::optional<std::string> quota_group;  // empty = none
  std::optional<AccountLimits> limits;     // all of them
  std::optional<EgressInput> egress;       // replaces the whole
  std::optional<std::uint64_t> expected_revision;
};

// What becomes of an account by a change, before anything is stored or seen.
struct ChangedAccount {
  Account account;
  store::AccountRow row;
  bool new_credential = false;  // or another server
  bool moved = false;  // to another cloud project or region: what was known of its limits and models is not true
};

// The account of `entry` with `change`. `book`: the others, for labels are unique. Errors are InvalidRequest and name
// the field.
absl::StatusOr<ChangedAccount> ChangeAccount(const AccountBook& book, const AccountEntry& entry, AccountChange change,
                                             const catalog::Catalog& catalog, const auth::SecretBox& box, WallTime now);

}  // namespace ag::pool
