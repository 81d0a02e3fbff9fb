#pragma once

#include "ag/gateway/v1/route.grpc.pb.h"
#include "gatewayd/control/control_server.h"

namespace ag::control {

namespace v1 = ::ag::gateway::v1;

class RouteService final : public v1::RouteService::CallbackService {
 public:
  explicit RouteService(const ControlDependencies& on) : on_(on) {}

  grpc::ServerUnaryReactor* ListRoutes(grpc::CallbackServerContext* context, const v1::ListRoutesRequest* request,
                                       v1::ListRoutesResponse* response) override;
  grpc::ServerUnaryReactor* SetRoute(grpc::CallbackServerContext* context, const v1::SetRouteRequest* request,
                                     v1::SetRouteResponse* response) override;
  grpc::ServerUnaryReactor* MoveRoute(grpc::CallbackServerContext* context, const v1::MoveRouteRequest* request,
                                      v1::MoveRouteResponse* response) override;
  grpc::ServerUnaryReactor* DeleteRoute(grpc::CallbackServerContext* context, const v1::DeleteRouteRequest* request,
                                        v1::DeleteRouteResponse* response) override;
  grpc::ServerUnaryReactor* ClearRoutes(grpc::CallbackServerContext* context, const v1::ClearRoutesRequest* request,
                                        v1::ClearRoutesResponse* response) override;
  grpc::ServerUnaryReactor* ApplyRoutePreset(grpc::CallbackServerContext* context,
                                             const v1::ApplyRoutePresetRequest* request,
                                             v1::ApplyRoutePresetResponse* response) override;
  grpc::ServerUnaryReactor* ListRoutePresets(grpc::CallbackServerContext* context,
                                             const v1::ListRoutePresetsRequest* request,
                                             v1::ListRoutePresetsResponse* response) override;
  grpc::ServerUnaryReactor* ExplainModel(grpc::CallbackServerContext* context, const v1::ExplainModelRequest* request,
                                         v1::ExplainModelResponse* response) override;

 private:
  // All on the control context.
  absl::StatusOr<v1::ListRoutesResponse> List(const v1::ListRoutesRequest& request) const;
  absl::StatusOr<v1::SetRouteResponse> Set(const v1::SetRouteRequest& request) const;
  absl::StatusOr<v1::MoveRouteResponse> Move(const v1::MoveRouteRequest& request) const;
  absl::StatusOr<v1::ApplyRoutePresetResponse> ApplyPreset(const v1::ApplyRoutePresetRequest& request) const;
  absl::StatusOr<v1::ExplainModelResponse> Explain(const v1::ExplainModelRequest& request) const;

  const ControlDependencies on_;
};

}  // namespace ag::control
