#include "gatewayd/control/proxy_service.h"

#include <unistd.h>

#include <string>
#include <utility>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/control/primary_key.h"
#include "gatewayd/control/proto_convert.h"
#include "gatewayd/control/rpc_bridge.h"

namespace ag::control {
namespace {

// The end of a start or stop: the status that holds then.
template <typename Request, typename Response>
std::function<void(absl::Status)> FinishWithStatus(UnaryCallPtr<Request, Response> call, ProxyPort& proxy) {
  return [call = std::move(call), &proxy](absl::Status done) {
    if (!done.ok()) return call->Finish(std::move(done));
    Response answer;
    *answer.mutable_status() = ToProto(proxy.Status());
    call->Finish(std::move(answer));
  };
}

}  // namespace

grpc::ServerUnaryReactor* ProxyService::GetServerInfo(grpc::CallbackServerContext* context,
                                                      const v1::GetServerInfoRequest* request,
                                                      v1::GetServerInfoResponse* response) {
  return AnswerOnControl(on_.control, context, request, response,
                         [this](const auto&) -> absl::StatusOr<v1::GetServerInfoResponse> {
                           v1::GetServerInfoResponse answer;
                           answer.set_version(identity_.version);
                           answer.set_api_revision(kApiRevision);
                           answer.set_instance(identity_.instance);
                           answer.set_pid(::getpid());
                           answer.set_data_dir(identity_.data_dir);
                           *answer.mutable_start_time() = ToProto(identity_.started);
                           answer.set_program(identity_.program);
                           answer.set_config_file(identity_.config_file);
                           answer.set_log_target(static_cast<v1::LogTarget>(identity_.log_target));
                           answer.set_log_file(identity_.log_file);
                           answer.set_sandbox_url(identity_.sandbox_url);
                           return answer;
                         });
}

grpc::ServerUnaryReactor* ProxyService::GetProxyStatus(grpc::CallbackServerContext* context,
                                                       const v1::GetProxyStatusRequest* request,
                                                       v1::GetProxyStatusResponse* response) {
  return AnswerOnControl(on_.control, context, request, response,
                         [this](const auto&) -> absl::StatusOr<v1::GetProxyStatusResponse> {
                           v1::GetProxyStatusResponse answer;
                           *answer.mutable_status() = ToProto(on_.proxy.Status());
                           return answer;
                         });
}

grpc::ServerUnaryReactor* ProxyService::StartProxy(grpc::CallbackServerContext* context,
                                                   const v1::StartProxyRequest* request,
                                                   v1::StartProxyResponse* response) {
  using CallPtr = UnaryCallPtr<v1::StartProxyRequest, v1::StartProxyResponse>;
  return OnControl(on_.control, context, request, response,
                   [this](const CallPtr& call) { on_.proxy.Start(FinishWithStatus(call, on_.proxy)); });
}

grpc::ServerUnaryReactor* ProxyService::StopProxy(grpc::CallbackServerContext* context,
                                                  const v1::StopProxyRequest* request,
                                                  v1::StopProxyResponse* response) {
  using CallPtr = UnaryCallPtr<v1::StopProxyRequest, v1::StopProxyResponse>;
  return OnControl(on_.control, context, request, response,
                   [this](const CallPtr& call) { on_.proxy.Stop(FinishWithStatus(call, on_.proxy)); });
}

grpc::ServerUnaryReactor* ProxyService::GetPrimaryKey(grpc::CallbackServerContext* context,
                                                      const v1::GetPrimaryKeyRequest* request,
                                                      v1::GetPrimaryKeyResponse* response) {
  return AnswerOnControl(on_.control, context, request, response,
                         [this](const auto&) -> absl::StatusOr<v1::GetPrimaryKeyResponse> {
                           v1::GetPrimaryKeyResponse answer;
                           answer.set_key(std::string(on_.proxy.PrimaryKey().Reveal()));
                           return answer;
                         });
}

grpc::ServerUnaryReactor* ProxyService::SetPrimaryKey(grpc::CallbackServerContext* context,
                                                      const v1::SetPrimaryKeyRequest* request,
                                                      v1::SetPrimaryKeyResponse* response) {
  return AnswerOnControl(on_.control, context, request, response,
                         [this](const auto& wanted) -> absl::StatusOr<v1::SetPrimaryKeyResponse> {
                           AG_RETURN_IF_ERROR(CheckPrimaryKey(wanted.key()));
                           AG_RETURN_IF_ERROR(on_.proxy.SetPrimaryKey(Secret(wanted.key())));
                           return v1::SetPrimaryKeyResponse();
                         });
}

}  // namespace ag::control
