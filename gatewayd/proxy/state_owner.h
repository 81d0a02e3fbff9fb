#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string_view>

#include "gatewayd/base/clock.h"
#include "gatewayd/pool/resource_owner.h"
#include "gatewayd/pool/scheduler.h"
#include "gatewayd/proxy/endpoint_table.h"
#include "gatewayd/wire/client_request.h"

namespace ag::proxy {

// State that a provider keeps for one account, as a request names it.
struct StateReference {
  std::string_view id;     // empty: the request names none
  std::string_view param;  // the body's field; empty: the id stands in the path
};

// What the request continues (previous_response_id), the id in a resource's path (/responses/{id}/cancel), or a file,
// cache or container that its body names.
StateReference FindStateReference(const EndpointMatch& match, const wire::ClientRequest& request);

// The account that has the state: the one that issued it, else the only one that could have. nullopt when no account
// could have it now; the scheduler then says why none can serve. StateRejected (404) when several could: asking one at
// random would mostly be wrong, and a wrong answer looks as if the state were gone; and while its account is switched
// off, so that a client that can sends its whole history, which another account serves.
absl::StatusOr<std::optional<AccountId>> FindStateOwner(const StateReference& state, Dialect dialect,
                                                        const pool::ResourceOwner& owners,
                                                        const pool::PoolSnapshot& accounts,
                                                        const pool::RequestTraits& traits, WallTime now);

}  // namespace ag::proxy
