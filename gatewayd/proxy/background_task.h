#pragma once

#include "gatewayd/routing/route.h"
#include "gatewayd/wire/client_request.h"

namespace ag::proxy {

// Whether a request is a task that a client does by itself, beside what its user asked: a title, a topic, tags,
// follow-up questions, a summary for a list, a probe of the quota. Routes with `--when background` apply to those
// alone.
//
// Judged by the shape and by the latest user message, never by older ones (they hold the tasks of a client's earlier
// requests too), and with care, since a wrong yes gives a user's own question to a small model. All must hold:
//   - text generation without tools, reasoning not asked for
//   - the last message is the user's, and holds text alone
//   - it, or a short system prompt from its beginning on, tells to title, name, tag or follow up a conversation; to
//     summarise one counts only where the request holds nothing else. Where more than 4096 tokens are
//     asked for, only a system prompt that wants a title, topic, tags or follow-ups counts. Or it is Claude Code's
//     probe: "quota", one token
// Prompts that were looked at: Claude Code, opencode, Open WebUI, LibreChat, LobeChat, Cherry Studio.
routing::RequestKind KindOfRequest(wire::ClientRequest& request);

}  // namespace ag::proxy
