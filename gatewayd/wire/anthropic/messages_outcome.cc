#include "gatewayd/wire/anthropic/messages_outcome.h"

#include <cstdint>
#include <optional>

#include "gatewayd/wire/usage_figures.h"

namespace ag::wire::anthropic {
namespace {

using json::Value;

std::optional<std::int64_t> At(const Value* object, std::string_view key) {
  return object == nullptr ? std::nullopt : FigureOf(object->FindNonNull(key));
}

// The figure itself, or the sum of its parts by lifetime where only those are given.
std::optional<std::int64_t> CacheWrite(const Value& usage) {
  if (const auto written = At(&usage, "cache_creation_input_tokens")) return written;
  const Value* parts = usage.FindNonNull("cache_creation");
  const auto minutes = At(parts, "ephemeral_5m_input_tokens");
  const auto hour = At(parts, "ephemeral_1h_input_tokens");
  if (!minutes && !hour) return std::nullopt;
  return minutes.value_or(0) + hour.value_or(0);
}

}  // namespace

// The input is the uncached part; the output includes thinking.
Usage ReadUsage(const Value& usage, const Usage& earlier) {
  Usage figures = earlier;
  if (const auto input = At(&usage, "input_tokens")) figures.input = input;
  if (const auto read = At(&usage, "cache_read_input_tokens")) figures.cache_read = read;
  if (const auto written = CacheWrite(usage)) figures.cache_write = written;
  const auto thinking = At(usage.FindNonNull("output_tokens_details"), "thinking_tokens");
  if (thinking) figures.reasoning = thinking;
  auto output = At(&usage, "output_tokens");
  if (!output && earlier.output) output = earlier.OutputTotal();
  figures.output = Without(output, figures.reasoning.value_or(0));
  return figures;
}

StopReason ReadStop(std::string_view reason) {
  if (reason == "end_turn") return StopReason::kEndTurn;
  if (reason == "max_tokens") return StopReason::kMaxTokens;
  if (reason == "stop_sequence") return StopReason::kStopSequence;
  if (reason == "tool_use") return StopReason::kToolUse;
  if (reason == "pause_turn") return StopReason::kPauseTurn;
  if (reason == "refusal") return StopReason::kRefusal;
  if (reason == "model_context_window_exceeded") return StopReason::kContextWindow;
  return StopReason::kUnknown;
}

}  // namespace ag::wire::anthropic
