#pragma once

#include "gatewayd/base/json.h"
#include "gatewayd/catalog/model_info.h"
#include "gatewayd/wire/reasoning_edit.h"

namespace ag::wire::anthropic {

// DialectCodec::set_reasoning: adaptive thinking with `output_config.effort` for an effort, `thinking` for a budget and
// for off; for a known model the one that it takes. A model that nobody described is told the effort alone. Thinking is
// not switched on where the API would refuse the request for it: beside a forced tool or the client's own sampling, and
// amid a tool loop that began without it. Where it is switched off, what would clear it goes too.
// https://platform.claude.com/docs/en/build-with-claude/extended-thinking,
// https://platform.claude.com/docs/en/build-with-claude/effort
void SetMessagesReasoning(const json::Value& body, const ReasoningSpec& wanted, const catalog::ModelInfo& model,
                          ReasoningEdits& out);

}  // namespace ag::wire::anthropic
