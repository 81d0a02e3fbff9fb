#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <string>

#include "gatewayd/base/clock.h"
#include "gatewayd/pool/account_pool.h"
#include "gatewayd/sandbox/sandbox_provider.h"

namespace ag::app {

// `gatewayd --sandbox`: the embedded provider on a thread of its own, and one account of each protocol that points to
// it.
class SandboxSetup {
 public:
  SandboxSetup(const Clock& clock, sandbox::SandboxOptions options) : provider_(clock, options) {}

  absl::Status Start();
  // Where the provider listens, once it does: "http://127.0.0.1:40123".
  std::string url() const;
  // Replaces the accounts of an earlier run, whose port is gone. On the control context.
  absl::Status AddAccounts(pool::AccountPool& pool);

 private:
  sandbox::SandboxProvider provider_;
  std::uint16_t port_ = 0;
};

}  // namespace ag::app
