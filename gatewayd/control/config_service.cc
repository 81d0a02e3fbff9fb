#include "gatewayd/control/config_service.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/control/primary_key.h"
#include "gatewayd/control/proto_convert.h"

namespace ag::control {
namespace {

constexpr std::string_view kKeySetting = "proxy.api_key";

bool IsKeySetting(std::string_view key) { return key == kKeySetting || key == "api_key"; }

// Answers when the stored config is in force, or says why it is not.
template <typename Request, typename Response>
void ApplyAndFinish(const UnaryCallPtr<Request, Response>& call, v1::Setting setting, ProxyPort& proxy) {
  Response answer;
  *answer.mutable_setting() = std::move(setting);
  proxy.OnConfigChanged([call, answer = std::move(answer)](const absl::Status& applied) mutable {
    if (!applied.ok()) answer.set_apply_error(std::string(ToStd(applied.message())));
    call->Finish(std::move(answer));
  });
}

}  // namespace

v1::Setting ConfigService::KeySetting(Reveal reveal) const {
  const Secret key = on_.proxy.PrimaryKey();
  v1::Setting out;
  out.set_key(std::string(kKeySetting));
  out.set_value(json::Quote(reveal == Reveal::kAll ? std::string(key.Reveal()) : key.Hint()));
  out.set_source(v1::SETTING_SOURCE_SEALED);
  out.set_description("The key that clients present when proxy.auth_mode asks for one; generated at first start");
  out.set_sensitive(true);
  out.set_kind(v1::SETTING_KIND_TEXT);
  out.set_unit(v1::SETTING_UNIT_NONE);
  out.set_effect(v1::SETTING_EFFECT_AT_ONCE);
  return out;
}

absl::StatusOr<v1::ListSettingsResponse> ConfigService::List() const {
  std::vector<v1::Setting> settings;
  for (const auto& setting : on_.config.List()) {
    if (IsKeySetting(setting.key)) continue;
    settings.push_back(ToProto(setting));
    if (setting.sensitive) settings.back().set_value(setting.masked);
  }
  settings.push_back(KeySetting(Reveal::kHint));
  std::ranges::sort(settings, {}, [](const v1::Setting& setting) { return setting.key(); });
  v1::ListSettingsResponse response;
  for (auto& setting : settings) *response.add_settings() = std::move(setting);
  return response;
}

absl::StatusOr<v1::GetSettingResponse> ConfigService::Get(const v1::GetSettingRequest& request) const {
  v1::GetSettingResponse response;
  if (IsKeySetting(request.key())) {
    *response.mutable_setting() = KeySetting(Reveal::kAll);
    return response;
  }
  AG_ASSIGN_OR_RETURN(const config::Setting setting, on_.config.Get(request.key()));
  *response.mutable_setting() = ToProto(setting);
  return response;
}

void ConfigService::Set(const SetCall& call) const {
  const v1::SetSettingRequest& request = call->request();
  if (IsKeySetting(request.key())) {
    absl::Status status = CheckPrimaryKey(request.value());
    if (status.ok()) status = on_.proxy.SetPrimaryKey(Secret(request.value()));
    if (!status.ok()) return call->Finish(std::move(status));
    v1::SetSettingResponse answer;
    *answer.mutable_setting() = KeySetting(Reveal::kHint);
    return call->Finish(std::move(answer));
  }
  const auto setting = on_.config.Set(request.key(), request.value());
  if (!setting.ok()) return call->Finish(setting.status());
  ApplyAndFinish(call, ToProto(*setting), on_.proxy);
}

grpc::ServerUnaryReactor* ConfigService::ListSettings(grpc::CallbackServerContext* context,
                                                      const v1::ListSettingsRequest* request,
                                                      v1::ListSettingsResponse* response) {
  return AnswerOnControl(on_.control, context, request, response, [this](const auto&) { return List(); });
}

grpc::ServerUnaryReactor* ConfigService::GetSetting(grpc::CallbackServerContext* context,
                                                    const v1::GetSettingRequest* request,
                                                    v1::GetSettingResponse* response) {
  return AnswerOnControl(on_.control, context, request, response, [this](const auto& wanted) { return Get(wanted); });
}

grpc::ServerUnaryReactor* ConfigService::SetSetting(grpc::CallbackServerContext* context,
                                                    const v1::SetSettingRequest* request,
                                                    v1::SetSettingResponse* response) {
  return OnControl(on_.control, context, request, response, [this](const SetCall& call) { Set(call); });
}

grpc::ServerUnaryReactor* ConfigService::UnsetSetting(grpc::CallbackServerContext* context,
                                                      const v1::UnsetSettingRequest* request,
                                                      v1::UnsetSettingResponse* response) {
  using CallPtr = UnaryCallPtr<v1::UnsetSettingRequest, v1::UnsetSettingResponse>;
  return OnControl(on_.control, context, request, response, [this](const CallPtr& call) {
    if (IsKeySetting(call->request().key())) {
      return call->Finish(FieldError(ErrorKind::kInvalidRequest, kKeySetting,
                                     "the gateway key has no default: set another one instead"));
    }
    const auto setting = on_.config.Unset(call->request().key());
    if (!setting.ok()) return call->Finish(setting.status());
    ApplyAndFinish(call, ToProto(*setting), on_.proxy);
  });
}

}  // namespace ag::control
