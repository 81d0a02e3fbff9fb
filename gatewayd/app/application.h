#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "gatewayd/app/options.h"
#include "gatewayd/base/clock.h"

namespace ag::app {

// The daemon: makes every module, wires them, runs them, ends them. One instance a data folder; several in one process
// are fine (tests do that).
class Application {
 public:
  // Opens the data folder. `clock` outlives the application. Fails with a sentence and a next step.
  static absl::StatusOr<std::unique_ptr<Application>> Create(Options options, const Clock& clock);
  ~Application();
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  // Starts all threads, the control service and, unless it was stopped for good, the proxy. Blocks until both listen.
  absl::Status Start();

  // Ends in the order of docs/threading.md: stops accepting, ends feeds and the control service, lets sessions finish
  // until `cut` says true (asked every 50 ms) or the drain time is over, then threads, then databases. Blocks.
  void Shutdown(const std::function<bool()>& cut);

  std::uint16_t http_port() const;     // 0 when the proxy does not listen
  std::string control_target() const;  // "unix:/…/control.sock"
  std::string data_dir() const;

 private:
  struct Impl;
  explicit Application(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// `gatewayd`: logging, signals, one application until SIGTERM or SIGINT. Returns the exit code.
int Run(Options options);

}  // namespace ag::app
