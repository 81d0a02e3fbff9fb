#pragma once

#include "gatewayd/base/json.h"
#include "gatewayd/catalog/model_info.h"
#include "gatewayd/wire/reasoning_edit.h"

namespace ag::wire::gemini {

// DialectCodec::set_reasoning: generationConfig.thinkingConfig with thinkingLevel for an effort and thinkingBudget for
// a budget, never both; for a known model the one that it takes. https://ai.google.dev/gemini-api/docs/thinking
void SetGeminiReasoning(const json::Value& body, const ReasoningSpec& wanted, const catalog::ModelInfo& model,
                        ReasoningEdits& out);

}  // namespace ag::wire::gemini
