#pragma once

#include <absl/status/statusor.h>
#include <google/protobuf/timestamp.pb.h>

#include <cstdint>
#include <string>

namespace ag::cli {

// Which way a length of time counts from now.
enum class Direction : std::uint8_t { kBack, kAhead };

// A moment as people write it: "2026-11-01", "2026-11-01 13:00", "2026-11-01T13:00:00Z" (UTC without an offset), "now",
// or a length of time from now in the given direction: "90s", "30m", "12h", "7d", "2w". A usage error for anything
// else, which names what was wanted.
absl::StatusOr<google::protobuf::Timestamp> ParseTime(const std::string& text, Direction direction);

}  // namespace ag::cli
