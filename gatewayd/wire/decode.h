#pragma once

#include <absl/status/statusor.h>

#include <string_view>

#include "gatewayd/base/arena.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/client_request.h"

namespace ag::wire {

// The canonical form of a chat, messages or Gemini request (also of its token count). It and all that it refers to live
// in `arena` and in `body`. Of equal members the last one counts. InvalidRequest names the field; Unsupported for a
// dialect that has no canonical form yet.
absl::StatusOr<const ChatRequest*> DecodeCanonical(const Endpoint& endpoint, std::string_view body, Arena& arena);

}  // namespace ag::wire
