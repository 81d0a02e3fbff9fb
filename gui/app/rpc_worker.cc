#include "gui/app/rpc_worker.h"

#include <QTimer>
#include <chrono>

#include "proto/client/control_client.h"

namespace ag::gui {
namespace {

constexpr int kThreads = 4;
constexpr int kGraceMs = 500;
constexpr std::chrono::seconds kRetiredPatience{10};

}  // namespace

RpcWorker::RpcWorker(std::shared_ptr<client::ControlClient> client) : client_(std::move(client)) {
  for (QThreadPool& lane : lanes_) lane.setMaxThreadCount(1);
  lanes_[static_cast<std::size_t>(Lane::kPages)].setMaxThreadCount(kThreads);
  lanes_[static_cast<std::size_t>(Lane::kSlow)].setMaxThreadCount(kThreads);
}

RpcWorker::~RpcWorker() {
  // What was asked for last (a removal that could have been undone) gets its moment.
  lanes_[static_cast<std::size_t>(Lane::kDecided)].waitForDone(kGraceMs);
  if (!retired_) lanes_[static_cast<std::size_t>(Lane::kPages)].waitForDone(kGraceMs);
  for (QThreadPool& lane : lanes_) lane.clear();
  client_->Cancel();
  for (QThreadPool& lane : lanes_) lane.waitForDone();
}

void RpcWorker::Run(Lane lane, std::function<void()> task) {
  lanes_[static_cast<std::size_t>(lane)].start(std::move(task));
}

void RpcWorker::End() {
  if (--under_way_ == 0 && retired_) deleteLater();
}

void RpcWorker::Retire(QObject* parent) {
  retired_ = true;
  setParent(parent);
  if (under_way_ == 0) return deleteLater();
  QTimer::singleShot(kRetiredPatience, this, [this] { client_->Cancel(); });
}

}  // namespace ag::gui
