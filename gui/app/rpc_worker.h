#pragma once

#include <QObject>
#include <QPointer>
#include <QThreadPool>
#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace ag::client {
class ControlClient;
}

namespace ag::gui {

// Runs the blocking calls of the control service on threads of its own and brings their results home to the GUI thread.
// What may take long has lanes of its own, so that no provider that answers slowly holds up the pages' lists.
class RpcWorker : public QObject {
 public:
  explicit RpcWorker(std::shared_ptr<client::ControlClient> client);
  // Cancels what runs and waits for it; what was decided gets its moment. No `done` is called any more.
  ~RpcWorker() override;

  // Runs work(client) on a worker thread, then done(result) on the GUI thread, unless the receiver is gone by then.
  // GUI thread only. Calls may overtake each other: ask for the second from the first one's `done` where that matters.
  template <typename Work, typename Done>
  void Call(QObject* receiver, Work work, Done done) {
    Post(Lane::kPages, receiver, std::move(work), std::move(done));
  }
  // The same for what waits for a provider, or for as much of the person's patience.
  template <typename Work, typename Done>
  void CallSlow(QObject* receiver, Work work, Done done) {
    Post(Lane::kSlow, receiver, std::move(work), std::move(done));
  }
  // The same for the question whether the daemon answers at all: it never waits behind other calls.
  template <typename Work, typename Done>
  void CallBeat(QObject* receiver, Work work, Done done) {
    Post(Lane::kBeat, receiver, std::move(work), std::move(done));
  }
  // The same for what the person has decided and may have forgotten: it is carried out, and `done` called, also when
  // another gateway has been turned to meanwhile.
  template <typename Work, typename Done>
  void CallToEnd(QObject* receiver, Work work, Done done) {
    Post(Lane::kDecided, receiver, std::move(work), std::move(done));
  }

  // Its gateway is left. Calls that wait are dropped and nobody hears of those that run, but for those of CallToEnd;
  // it deletes itself when the last one has ended, or when they have had long enough.
  void Retire(QObject* parent);

 private:
  enum class Lane : std::uint8_t { kPages, kSlow, kBeat, kDecided };
  static constexpr std::size_t kLanes = 4;

  template <typename Work, typename Done>
  void Post(Lane lane, QObject* receiver, Work work, Done done) {
    using Result = std::invoke_result_t<Work&, client::ControlClient&>;
    ++under_way_;
    Run(lane, [this, lane, client = client_, guard = QPointer<QObject>(receiver), work = std::move(work),
               done = std::move(done)]() mutable {
      auto result = std::make_shared<std::optional<Result>>();  // shared: Qt copies what it queues
      if (Wanted(lane)) result->emplace(work(*client));
      QMetaObject::invokeMethod(
          this,
          [this, lane, self = QPointer<RpcWorker>(this), guard, done = std::move(done), result]() mutable {
            if (guard && *result && Wanted(lane)) done(std::move(**result));
            if (self) End();
          },
          Qt::QueuedConnection);
    });
  }
  bool Wanted(Lane lane) const { return lane == Lane::kDecided || !retired_; }
  void Run(Lane lane, std::function<void()> task);
  void End();

  const std::shared_ptr<client::ControlClient> client_;  // shared with calls that run while the daemon is changed
  std::atomic<bool> retired_ = false;                    // written by the GUI thread, read by the others
  int under_way_ = 0;
  std::array<QThreadPool, kLanes> lanes_;
};

}  // namespace ag::gui
