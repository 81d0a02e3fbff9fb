#pragma once

#include "ag/gateway/v1/monitor.grpc.pb.h"
#include "gatewayd/control/control_server.h"
#include "gatewayd/control/watch_stream.h"

namespace ag::control {

namespace v1 = ::ag::gateway::v1;

class MonitorService final : public v1::MonitorService::CallbackService {
 public:
  explicit MonitorService(const ControlDependencies& on) : on_(on) {}

  grpc::ServerUnaryReactor* ListRequests(grpc::CallbackServerContext* context, const v1::ListRequestsRequest* request,
                                         v1::ListRequestsResponse* response) override;
  grpc::ServerUnaryReactor* GetRequest(grpc::CallbackServerContext* context, const v1::GetRequestRequest* request,
                                       v1::GetRequestResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchRequestsResponse>* WatchRequests(grpc::CallbackServerContext* context,
                                                                     const v1::WatchRequestsRequest* request) override;

  // On the control context.
  WatchHub& hub() { return hub_; }

 private:
  const ControlDependencies on_;
  WatchHub hub_;
};

}  // namespace ag::control
