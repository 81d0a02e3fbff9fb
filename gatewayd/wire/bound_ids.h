#pragma once

#include <string_view>

#include "gatewayd/wire/client_request.h"

namespace ag::wire {

// Something that a provider keeps for one account: a file, a cached content, a container. Views into the request.
struct BoundId {
  std::string_view id;      // as its provider issued it; empty = the request names none
  std::string_view member;  // that names it: "file_id"
};

// The first such id that the request's body names, wherever it stands (TRANSLATION row 15): only the account that has
// it can serve the request. Which members hold such ids is in each dialect's table. One walk over the body's text: ask
// only where several accounts could serve.
BoundId FindBoundId(const ClientRequest& request);

}  // namespace ag::wire
