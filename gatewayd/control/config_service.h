#pragma once

#include "ag/gateway/v1/config.grpc.pb.h"
#include "gatewayd/control/control_server.h"
#include "gatewayd/control/rpc_bridge.h"

namespace ag::control {

namespace v1 = ::ag::gateway::v1;

// config.json's settings, and the gateway key as the setting "proxy.api_key", which is kept sealed elsewhere.
class ConfigService final : public v1::ConfigService::CallbackService {
 public:
  explicit ConfigService(const ControlDependencies& on) : on_(on) {}

  grpc::ServerUnaryReactor* ListSettings(grpc::CallbackServerContext* context, const v1::ListSettingsRequest* request,
                                         v1::ListSettingsResponse* response) override;
  grpc::ServerUnaryReactor* GetSetting(grpc::CallbackServerContext* context, const v1::GetSettingRequest* request,
                                       v1::GetSettingResponse* response) override;
  grpc::ServerUnaryReactor* SetSetting(grpc::CallbackServerContext* context, const v1::SetSettingRequest* request,
                                       v1::SetSettingResponse* response) override;
  grpc::ServerUnaryReactor* UnsetSetting(grpc::CallbackServerContext* context, const v1::UnsetSettingRequest* request,
                                         v1::UnsetSettingResponse* response) override;

 private:
  using SetCall = UnaryCallPtr<v1::SetSettingRequest, v1::SetSettingResponse>;
  enum class Reveal { kHint, kAll };

  // All on the control context.
  absl::StatusOr<v1::ListSettingsResponse> List() const;
  absl::StatusOr<v1::GetSettingResponse> Get(const v1::GetSettingRequest& request) const;
  void Set(const SetCall& call) const;
  v1::Setting KeySetting(Reveal reveal) const;

  const ControlDependencies on_;
};

}  // namespace ag::control
