#pragma once

#include <QObject>
#include <QPointer>
#include <QThreadPool>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace ag::client {
class ControlClient;
}

namespace ag::gui {

// Runs the blocking calls of the control service on threads of its own and brings their results home to the GUI thread.
// A few threads, so that a provider that answers slowly holds up one of them and not the pages' lists.
class RpcWorker : public QObject {
 public:
  explicit RpcWorker(std::shared_ptr<client::ControlClient> client);
  // Cancels what runs and waits for it. No `done` is called any more.
  ~RpcWorker() override;

  // Runs work(client) on a worker thread, then done(result) on the GUI thread, unless the receiver is gone by then.
  // GUI thread only. Calls may overtake each other: ask for the second from the first one's `done` where that matters.
  template <typename Work, typename Done>
  void Call(QObject* receiver, Work work, Done done) {
    using Result = std::invoke_result_t<Work&, client::ControlClient&>;
    Run([this, client = client_, guard = QPointer<QObject>(receiver), work = std::move(work),
         done = std::move(done)]() mutable {
      auto result = std::make_shared<Result>(work(*client));  // shared: Qt copies what it queues
      QMetaObject::invokeMethod(
          this,
          [guard, done = std::move(done), result]() mutable {
            if (guard) done(std::move(*result));
          },
          Qt::QueuedConnection);
    });
  }

 private:
  void Run(std::function<void()> task);

  const std::shared_ptr<client::ControlClient> client_;  // shared with calls that run while the daemon is changed
  QThreadPool threads_;
};

}  // namespace ag::gui
