#pragma once

#include <memory>

#include "gatewayd/wire/stream_grammar.h"

namespace ag::wire::gemini {

// The order of a streamGenerateContent stream, whose events are all responses of one shape: each candidate ends once
// with a finishReason and says nothing after it, unless the model repeats the reason in each of its chunks; one
// responseId; an error in place of the rest. A blocked prompt has a promptFeedback and no candidate.
// https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse
std::unique_ptr<StreamGrammar> MakeGeminiGrammar();

}  // namespace ag::wire::gemini
