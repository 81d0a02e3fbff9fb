#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <string>

#include "gatewayd/auth/token_grant.h"
#include "gatewayd/base/secret.h"
#include "gatewayd/http/client.h"
#include "gatewayd/runtime/cancel.h"
#include "gatewayd/runtime/task.h"

namespace ag::auth {

// Posts `form` to the token URL and reads the answer. On the client's shard; `client` and `cancel` (may be null)
// outlive the task. Errors tell of the whole account: ParseTokenReply's, or the network's own kind (kDns, kConnect,
// kTls, kEgress, kHeadTimeout, …), which a later try may mend. kClientLeft when it was cancelled. `way_out` is the
// account's own, null for the client's.
runtime::Task<absl::StatusOr<TokenReply>> RequestToken(http::Client& client, std::string token_url, Secret form,
                                                       runtime::CancelSource* cancel,
                                                       std::shared_ptr<const http::WayOut> way_out = nullptr);

}  // namespace ag::auth
