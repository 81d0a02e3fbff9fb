#pragma once

#include "ag/gateway/v1/stats.grpc.pb.h"
#include "gatewayd/control/control_server.h"

namespace ag::control {

namespace v1 = ::ag::gateway::v1;

class StatsService final : public v1::StatsService::CallbackService {
 public:
  explicit StatsService(const ControlDependencies& on) : on_(on) {}

  grpc::ServerUnaryReactor* QueryTokens(grpc::CallbackServerContext* context, const v1::QueryTokensRequest* request,
                                        v1::QueryTokensResponse* response) override;

 private:
  const ControlDependencies on_;
};

}  // namespace ag::control
