#pragma once

#include <absl/status/statusor.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/pool/account.h"
#include "gatewayd/pool/cooldown.h"

// The JSON in which the pool stores the parts of an account that are not columns. Reading is lenient about members that
// it does not know (a newer version wrote them) and strict about those that it needs: InvalidRequest says which.
namespace ag::pool {

using Endpoints = std::map<Dialect, AccountEndpoint>;

// {"chat": {"base_url": "https://…", "auth": "bearer"}, …}; dialects that this version does not know are left out.
std::string EndpointsToJson(const Endpoints& endpoints);
absl::StatusOr<Endpoints> EndpointsFromJson(std::string_view json);

std::string QuirksToJson(const catalog::ChatQuirks& quirks);
absl::StatusOr<catalog::ChatQuirks> QuirksFromJson(std::string_view json);

// ["model", …]
std::string ModelsToJson(const std::vector<std::string>& models);
absl::StatusOr<std::vector<std::string>> ModelsFromJson(std::string_view json);

// {"code": …, "args": [["name", "value"], …]}: a list, since the order of the arguments means something.
std::string ReasonToJson(const Reason& reason);
absl::StatusOr<Reason> ReasonFromJson(std::string_view json);

// The reason's members, with when the daemon tries again by itself and how often the provider has refused:
// {"code": …, "args": […], "until_ms": …, "refusals": 2}. A refusal without a time, as older versions stored it, is due
// at once.
struct StoredState {
  Reason reason;
  WallTime until{};
  int refusals = 0;
};
std::string StateToJson(const StoredState& state);
absl::StatusOr<StoredState> StateFromJson(std::string_view json);

// [{"model": "", "until_ms": …, "cause": "rate_minute", "hint": true}]
std::string CooldownsToJson(const std::vector<ListedCooldown>& cooldowns);
absl::StatusOr<std::vector<ListedCooldown>> CooldownsFromJson(std::string_view json);

}  // namespace ag::pool
