#pragma once

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>

#include <string>
#include <string_view>

namespace ag {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// Starts logging to stderr at `level` ("debug", "info", "warn", "error"). Lines are written by a thread of the logger,
// so a slow terminal never holds up a shard; when its queue is full, the oldest lines are dropped and counted.
absl::Status StartLogging(std::string_view level);
// Writes out what is queued and stops the thread.
void StopLogging();

bool LogEnabled(LogLevel level);
// One line, whatever `text` quotes: control characters become spaces, what looks like a credential is redacted.
void LogLine(LogLevel level, std::string_view text);
[[noreturn]] void CheckFailed(const char* file, int line, const char* condition);

// Formats only if the level is on: Log(LogLevel::kInfo, "listening on ", address).
template <typename... Args>
void Log(LogLevel level, const Args&... args) {
  if (LogEnabled(level)) LogLine(level, absl::StrCat(args...));
}

}  // namespace ag
