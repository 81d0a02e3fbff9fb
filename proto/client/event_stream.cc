#include "proto/client/event_stream.h"

#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include <algorithm>
#include <memory>

namespace ag::client {

EventStream::EventStream(ControlClient& client, EventStreamObserver& observer, EventStreamOptions options)
    : client_(client), observer_(observer), options_(options), thread_([this] { Run(); }) {}

EventStream::~EventStream() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (call_ != nullptr) call_->TryCancel();
  }
  wake_.notify_all();
  thread_.join();
}

bool EventStream::Pause(std::chrono::milliseconds delay) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, delay, [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS { return stopping_; });
  return !stopping_;
}

void EventStream::Run() {
  std::chrono::milliseconds delay = options_.first_retry;
  bool told = false;
  do {
    bool received = false;
    const absl::Status status = WatchOnce(received);
    if (received) {
      delay = options_.first_retry;
      told = false;
    }
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
    }
    if (!told) observer_.OnDisconnected(status);
    if (client_.cancelled()) return;
    told = true;
    if (!Pause(delay)) return;
    delay = std::min(delay * 2, options_.max_retry);
  } while (true);
}

absl::Status EventStream::WatchOnce(bool& received) {
  if (!client_.unusable_.ok()) return client_.unusable_;
  if (absl::Status listens = client_.Listens(); !listens.ok()) return listens;
  client_.Reconnect();
  grpc::ClientContext context;
  const ControlClient::InFlight in_flight(client_, context);
  if (!in_flight.admitted()) return absl::CancelledError("the client was told to end");
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return absl::CancelledError();
    call_ = &context;
  }
  v1::WatchRequestsRequest request;
  request.set_snapshot_size(options_.snapshot_size);
  const auto reader = client_.monitor_->WatchRequests(&context, request);
  v1::WatchRequestsResponse message;
  std::uint64_t last = 0;
  bool gap = false;
  while (!gap && reader->Read(&message)) {
    received = true;
    switch (message.event_case()) {
      case v1::WatchRequestsResponse::kSnapshot:
        observer_.OnSnapshot(message.snapshot());
        last = message.sequence();
        break;
      case v1::WatchRequestsResponse::kDelta:
        gap = message.sequence() != last + static_cast<std::uint64_t>(message.delta().requests_size());
        if (!gap) observer_.OnRequests(message.delta());
        last = message.sequence();
        break;
      case v1::WatchRequestsResponse::kResync:
        observer_.OnResync(message.resync().missed_count());
        break;
      case v1::WatchRequestsResponse::EVENT_NOT_SET:
        break;  // an event of a newer daemon
    }
  }
  if (gap) context.TryCancel();
  const grpc::Status status = reader->Finish();
  {
    const std::lock_guard lock(mutex_);
    call_ = nullptr;
  }
  if (status.ok()) return absl::UnavailableError("gatewayd ended the stream");
  return client_.ToStatus(status, context);
}

}  // namespace ag::client
