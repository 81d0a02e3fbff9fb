#include "gatewayd/catalog/model_use.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace ag::catalog {
namespace {

// Words as the providers' lists have them, read on 2026-11-26: https://platform.openai.com/docs/models,
// https://ai.google.dev/gemini-api/docs/models, https://docs.cohere.com/docs/models.
constexpr std::array<std::string_view, 4> kEmbedding{"embed", "embedding", "embeddings", "bge"};
constexpr std::array<std::string_view, 19> kOther{
    "aqa",      "audio",  "babbage", "dall",   "davinci",    "image", "imagen", "live",  "lyria",  "moderation",
    "realtime", "rerank", "sora",    "speech", "transcribe", "tts",   "veo",    "video", "whisper"};

template <std::size_t kCount>
bool HasWord(std::string_view name, const std::array<std::string_view, kCount>& words) {
  while (!name.empty()) {
    const auto end =
        std::find_if(name.begin(), name.end(), [](char c) { return c == '-' || c == '_' || c == '.' || c == ':'; });
    const std::string_view word(name.begin(), end);
    if (std::ranges::find(words, word) != words.end()) return true;
    name.remove_prefix(std::min(name.size(), word.size() + 1));
  }
  return false;
}

}  // namespace

ModelUse UseOf(std::string_view model) {
  const auto slash = model.rfind('/');
  std::string name(slash == std::string_view::npos ? model : model.substr(slash + 1));
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (HasWord(name, kEmbedding)) return ModelUse::kEmbedding;
  const bool completes_only = name.starts_with("gpt-3.5-turbo-instruct");
  return completes_only || HasWord(name, kOther) ? ModelUse::kOther : ModelUse::kText;
}

}  // namespace ag::catalog
