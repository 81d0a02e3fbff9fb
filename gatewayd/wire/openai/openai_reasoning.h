#pragma once

#include "gatewayd/base/json.h"
#include "gatewayd/catalog/model_info.h"
#include "gatewayd/wire/reasoning_edit.h"

// DialectCodec::set_reasoning of OpenAI's dialects.
namespace ag::wire::openai {

// `reasoning_effort` (https://platform.openai.com/docs/api-reference/chat/create), or OpenRouter's `reasoning` where
// the client writes that; the `thinking` switch of DeepSeek and Z.ai where the client writes one.
void SetChatReasoning(const json::Value& body, const ReasoningSpec& wanted, const catalog::ModelInfo& model,
                      ReasoningEdits& out);
// `reasoning.effort` (https://platform.openai.com/docs/api-reference/responses/create).
void SetResponsesReasoning(const json::Value& body, const ReasoningSpec& wanted, const catalog::ModelInfo& model,
                           ReasoningEdits& out);

}  // namespace ag::wire::openai
