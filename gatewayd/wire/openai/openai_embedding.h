#pragma once

#include "gatewayd/wire/embedding.h"

namespace ag::wire::openai {

// POST /v1/embeddings: https://platform.openai.com/docs/api-reference/embeddings/create
// Inputs that are tokens are refused: their numbers mean something to OpenAI's own models only.
const EmbeddingCodec& OpenAiEmbedding();

}  // namespace ag::wire::openai
