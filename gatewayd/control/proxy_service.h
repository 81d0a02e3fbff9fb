#pragma once

#include "ag/gateway/v1/proxy.grpc.pb.h"
#include "gatewayd/control/control_server.h"

namespace ag::control {

namespace v1 = ::ag::gateway::v1;

class ProxyService final : public v1::ProxyService::CallbackService {
 public:
  ProxyService(const ControlDependencies& on, ServerIdentity identity) : on_(on), identity_(std::move(identity)) {}

  grpc::ServerUnaryReactor* GetServerInfo(grpc::CallbackServerContext* context, const v1::GetServerInfoRequest* request,
                                          v1::GetServerInfoResponse* response) override;
  grpc::ServerUnaryReactor* GetProxyStatus(grpc::CallbackServerContext* context,
                                           const v1::GetProxyStatusRequest* request,
                                           v1::GetProxyStatusResponse* response) override;
  grpc::ServerUnaryReactor* StartProxy(grpc::CallbackServerContext* context, const v1::StartProxyRequest* request,
                                       v1::StartProxyResponse* response) override;
  grpc::ServerUnaryReactor* StopProxy(grpc::CallbackServerContext* context, const v1::StopProxyRequest* request,
                                      v1::StopProxyResponse* response) override;
  grpc::ServerUnaryReactor* GetPrimaryKey(grpc::CallbackServerContext* context, const v1::GetPrimaryKeyRequest* request,
                                          v1::GetPrimaryKeyResponse* response) override;
  grpc::ServerUnaryReactor* SetPrimaryKey(grpc::CallbackServerContext* context, const v1::SetPrimaryKeyRequest* request,
                                          v1::SetPrimaryKeyResponse* response) override;

 private:
  const ControlDependencies on_;
  const ServerIdentity identity_;
};

}  // namespace ag::control
