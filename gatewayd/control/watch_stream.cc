#include "gatewayd/control/watch_stream.h"

#include <algorithm>
#include <utility>

#include "gatewayd/control/grpc_status.h"
#include "gatewayd/control/record_convert.h"
#include "gatewayd/control/thread_order.h"

namespace ag::control {
namespace {

constexpr std::size_t kMaxBatch = 64;

v1::RequestRecord Describe(const telemetry::FeedEvent& event) { return ToProto(*event.record, RecordView::kBasic); }

}  // namespace

WatchStream::WatchStream(runtime::Shard& control, telemetry::EventFeed& feed, WatchHub& hub, WatchReactor& reactor,
                         grpc::CallbackServerContext& context, std::size_t snapshot_size)
    : control_(control),
      feed_(feed),
      hub_(hub),
      reactor_(&reactor),
      context_(context),
      snapshot_size_(std::min(snapshot_size, telemetry::EventFeed::kRecentLimit)) {}

void WatchStream::Begin() {
  if (reactor_ == nullptr) return;
  if (hub_.closed()) return Finish(absl::UnavailableError("gatewayd is shutting down"));
  hub_.Add(shared_from_this());
  subscription_ = feed_.Subscribe([this, weak = weak_from_this()] {
    control_.Post([weak] {
      if (const auto self = weak.lock()) self->Pump();
    });
  });
  outbox_.push_back(Snapshot());
  Pump();
}

v1::WatchRequestsResponse WatchStream::Snapshot() {
  const auto recent = feed_.Recent(std::max<std::size_t>(snapshot_size_, 1));
  v1::WatchRequestsResponse message;
  auto& snapshot = *message.mutable_snapshot();
  if (snapshot_size_ > 0) {
    for (const auto& event : recent) *snapshot.add_requests() = Describe(event);
  }
  if (!recent.empty()) last_sequence_ = recent.back().sequence;
  message.set_sequence(last_sequence_);
  return message;
}

void WatchStream::Resync() {
  const std::uint64_t told = last_sequence_;
  v1::WatchRequestsResponse snapshot = Snapshot();
  const auto in_snapshot = static_cast<std::uint64_t>(snapshot.snapshot().requests_size());
  const std::uint64_t untold = last_sequence_ - told;
  v1::WatchRequestsResponse resync;
  resync.set_sequence(told);
  resync.mutable_resync()->set_missed_count(static_cast<std::int64_t>(untold - std::min(untold, in_snapshot)));
  outbox_.push_back(std::move(resync));
  outbox_.push_back(std::move(snapshot));
}

void WatchStream::Refill() {
  bool overflowed = false;
  const auto events = subscription_->Take(kMaxBatch, overflowed);
  if (overflowed) return Resync();
  v1::WatchRequestsResponse message;
  for (const auto& event : events) {
    if (event.sequence <= last_sequence_) continue;  // the snapshot told it
    *message.mutable_delta()->add_requests() = Describe(event);
    last_sequence_ = event.sequence;
  }
  if (!message.has_delta()) return;
  message.set_sequence(last_sequence_);
  outbox_.push_back(std::move(message));
}

void WatchStream::Pump() {
  if (reactor_ == nullptr || writing_) return;
  if (outbox_.empty()) Refill();
  if (outbox_.empty()) return;
  writing_ = true;
  v1::WatchRequestsResponse message = std::move(outbox_.front());
  outbox_.pop_front();
  reactor_->Write(std::move(message));
}

void WatchStream::OnWriteDone(bool ok) {
  writing_ = false;
  if (!ok) return Finish(absl::CancelledError("the client left"));
  Pump();
}

void WatchStream::Finish(const absl::Status& status) {
  WatchReactor* reactor = std::exchange(reactor_, nullptr);
  if (reactor == nullptr) return;
  if (subscription_) feed_.Unsubscribe(subscription_);
  const auto self = shared_from_this();  // the hub's share may be the last but the reactor's
  hub_.Remove(self);
  OrderedBefore(reactor);
  reactor->Finish(ToGrpcStatus(status, context_));
}

void WatchHub::Add(std::shared_ptr<WatchStream> stream) { streams_.insert(std::move(stream)); }

void WatchHub::Remove(const std::shared_ptr<WatchStream>& stream) { streams_.erase(stream); }

void WatchHub::Close() {
  closed_ = true;
  const auto streams = streams_;  // a copy: Finish removes
  for (const auto& stream : streams) stream->Finish(absl::UnavailableError("gatewayd is shutting down"));
}

WatchReactor::WatchReactor(runtime::Shard& control, telemetry::EventFeed& feed, WatchHub& hub,
                           grpc::CallbackServerContext& context, std::size_t snapshot_size)
    : control_(control), stream_(std::make_shared<WatchStream>(control, feed, hub, *this, context, snapshot_size)) {
  OrderedBefore(this);
  control_.Post([stream = stream_] { stream->Begin(); });
}

void WatchReactor::Write(v1::WatchRequestsResponse message) {
  outgoing_ = std::move(message);
  OrderedBefore(this);
  StartWrite(&outgoing_);
}

void WatchReactor::OnWriteDone(bool ok) {
  OrderedAfter(this);
  control_.Post([stream = stream_, ok] { stream->OnWriteDone(ok); });
}

void WatchReactor::OnCancel() {
  OrderedAfter(this);
  control_.Post([stream = stream_] { stream->Finish(absl::CancelledError("the client left")); });
}

void WatchReactor::OnDone() {
  OrderedAfter(this);
  delete this;
}

}  // namespace ag::control
