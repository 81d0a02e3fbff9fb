#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gatewayd/base/dialect.h"

// Replies as providers stream them, made up to one measure for all dialects, and the requests that ask for them.
namespace ag::wire::bench {

inline constexpr int kDeltas = 64;

// One long text, or calls: one whose arguments come in pieces, for Gemini one whole call after the other.
enum class Kind : std::uint8_t { kText, kTool };

// The events of one reply: those in the middle are the deltas.
struct Stream {
  std::vector<std::string> before;
  std::vector<std::string> deltas;
  std::vector<std::string> after;
};

Stream StreamOf(Dialect upstream, Kind kind);
std::string RequestOf(Dialect client, Kind kind);

}  // namespace ag::wire::bench
