#include "gatewayd/catalog/model_use.h"

#include <gtest/gtest.h>

#include "gatewayd/catalog/catalog.h"

namespace ag::catalog {
namespace {

TEST(ModelUse, IsToldByTheWordsOfTheName) {
  for (const char* model : {"gpt-5-mini", "claude-sonnet-4-5", "models/gemini-2.5-pro", "o3", "deepseek-reasoner",
                            "meta-llama/Llama-3.3-70B-Instruct", "embedded-systems-coder", "gpt-5.3-codex"}) {
    EXPECT_EQ(UseOf(model), ModelUse::kText) << model;
  }
  for (const char* model :
       {"text-embedding-3-small", "gemini-embedding-001", "nomic-embed-text:latest", "BAAI/bge-m3"}) {
    EXPECT_EQ(UseOf(model), ModelUse::kEmbedding) << model;
  }
  for (const char* model :
       {"whisper-1", "tts-1-hd", "dall-e-3", "gpt-image-1", "imagen-4.0-generate-001", "veo-3.1",
        "gemini-2.5-flash-image", "gemini-2.5-flash-preview-tts", "omni-moderation-latest", "sora-2", "gpt-realtime",
        "gpt-4o-mini-transcribe", "davinci-002", "gpt-3.5-turbo-instruct"}) {
    EXPECT_EQ(UseOf(model), ModelUse::kOther) << model;
  }
}

TEST(ModelUse, OfAllModelsOfTheCatalogueIsTextOrEmbedding) {
  const Catalog catalog = Catalog::Shipped();
  for (const ModelInfo& model : catalog.models()) EXPECT_NE(UseOf(model.id), ModelUse::kOther) << model.id;
}

}  // namespace
}  // namespace ag::catalog
