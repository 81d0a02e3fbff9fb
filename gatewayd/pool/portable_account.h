#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/secret.h"
#include "gatewayd/pool/account.h"
#include "gatewayd/pool/account_codec.h"
#include "gatewayd/pool/account_egress.h"

// Accounts on their way to another machine: what their users entered, secrets included, without what a daemon learned.
namespace ag::pool {

struct PortableAccount {
  std::string label;
  std::string preset;
  Endpoints endpoints;
  std::string project;
  std::string location;
  std::string quota_group;
  Credential credential;
  EgressInput egress;
  bool enabled = true;
  int priority = 0;
  int weight = 1;
  AccountLimits limits;  // the owner's
};

PortableAccount PortableOf(const Account& account);
// True when its secrets are there. An account whose secrets do not unseal cannot travel.
bool CanTravel(const Account& account);

// {"format": 1, "accounts": […]}. A secret: it holds them all in clear text.
Secret PortableToJson(const std::vector<PortableAccount>& accounts);
// InvalidRequest for what is no such text, or of a newer format. What a newer version of the same format has beside is
// left out.
absl::StatusOr<std::vector<PortableAccount>> PortableFromJson(const Secret& json);

// Equal for accounts that sign in as the same one at the same place: a hash of provider, origins and of the lasting
// part of the credential (the key, the refresh token, the service account's key; never an access token).
std::string FingerprintOf(std::string_view preset, const Endpoints& endpoints, const Credential& credential);

}  // namespace ag::pool
