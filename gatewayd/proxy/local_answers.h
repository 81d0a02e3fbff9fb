#pragma once

#include <absl/status/status.h>

#include <string>
#include <vector>

#include "gatewayd/proxy/relay_call.h"

namespace ag::proxy {

// An answer that the gateway gives by itself.
struct LocalAnswer {
  int status = 200;
  std::vector<http::Header> headers;  // constants or views into the call
  std::string body;
};

// /healthz, reachability checks, the WebSocket refusal, wrong methods and unknown paths, model lists. None when the
// request is for a provider.
std::optional<LocalAnswer> AnswerHere(const RelayCall& call);

// The dialect's documented body for `error`, with retry fields.
LocalAnswer ErrorAnswer(const RelayCall& call, const absl::Status& error);

// A provider's own reply, untouched.
LocalAnswer ProviderAnswer(const RelayCall& call, const ProviderReply& reply);

}  // namespace ag::proxy
