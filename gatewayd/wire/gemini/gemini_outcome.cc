#include "gatewayd/wire/gemini/gemini_outcome.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "gatewayd/wire/gemini/proto_key.h"
#include "gatewayd/wire/usage_figures.h"

namespace ag::wire::gemini {
namespace {

// In the order of the enum's numbers; the first, UNSPECIFIED, means none.
constexpr std::array<std::string_view, 18> kFinishReasons{"",
                                                          "STOP",
                                                          "MAX_TOKENS",
                                                          "SAFETY",
                                                          "RECITATION",
                                                          "OTHER",
                                                          "LANGUAGE",
                                                          "BLOCKLIST",
                                                          "PROHIBITED_CONTENT",
                                                          "SPII",
                                                          "MALFORMED_FUNCTION_CALL",
                                                          "IMAGE_SAFETY",
                                                          "UNEXPECTED_TOOL_CALL",
                                                          "TOO_MANY_TOOL_CALLS",
                                                          "IMAGE_PROHIBITED_CONTENT",
                                                          "IMAGE_OTHER",
                                                          "NO_IMAGE",
                                                          "IMAGE_RECITATION"};
constexpr std::array<std::string_view, 6> kBlockReasons{
    "", "SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "IMAGE_SAFETY"};

std::string_view NameIn(std::span<const std::string_view> names, std::string_view name_or_number) {
  if (name_or_number.ends_with("_UNSPECIFIED")) return {};
  std::size_t number = 0;
  const char* const end = name_or_number.data() + name_or_number.size();
  const auto read = std::from_chars(name_or_number.data(), end, number);
  const bool known = read.ec == std::errc() && read.ptr == end && number < names.size();
  return known ? names[number] : name_or_number;
}

std::optional<std::int64_t> At(const json::Value& object, std::string_view key) {
  return FigureOf(FindKey(object, key));
}

}  // namespace

// The prompt total includes cached tokens but not those of tool results; candidates exclude thoughts. Google's JSON
// omits zeros: a missing output count is zero exactly if the other figures make up the total.
Usage ReadUsage(const json::Value& usage, const Usage& earlier) {
  const auto prompt = At(usage, "promptTokenCount");
  const auto tool_prompt = At(usage, "toolUsePromptTokenCount");
  const auto total = At(usage, "totalTokenCount");
  Usage figures;
  figures.cache_read = At(usage, "cachedContentTokenCount");
  figures.reasoning = At(usage, "thoughtsTokenCount");
  figures.output = At(usage, "candidatesTokenCount");
  figures.input = Without(prompt, figures.cache_read.value_or(0));
  if (tool_prompt) figures.input = figures.input.value_or(0) + *tool_prompt;
  const std::int64_t others = prompt.value_or(0) + tool_prompt.value_or(0) + figures.reasoning.value_or(0);
  if (prompt && !figures.output && total == others) figures.output = 0;
  return Updated(earlier, figures);
}

std::string_view FinishReasonName(std::string_view name_or_number) { return NameIn(kFinishReasons, name_or_number); }

StopReason ReadStop(std::string_view name) {
  if (name == "STOP") return StopReason::kEndTurn;
  if (name == "MAX_TOKENS" || name == "CONTINUATION") return StopReason::kMaxTokens;
  for (const std::string_view refusal :
       {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT",
        "IMAGE_RECITATION", "MODEL_ARMOR", "ESCALATION"}) {
    if (name == refusal) return StopReason::kRefusal;
  }
  return StopReason::kUnknown;
}

std::string_view BlockReasonName(std::string_view name_or_number) { return NameIn(kBlockReasons, name_or_number); }

}  // namespace ag::wire::gemini
