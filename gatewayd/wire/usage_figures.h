#pragma once

#include <cstdint>
#include <optional>

#include "gatewayd/base/json.h"
#include "gatewayd/base/usage.h"

// The arithmetic that all dialects share when they read a provider's token figures. What each provider calls them is
// said in its dialect's folder: *_outcome.h.
namespace ag::wire {

// One figure; none when it is absent, no whole number, negative, or more than any reply can hold, so that sums of
// figures never overflow.
std::optional<std::int64_t> FigureOf(const json::Value* value);

// `total` without a part that it includes; none when the total is unknown, never below zero.
std::optional<std::int64_t> Without(std::optional<std::int64_t> total, std::int64_t part);

// `earlier` brought up to date. A side (input with its caches, output with its reasoning) whose main figure is known is
// replaced as a whole, so that old and new figures never add up; else only what `later` knows is.
Usage Updated(const Usage& earlier, const Usage& later);

}  // namespace ag::wire
