#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>

#include "gatewayd/base/clock.h"
#include "gatewayd/base/secret.h"
#include "gatewayd/catalog/catalog.h"
#include "gatewayd/pool/account.h"
#include "gatewayd/pool/account_egress.h"
#include "gatewayd/pool/account_input.h"
#include "gatewayd/pool/portable_account.h"

namespace ag::pool {

// What a user enters. Absent members take the preset's values.
struct NewAccount {
  std::string preset;
  std::string label;     // empty: "<preset>-<n>"
  std::string base_url;  // replaces the preset's origin for all dialects that it serves
  Secret api_key;
  std::optional<SignIn> sign_in;  // in place of an API key
  std::string project;
  std::string location;
  std::string quota_group;
  int priority = 0;
  int weight = 1;
  EgressInput egress;
};

// The account, checked: everything but its id and a label that nobody has. Errors are InvalidRequest and name the
// field.
absl::StatusOr<Account> MakeAccount(const catalog::Catalog& catalog, NewAccount wanted, WallTime now);
absl::StatusOr<Account> MakeAccount(const catalog::Catalog& catalog, const PortableAccount& wanted, WallTime now);
// What a user enters, as if it came from another machine: another gateway's configuration.
absl::StatusOr<PortableAccount> PortableFrom(const catalog::Catalog& catalog, NewAccount wanted, WallTime now);

}  // namespace ag::pool
