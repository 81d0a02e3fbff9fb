#pragma once

#include "gatewayd/wire/embedding.h"

namespace ag::wire::gemini {

// embedContent, of one content, and batchEmbedContents: https://ai.google.dev/api/embeddings
// Vertex AI has the former alone:
// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api
const EmbeddingCodec& GeminiEmbedding();

}  // namespace ag::wire::gemini
