#include "gatewayd/base/log.h"

#include <spdlog/async.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "gatewayd/base/error.h"
#include "gatewayd/base/redaction.h"

namespace ag {
namespace {

constexpr std::size_t kQueueLines = 8192;
constexpr std::size_t kMaxLine = 4096;
// The process-wide log is the one global: everything else is passed to constructors.
std::atomic<spdlog::logger*> g_logger{nullptr};
std::atomic<int> g_level{static_cast<int>(LogLevel::kWarning)};

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

}  // namespace

absl::Status StartLogging(std::string_view level) {
  LogLevel parsed = LogLevel::kInfo;
  if (level == "debug") {
    parsed = LogLevel::kDebug;
  } else if (level == "warn" || level == "warning") {
    parsed = LogLevel::kWarning;
  } else if (level == "error") {
    parsed = LogLevel::kError;
  } else if (level != "info") {
    return MakeError(ErrorKind::kInvalidRequest,
                     "unknown log level '" + std::string(level) + "': use debug, info, warn or error");
  }
  spdlog::init_thread_pool(kQueueLines, 1);
  auto logger = spdlog::create_async_nb<spdlog::sinks::ansicolor_stderr_sink_mt>("gatewayd");
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%l%$ %v");
  logger->set_level(ToSpdlog(parsed));
  logger->flush_on(spdlog::level::info);
  g_level = static_cast<int>(parsed);
  g_logger = logger.get();
  return absl::OkStatus();
}

void StopLogging() {
  g_logger = nullptr;
  spdlog::shutdown();
}

bool LogEnabled(LogLevel level) { return static_cast<int>(level) >= g_level.load(std::memory_order_relaxed); }

void LogLine(LogLevel level, std::string_view text) {
  const std::string line = SafeProviderText(text, kMaxLine);
  spdlog::logger* logger = g_logger.load(std::memory_order_acquire);
  if (logger != nullptr) {
    logger->log(ToSpdlog(level), spdlog::string_view_t(line.data(), line.size()));
    return;
  }
  // Before StartLogging (a failed start, a test): straight to stderr.
  std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
}

void CheckFailed(const char* file, int line, const char* condition) {
  std::fprintf(stderr, "%s:%d: check failed: %s\n", file, line, condition);
  std::abort();
}

}  // namespace ag
