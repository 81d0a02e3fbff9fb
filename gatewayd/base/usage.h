#pragma once

#include <cstdint>
#include <optional>

namespace ag {

// Tokens of one reply in disjoint buckets: their sum is what was processed. Unknown is not zero. Providers count
// differently (OpenAI's and Gemini's prompt totals include cached tokens, Anthropic's do not; OpenAI's completion total
// includes reasoning): the codecs of wire/ convert to and from these buckets, and nobody else does arithmetic on them.
struct Usage {
  std::optional<std::int64_t> input;  // uncached input
  std::optional<std::int64_t> cache_read;
  std::optional<std::int64_t> cache_write;
  std::optional<std::int64_t> output;  // without reasoning
  std::optional<std::int64_t> reasoning;

  bool known() const { return input || cache_read || cache_write || output || reasoning; }
  std::int64_t InputTotal() const { return input.value_or(0) + cache_read.value_or(0) + cache_write.value_or(0); }
  std::int64_t OutputTotal() const { return output.value_or(0) + reasoning.value_or(0); }

  friend bool operator==(const Usage&, const Usage&) = default;
};

}  // namespace ag
