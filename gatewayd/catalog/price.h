#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gatewayd/base/usage.h"

// What providers charge for tokens, and what a reply has cost by that. List prices of single requests: no discounts of
// a batch or a service tier, no cache storage, no charges for built-in tools, images and audio at the price of text.
namespace ag::catalog {

// US dollars for a million tokens, in millionths: 2.50 USD is 2'500'000. The same number is a token's price in
// trillionths of a dollar.
struct TokenRate {
  std::int64_t micro_usd = 0;
  friend bool operator==(const TokenRate&, const TokenRate&) = default;
};

// By the buckets of Usage. Absent cache rates are the input's; reasoning is paid as output. Anthropic's and OpenAI's
// cache writes are those of the shorter life.
struct TokenRates {
  std::optional<TokenRate> input;
  std::optional<TokenRate> cache_read;
  std::optional<TokenRate> cache_write;
  std::optional<TokenRate> output;
};

// The price of one model.
struct ModelPrice {
  std::string model;
  std::string provider;  // whose price: preset name of the account; empty = whoever serves it
  TokenRates usual;
  // With more input than that (cached input too), the whole request is paid by `long_context`; rates that it lacks
  // stay.
  std::optional<std::int64_t> above;
  TokenRates long_context;
  std::string source;  // page that says so
  std::string date;    // when it was read, YYYY-MM-DD
};

// In billionths of a dollar, rounded to the nearest; nothing when tokens were used that have no rate, or none are
// known.
std::optional<std::int64_t> CostOf(const ModelPrice& price, const Usage& usage);

}  // namespace ag::catalog
