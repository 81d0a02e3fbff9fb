#pragma once

#include "ag/gateway/v1/client_key.grpc.pb.h"
#include "gatewayd/control/control_server.h"

namespace ag::control {

namespace v1 = ::ag::gateway::v1;

class ClientKeyService final : public v1::ClientKeyService::CallbackService {
 public:
  explicit ClientKeyService(const ControlDependencies& on) : on_(on) {}

  grpc::ServerUnaryReactor* ListClientKeys(grpc::CallbackServerContext* context,
                                           const v1::ListClientKeysRequest* request,
                                           v1::ListClientKeysResponse* response) override;
  grpc::ServerUnaryReactor* GetClientKey(grpc::CallbackServerContext* context, const v1::GetClientKeyRequest* request,
                                         v1::GetClientKeyResponse* response) override;
  grpc::ServerUnaryReactor* CreateClientKey(grpc::CallbackServerContext* context,
                                            const v1::CreateClientKeyRequest* request,
                                            v1::CreateClientKeyResponse* response) override;
  grpc::ServerUnaryReactor* UpdateClientKey(grpc::CallbackServerContext* context,
                                            const v1::UpdateClientKeyRequest* request,
                                            v1::UpdateClientKeyResponse* response) override;
  grpc::ServerUnaryReactor* RotateClientKey(grpc::CallbackServerContext* context,
                                            const v1::RotateClientKeyRequest* request,
                                            v1::RotateClientKeyResponse* response) override;
  grpc::ServerUnaryReactor* DeleteClientKey(grpc::CallbackServerContext* context,
                                            const v1::DeleteClientKeyRequest* request,
                                            v1::DeleteClientKeyResponse* response) override;

 private:
  // All on the control context.
  absl::StatusOr<v1::ListClientKeysResponse> List(const v1::ListClientKeysRequest& request) const;
  absl::StatusOr<v1::GetClientKeyResponse> Get(const v1::GetClientKeyRequest& request) const;
  absl::StatusOr<v1::CreateClientKeyResponse> Create(const v1::CreateClientKeyRequest& request) const;
  absl::StatusOr<v1::UpdateClientKeyResponse> Update(const v1::UpdateClientKeyRequest& request) const;
  absl::StatusOr<v1::RotateClientKeyResponse> Rotate(const v1::RotateClientKeyRequest& request) const;
  absl::StatusOr<v1::DeleteClientKeyResponse> Delete(const v1::DeleteClientKeyRequest& request) const;
  v1::ClientKey Describe(const keys::HeldKey& held) const;

  const ControlDependencies on_;
};

}  // namespace ag::control
