#include "gatewayd/control/sign_in_service.h"

#include <utility>

#include "gatewayd/control/proto_convert.h"
#include "gatewayd/control/rpc_bridge.h"
#include "gatewayd/control/sign_in_convert.h"

namespace ag::control {
namespace {

template <typename Response>
absl::StatusOr<Response> AnswerWith(const absl::StatusOr<SignInStatus>& status) {
  if (!status.ok()) return status.status();
  Response response;
  *response.mutable_sign_in() = ToProto(*status);
  return response;
}

SignInStart StartOf(const v1::BeginSignInRequest& request) {
  SignInStart start;
  if (!request.account().id().empty()) start.existing = AccountId(request.account().id());
  start.account = FromProto(request.account());
  start.client.id = request.client_id();
  start.client.secret = Secret(request.client_secret());
  return start;
}

}  // namespace

grpc::ServerUnaryReactor* SignInService::BeginSignIn(grpc::CallbackServerContext* context,
                                                     const v1::BeginSignInRequest* request,
                                                     v1::BeginSignInResponse* response) {
  return AnswerOnControl(on_.control, context, request, response, [this](const auto& wanted) {
    return AnswerWith<v1::BeginSignInResponse>(on_.sign_ins.Begin(StartOf(wanted)));
  });
}

grpc::ServerUnaryReactor* SignInService::GetSignIn(grpc::CallbackServerContext* context,
                                                   const v1::GetSignInRequest* request,
                                                   v1::GetSignInResponse* response) {
  return AnswerOnControl(on_.control, context, request, response, [this](const auto& wanted) {
    return AnswerWith<v1::GetSignInResponse>(on_.sign_ins.Get(wanted.id()));
  });
}

grpc::ServerUnaryReactor* SignInService::CompleteSignIn(grpc::CallbackServerContext* context,
                                                        const v1::CompleteSignInRequest* request,
                                                        v1::CompleteSignInResponse* response) {
  return AnswerOnControl(on_.control, context, request, response, [this](const auto& wanted) {
    return AnswerWith<v1::CompleteSignInResponse>(on_.sign_ins.Complete(wanted.id(), wanted.code_or_url()));
  });
}

grpc::ServerUnaryReactor* SignInService::CancelSignIn(grpc::CallbackServerContext* context,
                                                      const v1::CancelSignInRequest* request,
                                                      v1::CancelSignInResponse* response) {
  return AnswerOnControl(on_.control, context, request, response, [this](const auto& wanted) {
    return AnswerWith<v1::CancelSignInResponse>(on_.sign_ins.Cancel(wanted.id()));
  });
}

}  // namespace ag::control
