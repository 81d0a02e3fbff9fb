#pragma once

#include <memory>

#include "gatewayd/wire/codec.h"
#include "gatewayd/wire/translation.h"

namespace ag::wire {

// Token counts between messages and Gemini: {"input_tokens":N} ↔ {"totalTokens":N}. `canonical` lives as long as
// `request`, which outlives the result.
std::unique_ptr<Translation> MakeCountTranslation(ClientRequest& request, const ChatRequest& canonical,
                                                  const UpstreamTarget& target);

}  // namespace ag::wire
