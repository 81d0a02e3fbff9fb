#include "gatewayd/app/shutdown.h"

#include <chrono>
#include <future>
#include <memory>

#include "gatewayd/base/log.h"

namespace ag::app {
namespace {

constexpr std::chrono::seconds kDrain{10};
constexpr std::chrono::seconds kControlGrace{2};
constexpr std::chrono::milliseconds kAsk{50};

// Waits on the main thread; the work itself runs on its own.
void OnControlAndWait(runtime::Shard& control, const std::function<void()>& work) {
  std::promise<void> promise;
  control.Post([&] {
    work();
    promise.set_value();
  });
  promise.get_future().get();
}

void StopListeningAndAsking(const ShutdownParts& parts) {
  std::promise<void> refreshed;
  std::promise<void> signed_in;
  std::promise<void> tested;
  parts.control.Post([&] {
    parts.proxy.listener().Stop();
    parts.healer.Stop();
    parts.refresher.Stop([&refreshed] { refreshed.set_value(); });
    parts.sign_ins.Stop([&signed_in] { signed_in.set_value(); });
    parts.proxy.StopTests([&tested] { tested.set_value(); });
  });
  refreshed.get_future().get();
  signed_in.get_future().get();
  tested.get_future().get();
}

// Sessions may have asked for tokens until they ended.
void StopRenewing(const ShutdownParts& parts) {
  std::promise<void> promise;
  parts.control.Post([&] { parts.tokens.Stop([&promise] { promise.set_value(); }); });
  promise.get_future().get();
}

void DrainSessions(const ShutdownParts& parts, const std::function<bool()>& cut) {
  // shared_ptr: a late session may report after the drain time is over.
  auto drained = std::make_shared<std::promise<void>>();
  auto done = drained->get_future();
  parts.proxy.Drain([drained] { drained->set_value(); });
  const auto deadline = std::chrono::steady_clock::now() + kDrain;
  while (done.wait_for(kAsk) != std::future_status::ready) {
    if (!cut() && std::chrono::steady_clock::now() < deadline) continue;
    Log(LogLevel::kWarning, "cutting the requests that are still running");
    parts.proxy.CloseAll();
    done.wait_for(kControlGrace);
    return;
  }
}

}  // namespace

void ShutDown(const ShutdownParts& parts, const std::function<bool()>& cut) {
  StopListeningAndAsking(parts);
  parts.control_server.Shutdown(kControlGrace);
  DrainSessions(parts, cut);
  parts.shards.Stop();
  parts.shards.Abort();
  parts.shards.Join();
  StopRenewing(parts);
  OnControlAndWait(parts.control, [&] {
    parts.recorder.Flush();
    parts.budgets.Stop();
    parts.conversations.Stop();
    parts.hub.Flush();
    parts.control_client.CloseIdle();
  });
  parts.control.Stop();
  parts.control.Abort();
  parts.control.Join();
  parts.traffic_writer.Join();
  parts.traffic_reader.Join();
}

}  // namespace ag::app
