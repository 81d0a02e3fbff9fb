#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/status/status.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "proto/client/control_client.h"

namespace ag::client {

// Hears of finished requests, on the stream's own thread, one call at a time. Must not destroy the stream.
class EventStreamObserver {
 public:
  virtual ~EventStreamObserver() = default;
  // The state to begin with: after each connection, and after a resync. Replaces everything said before.
  virtual void OnSnapshot(const v1::WatchRequestsResponse::Snapshot& snapshot) = 0;
  // Further requests, oldest first.
  virtual void OnRequests(const v1::WatchRequestsResponse::Delta& delta) = 0;
  // Requests were missed; a snapshot follows.
  virtual void OnResync(std::int64_t missed) = 0;
  // The daemon does not answer, or left. The stream goes on trying; called once for each loss.
  virtual void OnDisconnected(const absl::Status& status) = 0;
};

struct EventStreamOptions {
  int snapshot_size = 100;
  std::chrono::milliseconds first_retry{100};  // doubles up to max_retry
  std::chrono::milliseconds max_retry{2'000};
};

// Watches the requests of a daemon for as long as it lives, over restarts of the daemon. A gap in the numbers makes it
// connect again, so that the observer's picture is always whole.
class EventStream {
 public:
  // Starts at once. Client and observer outlive the stream.
  EventStream(ControlClient& client, EventStreamObserver& observer, EventStreamOptions options);
  // Ends the call and joins the thread.
  ~EventStream();
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;

 private:
  void Run();
  // One connection, until it ends. Returns why; sets `received` when at least one message came.
  absl::Status WatchOnce(bool& received);
  // False when the stream is to end.
  bool Pause(std::chrono::milliseconds delay);

  ControlClient& client_;
  EventStreamObserver& observer_;
  const EventStreamOptions options_;
  // A mutex, since the destructor's thread must reach the call of the stream's thread.
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  grpc::ClientContext* call_ ABSL_GUARDED_BY(mutex_) = nullptr;
  std::thread thread_;
};

}  // namespace ag::client
