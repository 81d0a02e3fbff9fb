#include "gatewayd/sandbox/models.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>

#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"

namespace ag::sandbox {
namespace {

constexpr std::array<std::string_view, 7> kOpenAi = {
    "sandbox-small", "sandbox-large", "gpt-5", "gpt-5-mini", "gpt-4.1-mini", "gpt-4o-mini", "text-embedding-3-small"};
constexpr std::array<std::string_view, 6> kAnthropic = {"sandbox-small",    "sandbox-large",   "claude-sonnet-4-5",
                                                        "claude-haiku-4-5", "claude-opus-4-5", "claude-sonnet-5"};
constexpr std::array<std::string_view, 6> kGemini = {"sandbox-small",  "sandbox-large",    "gemini-2.5-flash",
                                                     "gemini-2.5-pro", "gemini-3.8-flash", "gemini-embedding-001"};

constexpr std::array<std::string_view, 6> kOpenAiPrefixes = {"gpt-", "chatgpt-", "o1", "o3", "o4", "text-embedding-"};
constexpr std::array<std::string_view, 1> kAnthropicPrefixes = {"claude-"};
constexpr std::array<std::string_view, 3> kGeminiPrefixes = {"gemini-", "gemma-", "text-embedding-"};

std::span<const std::string_view> PrefixesOf(Family family) {
  switch (family) {
    case Family::kOpenAi:
      return kOpenAiPrefixes;
    case Family::kAnthropic:
      return kAnthropicPrefixes;
    case Family::kGemini:
      return kGeminiPrefixes;
  }
  return {};
}

bool IsEmbedding(std::string_view model) { return model.find("embedding") != std::string_view::npos; }

}  // namespace

std::span<const std::string_view> ListedModels(Family family) {
  switch (family) {
    case Family::kOpenAi:
      return kOpenAi;
    case Family::kAnthropic:
      return kAnthropic;
    case Family::kGemini:
      return kGemini;
  }
  return {};
}

bool KnowsModel(Family family, std::string_view model) {
  if (model == "sandbox-small" || model == "sandbox-large") return true;
  return std::ranges::any_of(PrefixesOf(family),
                             [model](std::string_view prefix) { return model.starts_with(prefix); });
}

std::string ModelObject(Family family, std::string_view model) {
  const std::string id = json::Quote(model);
  switch (family) {
    case Family::kOpenAi:
      return absl::StrCat(R"({"id":)", id, R"(,"object":"model","created":1767225600,"owned_by":"sandbox"})");
    case Family::kAnthropic:
      return absl::StrCat(R"({"type":"model","id":)", id, R"(,"display_name":)", id,
                          R"(,"created_at":"2026-01-01T00:00:00Z","max_input_tokens":200000,"max_tokens":64000})");
    case Family::kGemini:
      return absl::StrCat(
          R"({"name":)", json::Quote(absl::StrCat("models/", ToAbsl(model))), R"(,"version":"001","displayName":)", id,
          R"(,"description":"Made up on this machine",)",
          R"("inputTokenLimit":1048576,"outputTokenLimit":65536,"supportedGenerationMethods":[)",
          IsEmbedding(model) ? R"("embedContent","countTokens"])" : R"("generateContent","countTokens"])",
          R"(,"temperature":1,"maxTemperature":2})");
  }
  return {};
}

std::string ModelList(Family family) {
  const std::span<const std::string_view> models = ListedModels(family);
  std::string items;
  for (const std::string_view model : models) {
    absl::StrAppend(&items, items.empty() ? "" : ",", ModelObject(family, model));
  }
  switch (family) {
    case Family::kOpenAi:
      return absl::StrCat(R"({"object":"list","data":[)", items, "]}");
    case Family::kAnthropic:
      return absl::StrCat(R"({"data":[)", items, R"(],"has_more":false,"first_id":)", json::Quote(models.front()),
                          R"(,"last_id":)", json::Quote(models.back()), "}");
    case Family::kGemini:
      return absl::StrCat(R"({"models":[)", items, "]}");
  }
  return {};
}

}  // namespace ag::sandbox
