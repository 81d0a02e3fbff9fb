#include "gui/app/rpc_worker.h"

#include "proto/client/control_client.h"

namespace ag::gui {
namespace {
constexpr int kThreads = 4;
constexpr int kGraceMs = 500;
}  // namespace

RpcWorker::RpcWorker(std::shared_ptr<client::ControlClient> client) : client_(std::move(client)) {
  threads_.setMaxThreadCount(kThreads);
}

RpcWorker::~RpcWorker() {
  // What was asked for last (a removal that could have been undone) gets its moment.
  threads_.waitForDone(kGraceMs);
  threads_.clear();
  client_->Cancel();
  threads_.waitForDone();
}

void RpcWorker::Run(std::function<void()> task) { threads_.start(std::move(task)); }

}  // namespace ag::gui
