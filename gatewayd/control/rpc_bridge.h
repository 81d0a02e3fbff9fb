#pragma once

#include <absl/status/statusor.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

#include "gatewayd/control/grpc_status.h"
#include "gatewayd/control/thread_order.h"
#include "gatewayd/runtime/call_on.h"
#include "gatewayd/runtime/shard.h"

// From gRPC's threads to ours and back. A handler thread copies the request, posts the call and returns.
namespace ag::control {

// One unary call, shared by gRPC's reactor and by whoever answers it: finished once, by the answer or by the client's
// leaving, whichever is first; what comes later does nothing. Thread-safe.
template <typename Request, typename Response>
class UnaryCall {
 public:
  UnaryCall(grpc::CallbackServerContext& context, const Request& request, Response& response)
      : request_(request), context_(context), response_(response) {}
  UnaryCall(const UnaryCall&) = delete;
  UnaryCall& operator=(const UnaryCall&) = delete;

  const Request& request() const { return request_; }

  void Finish(absl::StatusOr<Response> result) {
    // Context, response and reactor live until the reactor is finished: only the first caller may touch them.
    if (finished_.exchange(true)) return;
    if (result.ok()) response_ = *std::move(result);
    OrderedBefore(reactor_);
    reactor_->Finish(ToGrpcStatus(result.status(), context_));
  }

 private:
  template <typename Req, typename Resp>
  friend class UnaryReactor;

  const Request request_;
  grpc::CallbackServerContext& context_;
  Response& response_;
  grpc::ServerUnaryReactor* reactor_ = nullptr;
  std::atomic<bool> finished_{false};
};

template <typename Request, typename Response>
using UnaryCallPtr = std::shared_ptr<UnaryCall<Request, Response>>;  // shared: the reactor, and the work that answers

template <typename Request, typename Response>
class UnaryReactor final : public grpc::ServerUnaryReactor {
 public:
  explicit UnaryReactor(UnaryCallPtr<Request, Response> call) : call_(std::move(call)) {
    call_->reactor_ = this;
    OrderedBefore(this);
  }
  void OnCancel() override {
    OrderedAfter(this);
    call_->Finish(absl::CancelledError("the client left"));
  }
  void OnDone() override {
    OrderedAfter(this);
    delete this;
  }

 private:
  UnaryCallPtr<Request, Response> call_;
};

// Runs `handler(call)` on the control context; it, or what it starts, finishes the call. The server's start comes
// before.
template <typename Request, typename Response, typename Handler>
grpc::ServerUnaryReactor* OnControl(runtime::Shard& control, grpc::CallbackServerContext* context,
                                    const Request* request, Response* response, Handler handler) {
  OrderedAfter(&control);
  auto call = std::make_shared<UnaryCall<Request, Response>>(*context, *request, *response);
  auto* reactor = new UnaryReactor<Request, Response>(call);
  control.Post([call, handler = std::move(handler)] { handler(call); });
  return reactor;
}

// Answers with what `handler(request)` returns, on the control context. Behind what the handler has posted there: when
// the client has its answer, the shards have been told of the change.
template <typename Request, typename Response, typename Handler>
grpc::ServerUnaryReactor* AnswerOnControl(runtime::Shard& control, grpc::CallbackServerContext* context,
                                          const Request* request, Response* response, Handler handler) {
  return OnControl(control, context, request, response,
                   [&control, handler = std::move(handler)](const UnaryCallPtr<Request, Response>& call) {
                     using Result = absl::StatusOr<Response>;
                     auto result = std::make_shared<Result>(handler(call->request()));  // shared: a posted copy
                     control.Post([call, result] { call->Finish(*std::move(result)); });
                   });
}

// The same on a thread that may block, for reads of the traffic database.
template <typename Request, typename Response, typename Handler>
grpc::ServerUnaryReactor* AnswerOnBlocking(runtime::BlockingExecutor& executor, grpc::CallbackServerContext* context,
                                           const Request* request, Response* response, Handler handler) {
  OrderedAfter(&executor);
  auto call = std::make_shared<UnaryCall<Request, Response>>(*context, *request, *response);
  auto* reactor = new UnaryReactor<Request, Response>(call);
  executor.Post([call, handler = std::move(handler)] { call->Finish(handler(call->request())); });
  return reactor;
}

}  // namespace ag::control
