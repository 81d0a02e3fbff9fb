#pragma once

#include <absl/status/statusor.h>

#include <memory>

#include "gatewayd/wire/client_request.h"
#include "gatewayd/wire/translation.h"

namespace ag::wire {

// The translation between two different dialects of {chat, messages, Gemini}: a reply, streamed or plain, or a count of
// tokens (messages and Gemini only; the chat API has no counter). Everything that `context` and `request` refer to
// outlives it. Unsupported for every other pair.
absl::StatusOr<std::unique_ptr<Translation>> MakeTranslated(ClientRequest& request, const UpstreamTarget& target,
                                                            const TranslationContext& context);

}  // namespace ag::wire
