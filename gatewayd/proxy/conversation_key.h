#pragma once

#include <cstdint>
#include <optional>

#include "gatewayd/http/message.h"
#include "gatewayd/wire/client_request.h"

namespace ag::proxy {

// What keeps a conversation on its account (pool::RequestTraits::conversation): the session that the client names in a
// header or in its body; else whose request it is, with the beginnings of its system prompt, tools and first message,
// which stay while a conversation grows. None where nothing is said in turns (embeddings, resources). The same for each
// turn; costs some hundred nanoseconds, whatever the request's size.
//
// previous_response_id is not in it: it differs in each turn, and a request that has it goes to the account that issued
// it (proxy/state_owner.h).
std::optional<std::uint64_t> ConversationOf(const wire::ClientRequest& client, const http::Headers& headers);

}  // namespace ag::proxy
