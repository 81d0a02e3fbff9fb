#include "gatewayd/wire/openai/openai_outcome.h"

#include <cstdint>
#include <optional>

#include "gatewayd/wire/usage_figures.h"

namespace ag::wire::openai {
namespace {

using json::Value;

std::optional<std::int64_t> At(const Value* object, std::string_view key) {
  return object == nullptr ? std::nullopt : FigureOf(object->FindNonNull(key));
}

// Cached input inside its details, or beside them: prompt_cache_hit_tokens says DeepSeek
// (https://api-docs.deepseek.com/guides/kv_cache), cached_tokens Moonshot (https://platform.moonshot.ai/docs/api/chat).
std::optional<std::int64_t> CacheRead(const Value& usage, const Value* details) {
  if (const auto cached = At(details, "cached_tokens")) return cached;
  if (const auto hits = At(&usage, "prompt_cache_hit_tokens")) return hits;
  return At(&usage, "cached_tokens");
}

}  // namespace

// The input total includes what was read from and written to the cache, the output total the reasoning; only xAI counts
// reasoning beside the output, which the grand total shows.
Usage ReadUsage(const Value& usage, const Usage& earlier) {
  const auto prompt = At(&usage, "prompt_tokens");
  // Some relays send both spellings and leave the one that they do not mean at zero.
  const bool responses = prompt.value_or(0) == 0 && At(&usage, "input_tokens").has_value();
  const auto input = responses ? At(&usage, "input_tokens") : prompt;
  const auto output = At(&usage, responses ? "output_tokens" : "completion_tokens");
  const Value* input_details = usage.FindNonNull(responses ? "input_tokens_details" : "prompt_tokens_details");
  const Value* output_details = usage.FindNonNull(responses ? "output_tokens_details" : "completion_tokens_details");
  Usage figures;
  figures.cache_read = CacheRead(usage, input_details);
  figures.cache_write = At(input_details, "cache_write_tokens");
  figures.input = Without(input, figures.cache_read.value_or(0) + figures.cache_write.value_or(0));
  figures.reasoning = At(output_details, "reasoning_tokens");
  const std::int64_t reasoning = figures.reasoning.value_or(0);
  const auto total = At(&usage, "total_tokens");
  const bool beside = reasoning > 0 && output && total == input.value_or(0) + *output + reasoning;
  figures.output = beside ? output : Without(output, reasoning);
  return Updated(earlier, figures);
}

StopReason ReadStop(std::string_view reason) {
  if (reason == "stop") return StopReason::kEndTurn;
  if (reason == "length" || reason == "max_tokens" || reason == "max_output_tokens") return StopReason::kMaxTokens;
  if (reason == "tool_calls" || reason == "function_call") return StopReason::kToolUse;
  if (reason == "content_filter") return StopReason::kRefusal;
  return StopReason::kUnknown;
}

}  // namespace ag::wire::openai
