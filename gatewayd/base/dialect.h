#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ag {

// The company-defined API that a request or a reply is written in. Errors and model lists have one shape a family.
enum class Family : std::uint8_t { kOpenAi, kAnthropic, kGemini };

// One wire format for generation. A client speaks one, an account's endpoint offers one or several.
enum class Dialect : std::uint8_t { kChat, kCompletions, kResponses, kMessages, kGemini };
inline constexpr int kDialectCount = 5;

// What the client wants done. Together with the dialect it names one endpoint of one API.
enum class Operation : std::uint8_t {
  kGenerate,        // chat/completions, completions, responses, messages, generateContent
  kGenerateStream,  // Gemini only: streamGenerateContent; elsewhere the body's `stream` decides
  kCountTokens,     // messages/count_tokens, models/{m}:countTokens, responses/input_tokens
  kListModels,
  kGetModel,
  kEmbed,       // embeddings, :embedContent
  kBatchEmbed,  // :batchEmbedContents
  kOther,       // a known provider's other endpoint, passed through to an account of it
};

constexpr Family FamilyOf(Dialect dialect) {
  switch (dialect) {
    case Dialect::kChat:
    case Dialect::kCompletions:
    case Dialect::kResponses:
      return Family::kOpenAi;
    case Dialect::kMessages:
      return Family::kAnthropic;
    case Dialect::kGemini:
      return Family::kGemini;
  }
  return Family::kOpenAi;
}

// Stable lower-case names, used in JSON, the database and the control API: "chat", "messages", …; "openai", ….
std::string_view NameOf(Dialect dialect);
std::string_view NameOf(Family family);
std::string_view NameOf(Operation operation);
std::optional<Dialect> DialectFromName(std::string_view name);
std::optional<Family> FamilyFromName(std::string_view name);
std::optional<Operation> OperationFromName(std::string_view name);

}  // namespace ag
