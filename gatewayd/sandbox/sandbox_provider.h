#pragma once

#include <absl/status/statusor.h>

#include <chrono>
#include <cstdint>
#include <memory>

#include "gatewayd/base/clock.h"

namespace ag::sandbox {

struct SandboxOptions {
  std::chrono::milliseconds pace{25};            // a token; zero = as fast as the client reads
  std::chrono::milliseconds slow_first{12'000};  // sandbox:slow: before the first token
  std::chrono::milliseconds slow_between{1'000};
};

// The embedded provider for first use: speaks the OpenAI (chat, completions, responses), Anthropic and Gemini protocols
// on a loopback port and makes its answers up; what a prompt can ask it for (calls of tools, reasoning, failures)
// stands at Answer. It keeps nothing of a request, and refuses what the providers refuse. Needs a (non-empty) key in
// the provider's own header, so that the way of an account's credential is truly exercised. Runs on a shard of its own:
// its pauses never meet the gateway's.
class SandboxProvider {
 public:
  // `clock` outlives it.
  explicit SandboxProvider(const Clock& clock, SandboxOptions options = {});
  ~SandboxProvider();  // Stop
  SandboxProvider(const SandboxProvider&) = delete;
  SandboxProvider& operator=(const SandboxProvider&) = delete;

  // Listens on 127.0.0.1 (port 0 picks a free one) and serves from then on. Once. The result is the port; the base URLs
  // are http://127.0.0.1:PORT for Anthropic and Gemini and http://127.0.0.1:PORT/v1 for OpenAI. kConnect when it cannot
  // listen.
  absl::StatusOr<std::uint16_t> Start(std::uint16_t port = 0);
  // Cuts its connections and joins its thread. Blocks shortly: never call it on a shard.
  void Stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ag::sandbox
