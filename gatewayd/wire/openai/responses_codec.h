#pragma once

#include "gatewayd/wire/dialect_codec.h"

// The Responses dialect: https://platform.openai.com/docs/api-reference/responses
namespace ag::wire::openai {

const DialectCodec& ResponsesCodec();

}  // namespace ag::wire::openai
