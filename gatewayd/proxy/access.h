#pragma once

#include <absl/status/status.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/clock.h"
#include "gatewayd/http/message.h"
#include "gatewayd/http/server.h"
#include "gatewayd/proxy/endpoint_table.h"
#include "gatewayd/proxy/proxy_state.h"

namespace ag::proxy {

// Whether a request may be served, and what CORS says of it. A further key that is switched off or has expired is
// refused even where none is needed: its owner has said that it may not be used.
struct Access {
  absl::Status verdict;  // OK, kOriginRefused or kClientAuth
  // The further key that came; null: none or the primary. Shared: it outlives the state that it was found in.
  std::shared_ptr<const keys::HeldKey> client_key;
  std::string_view cors_origin;  // the Origin that the answer allows; empty = no CORS fields
};
Access CheckAccess(const ProxyState& state, const http::Request& request, EndpointMatch::Kind kind, WallTime now);

// The answer to an OPTIONS preflight. A preflight carries no key but one in its query, so one that announces a key
// header is answered for any origin: the request itself is then refused unless its key is right.
struct Preflight {
  absl::Status verdict;
  std::vector<http::Header> headers;  // views into the request and constants
};
Preflight AnswerPreflight(const ProxyState& state, const http::Request& request);

// Access-Control-* fields of an ordinary answer.
void AppendCors(std::string_view cors_origin, http::HeaderList& headers);

}  // namespace ag::proxy
