#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/clock.h"
#include "gatewayd/base/dialect.h"
#include "gatewayd/base/ids.h"
#include "gatewayd/base/reason.h"
#include "gatewayd/catalog/catalog.h"
#include "gatewayd/pool/account_egress.h"
#include "gatewayd/pool/account_facts.h"
#include "gatewayd/pool/account_limits.h"
#include "gatewayd/pool/account_status.h"
#include "gatewayd/pool/credential.h"

namespace ag::pool {

struct AccountEndpoint {
  std::string base_url;
  catalog::AuthStyle auth = catalog::AuthStyle::kBearer;
};

enum class AccountState : std::uint8_t { kReady, kNeedsSignIn, kForbidden, kDisabled };
std::string_view NameOf(AccountState state);  // "ready", "needs_sign_in", …
std::optional<AccountState> AccountStateFromName(std::string_view name);

inline constexpr std::uint64_t kFirstAccess = 1;

// One set of credentials of one provider. A value: the pool's owner changes its own copy and publishes snapshots.
struct Account {
  AccountId id;
  std::string label;
  std::string preset;  // catalog::ProviderPreset name
  Family family = Family::kOpenAi;
  std::map<Dialect, AccountEndpoint> endpoints;  // what it speaks
  catalog::ChatQuirks quirks;
  std::vector<std::string> models;  // what its provider lists; empty = not known (yet)
  std::optional<WallTime> models_refreshed;
  std::string quota_group;  // accounts that share one limit (a Gemini project)
  std::string project;
  std::string location;
  Credential credential;
  // Counted up when its owner enters another credential or base URL: what comes of the former one says nothing of this.
  std::uint64_t access = kFirstAccess;
  SharedWayOut way_out;  // null = as everybody's
  bool enabled = true;
  AccountState state = AccountState::kReady;
  Reason state_reason;     // of a state other than ready
  WallTime state_until{};  // when the daemon tries again by itself; the epoch = only its owner ends the state
  int refusals = 0;        // by the provider, in a row: how long the next state lasts
  AccountLimits limits;
  AccountFacts facts;  // what its provider's answers have taught
  int priority = 0;    // higher first
  int weight = 1;
  WallTime created{};
  std::uint64_t revision = 1;  // etag

  bool Speaks(Dialect dialect) const { return endpoints.contains(dialect); }
};

// Whose limits the account shares: its group's, else its cloud project's in its region, for Google counts by project
// (https://ai.google.dev/gemini-api/docs/rate-limits, https://cloud.google.com/vertex-ai/generative-ai/docs/quotas).
// Empty: they are its own.
std::string SharedQuota(const Account& account);

// Reason of a state that the provider's own answer led to: args "status" and "text", its words.
inline constexpr std::string_view kProviderRefused = "provider_refused";

// The account's own state (not its cool-downs, not what its owner switched off) as the state machine knows it, and
// back.
AccountStatus OwnStatus(const Account& account);
void SetOwnStatus(Account& account, const AccountStatus& status);

}  // namespace ag::pool
