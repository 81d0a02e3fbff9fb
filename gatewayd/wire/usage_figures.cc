#include "gatewayd/wire/usage_figures.h"

#include <algorithm>

namespace ag::wire {
namespace {

constexpr std::int64_t kMostTokens = 1'000'000'000'000'000;

void Set(std::optional<std::int64_t>& bucket, std::optional<std::int64_t> value) {
  if (value) bucket = value;
}

}  // namespace

std::optional<std::int64_t> FigureOf(const json::Value* value) {
  const auto count = value == nullptr ? std::nullopt : value->AsInt();
  return count && *count >= 0 && *count <= kMostTokens ? count : std::nullopt;
}

std::optional<std::int64_t> Without(std::optional<std::int64_t> total, std::int64_t part) {
  if (!total) return std::nullopt;
  return std::max<std::int64_t>(0, *total - part);
}

Usage Updated(const Usage& earlier, const Usage& later) {
  Usage usage = earlier;
  if (later.input) usage.input = usage.cache_read = usage.cache_write = std::nullopt;
  if (later.output) usage.output = usage.reasoning = std::nullopt;
  Set(usage.input, later.input);
  Set(usage.cache_read, later.cache_read);
  Set(usage.cache_write, later.cache_write);
  Set(usage.output, later.output);
  Set(usage.reasoning, later.reasoning);
  return usage;
}

}  // namespace ag::wire
