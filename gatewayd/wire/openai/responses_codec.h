#pragma once

#include "gatewayd/wire/dialect_codec.h"

// The Responses dialect: https://platform.openai.com/docs/api-reference/responses
namespace ag::wire::openai {

void CutResponsesState(const json::Value& body, StateCut what, std::vector<json::Edit>& edits);

const DialectCodec& ResponsesCodec();

}  // namespace ag::wire::openai
