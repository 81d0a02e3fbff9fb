#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <string>
#include <string_view>

namespace ag::cli {

// The file's bytes, or standard input's for "-". NOT_FOUND says why it cannot be read.
absl::StatusOr<std::string> ReadTextFile(const std::string& path);
// Replaces or makes the file in one step (a file of its own beside it, fsync, rename), readable by its owner alone.
absl::Status WritePrivateFile(const std::string& path, std::string_view text);

}  // namespace ag::cli
