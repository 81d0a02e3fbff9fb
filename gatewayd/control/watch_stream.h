#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <set>

#include "ag/gateway/v1/monitor.pb.h"
#include "gatewayd/runtime/shard.h"
#include "gatewayd/telemetry/event_feed.h"

namespace ag::control {

namespace v1 = ::ag::gateway::v1;

class WatchReactor;
class WatchHub;

// One watcher: a subscription to the feed at one end, one outstanding gRPC write at the other. Everything on the
// control context; the reactor's threads only post here. A watcher that reads slowly leaves its events in the
// subscription's bounded queue, and is told to resync when that overflows.
class WatchStream : public std::enable_shared_from_this<WatchStream> {
 public:
  WatchStream(runtime::Shard& control, telemetry::EventFeed& feed, WatchHub& hub, WatchReactor& reactor,
              grpc::CallbackServerContext& context, std::size_t snapshot_size);

  void Begin();
  void OnWriteDone(bool ok);
  // Once; later calls do nothing. Does not wait for an outstanding write: its buffer lives until the reactor is done.
  void Finish(const absl::Status& status);

 private:
  void Pump();
  void Refill();
  v1::WatchRequestsResponse Snapshot();
  void Resync();

  runtime::Shard& control_;
  telemetry::EventFeed& feed_;
  WatchHub& hub_;
  WatchReactor* reactor_;                 // null once finished
  grpc::CallbackServerContext& context_;  // until finished
  const std::size_t snapshot_size_;
  std::shared_ptr<telemetry::EventFeed::Subscription> subscription_;  // shared with the feed
  std::deque<v1::WatchRequestsResponse> outbox_;                      // at most a resync and its snapshot
  std::uint64_t last_sequence_ = 0;                                   // what the outbox has told so far
  bool writing_ = false;
};

// The live watchers, so that a shutdown can end them. On the control context.
class WatchHub {
 public:
  void Add(std::shared_ptr<WatchStream> stream);
  void Remove(const std::shared_ptr<WatchStream>& stream);
  // Ends all, and refuses those that come later.
  void Close();
  bool closed() const { return closed_; }

 private:
  std::set<std::shared_ptr<WatchStream>> streams_;  // shared with their reactors
  bool closed_ = false;
};

// gRPC's end. Owns itself: freed in OnDone.
class WatchReactor final : public grpc::ServerWriteReactor<v1::WatchRequestsResponse> {
 public:
  WatchReactor(runtime::Shard& control, telemetry::EventFeed& feed, WatchHub& hub, grpc::CallbackServerContext& context,
               std::size_t snapshot_size);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;
  // Control context. One write at a time.
  void Write(v1::WatchRequestsResponse message);

 private:
  runtime::Shard& control_;
  std::shared_ptr<WatchStream> stream_;  // shared with posted work
  v1::WatchRequestsResponse outgoing_;
};

}  // namespace ag::control
