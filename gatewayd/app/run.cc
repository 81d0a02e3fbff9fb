#include <pthread.h>

#include <csignal>
#include <cstdio>
#include <ctime>
#include <utility>

#include "gatewayd/app/application.h"
#include "gatewayd/base/log.h"
#include "gatewayd/base/strings.h"

namespace ag::app {
namespace {

// Blocks the signals in every thread that is started later; the main thread asks for them.
sigset_t BlockSignals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

int Report(const absl::Status& status) {
  StopLogging();
  std::fprintf(stderr, "gatewayd: %s\n", std::string(ToStd(status.message())).c_str());
  return 1;
}

}  // namespace

int Run(Options options) {
  const sigset_t signals = BlockSignals();
  if (const absl::Status logging = StartLogging(options.log_level); !logging.ok()) {
    std::fprintf(stderr, "gatewayd: %s\n", std::string(ToStd(logging.message())).c_str());
    return 2;
  }
  const SystemClock clock;
  auto application = Application::Create(std::move(options), clock);
  if (!application.ok()) return Report(application.status());
  if (const absl::Status started = (*application)->Start(); !started.ok()) {
    (*application)->Shutdown([] { return true; });
    return Report(started);
  }
  int signal = 0;
  sigwait(&signals, &signal);
  Log(LogLevel::kInfo, "ending: waiting for running requests (a second signal cuts them)");
  (*application)->Shutdown([&signals] {
    const timespec at_once{};
    return sigtimedwait(&signals, nullptr, &at_once) > 0;
  });
  application->reset();
  StopLogging();
  return 0;
}

}  // namespace ag::app
