#include "gatewayd/catalog/price.h"

#include <algorithm>
#include <array>
#include <limits>

namespace ag::catalog {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

// Saturates: a count that a server made up is no overflow.
std::int64_t Pico(std::int64_t tokens, TokenRate rate) {
  std::int64_t product = 0;
  return __builtin_mul_overflow(tokens, rate.micro_usd, &product) ? kMost : product;
}

std::int64_t Sum(std::int64_t a, std::int64_t b) { return a > kMost - b ? kMost : a + b; }

// A price's `long_context` may leave rates as they are; what is missing for the cache is the input's.
TokenRates RatesFor(const ModelPrice& price, std::int64_t input) {
  TokenRates rates = price.usual;
  if (price.above && input > *price.above) {
    const TokenRates& dearer = price.long_context;
    if (dearer.input) rates.input = dearer.input;
    if (dearer.cache_read) rates.cache_read = dearer.cache_read;
    if (dearer.cache_write) rates.cache_write = dearer.cache_write;
    if (dearer.output) rates.output = dearer.output;
  }
  if (!rates.cache_read) rates.cache_read = rates.input;
  if (!rates.cache_write) rates.cache_write = rates.input;
  return rates;
}

}  // namespace

std::optional<std::int64_t> CostOf(const ModelPrice& price, const Usage& usage) {
  if (!usage.known()) return std::nullopt;
  const TokenRates rates = RatesFor(price, usage.InputTotal());
  struct Part {
    std::int64_t tokens;
    std::optional<TokenRate> rate;
  };
  const std::array<Part, 4> parts{{{usage.input.value_or(0), rates.input},
                                   {usage.cache_read.value_or(0), rates.cache_read},
                                   {usage.cache_write.value_or(0), rates.cache_write},
                                   {usage.OutputTotal(), rates.output}}};
  std::int64_t pico = 0;
  for (const Part& part : parts) {
    if (part.tokens <= 0) continue;
    if (!part.rate) return std::nullopt;
    pico = Sum(pico, Pico(part.tokens, *part.rate));
  }
  return pico / 1'000 + (pico % 1'000 >= 500 ? 1 : 0);
}

}  // namespace ag::catalog
