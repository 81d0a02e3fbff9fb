#pragma once

#include <set>
#include <string>
#include <string_view>

#include "ag/gateway/v1/model.grpc.pb.h"
#include "gatewayd/control/control_server.h"

namespace ag::control {

namespace v1 = ::ag::gateway::v1;

class ModelService final : public v1::ModelService::CallbackService {
 public:
  explicit ModelService(const ControlDependencies& on) : on_(on) {}

  grpc::ServerUnaryReactor* ListModels(grpc::CallbackServerContext* context, const v1::ListModelsRequest* request,
                                       v1::ListModelsResponse* response) override;
  grpc::ServerUnaryReactor* GetModel(grpc::CallbackServerContext* context, const v1::GetModelRequest* request,
                                     v1::GetModelResponse* response) override;

 private:
  // All on the control context.
  absl::StatusOr<v1::ListModelsResponse> List(const v1::ListModelsRequest& request) const;
  absl::StatusOr<v1::GetModelResponse> Get(const v1::GetModelRequest& request) const;
  v1::Model Describe(std::string_view name, const pool::PoolSnapshot& snapshot) const;

  const ControlDependencies on_;
};

}  // namespace ag::control
