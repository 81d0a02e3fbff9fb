#pragma once

#include "ag/gateway/v1/sign_in.grpc.pb.h"
#include "gatewayd/control/control_server.h"

namespace ag::control {

namespace v1 = ::ag::gateway::v1;

class SignInService final : public v1::SignInService::CallbackService {
 public:
  explicit SignInService(const ControlDependencies& on) : on_(on) {}

  grpc::ServerUnaryReactor* BeginSignIn(grpc::CallbackServerContext* context, const v1::BeginSignInRequest* request,
                                        v1::BeginSignInResponse* response) override;
  grpc::ServerUnaryReactor* GetSignIn(grpc::CallbackServerContext* context, const v1::GetSignInRequest* request,
                                      v1::GetSignInResponse* response) override;
  grpc::ServerUnaryReactor* CompleteSignIn(grpc::CallbackServerContext* context,
                                           const v1::CompleteSignInRequest* request,
                                           v1::CompleteSignInResponse* response) override;
  grpc::ServerUnaryReactor* CancelSignIn(grpc::CallbackServerContext* context, const v1::CancelSignInRequest* request,
                                         v1::CancelSignInResponse* response) override;

 private:
  const ControlDependencies on_;
};

}  // namespace ag::control
