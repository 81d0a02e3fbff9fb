#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/auth/secret_box.h"
#include "gatewayd/base/ids.h"
#include "gatewayd/base/secret.h"
#include "gatewayd/http/egress.h"

// An account's own way out: what its user enters, and how it is stored.
namespace ag::pool {

// Shared with the snapshots and with requests that run; null = as upstream.proxy_url and upstream.ca_file say.
using SharedWayOut = std::shared_ptr<const http::WayOut>;

struct EgressInput {
  enum class Mode : std::uint8_t {
    kInherit,  // the proxy that all accounts use
    kDirect,   // none, whatever all accounts use
    kProxy,
  };
  Mode mode = Mode::kInherit;
  Secret proxy_url;                   // of kProxy; may hold a password
  std::vector<std::string> no_proxy;  // of kProxy: hosts that are reached without it
  std::string ca_file;                // absolute path of a PEM file, in place of upstream.ca_file; empty = that one
};

// InvalidRequest that names the field; the proxy's URL is never quoted.
absl::StatusOr<SharedWayOut> MakeWayOut(const EgressInput& input);
// What was entered, password included: for the encrypted export.
EgressInput InputOf(const SharedWayOut& way_out);

// The column `egress_json`: the proxy's password is sealed, bound to the account and to the proxy.
std::string WayOutToJson(const SharedWayOut& way_out, const AccountId& id, const auth::SecretBox& box);
// kAccountAuth when the password does not unseal, InvalidRequest for what is no such JSON: the account must not be used
// then, for its requests would go out another way than its user chose.
absl::StatusOr<SharedWayOut> WayOutFromJson(std::string_view json, const AccountId& id, const auth::SecretBox& box);

}  // namespace ag::pool
