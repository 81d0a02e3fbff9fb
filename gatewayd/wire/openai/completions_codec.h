#pragma once

#include "gatewayd/wire/dialect_codec.h"

// The legacy completions dialect: https://platform.openai.com/docs/api-reference/completions
namespace ag::wire::openai {

const DialectCodec& CompletionsCodec();

}  // namespace ag::wire::openai
