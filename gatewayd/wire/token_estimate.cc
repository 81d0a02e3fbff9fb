#include "gatewayd/wire/token_estimate.h"

#include <variant>

#include "gatewayd/base/json.h"

namespace ag::wire {
namespace {

constexpr std::int64_t kTokensPerMessage = 4;  // role and separators
constexpr std::int64_t kTokensPerReply = 3;    // the opening of the answer

std::int64_t TokensOf(const Part& part) {
  if (const auto* text = std::get_if<TextPart>(&part.value)) return EstimateTextTokens(text->text);
  if (const auto* refusal = std::get_if<RefusalPart>(&part.value)) return EstimateTextTokens(refusal->text);
  if (const auto* reasoning = std::get_if<ReasoningPart>(&part.value)) return EstimateTextTokens(reasoning->text);
  if (const auto* document = std::get_if<DocumentPart>(&part.value)) return EstimateTextTokens(document->text);
  if (const auto* call = std::get_if<ToolCallPart>(&part.value)) {
    return EstimateTextTokens(call->name) + EstimateTextTokens(call->arguments);
  }
  if (const auto* result = std::get_if<ToolResultPart>(&part.value)) {
    std::int64_t sum = result->structured == nullptr ? 0 : EstimateTextTokens(result->structured->raw());
    for (const Part& inner : result->content) sum += TokensOf(inner);
    return sum;
  }
  return 0;
}

}  // namespace

std::int64_t EstimateTextTokens(std::string_view text) {
  std::int64_t ascii = 0;  // bytes
  std::int64_t other = 0;  // bytes of two-byte characters: Greek, Cyrillic, Arabic …
  std::int64_t wide = 0;   // characters of three or four bytes: Chinese, Japanese, Korean, emoji
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      ++ascii;
    } else if (byte >= 0xE0) {
      ++wide;
    } else if (byte >= 0xC0) {
      other += 2;
    }
  }
  return (ascii + 3) / 4 + (other + 1) / 2 + wide;
}

std::int64_t EstimateTokens(const ChatRequest& request) {
  std::int64_t sum = kTokensPerReply;
  for (const Message& message : request.messages) {
    sum += kTokensPerMessage;
    for (const Part& part : message.parts) sum += TokensOf(part);
  }
  for (const ToolSpec& tool : request.tools) {
    sum += EstimateTextTokens(tool.name) + EstimateTextTokens(tool.description);
    if (tool.parameters != nullptr) sum += EstimateTextTokens(tool.parameters->raw());
  }
  return (sum * (100 + kEstimateMarginPercent) + 99) / 100;
}

}  // namespace ag::wire
