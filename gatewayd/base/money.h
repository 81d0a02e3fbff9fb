#pragma once

#include <cstdint>

namespace ag {

// Costs are billionths of a US dollar, which hold single tokens; budgets count millionths. Rounded up, so that many
// small requests are not free.
inline std::int64_t MicroUsd(std::int64_t nano_usd) { return nano_usd / 1'000 + (nano_usd % 1'000 > 0 ? 1 : 0); }

}  // namespace ag
