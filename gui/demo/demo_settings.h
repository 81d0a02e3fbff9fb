#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "ag/gateway/v1/config.grpc.pb.h"

namespace ag::gui {

namespace v1 = ::ag::gateway::v1;

class DemoGateway;

// The fake daemon's settings: those of a real one with their ranges and choices, in memory. Thread-safe.
class DemoSettings final : public v1::ConfigService::Service {
 public:
  // `gateway`: whose key one of them is.
  explicit DemoSettings(DemoGateway& gateway);

  grpc::Status ListSettings(grpc::ServerContext* context, const v1::ListSettingsRequest* request,
                            v1::ListSettingsResponse* response) override;
  grpc::Status GetSetting(grpc::ServerContext* context, const v1::GetSettingRequest* request,
                          v1::GetSettingResponse* response) override;
  grpc::Status SetSetting(grpc::ServerContext* context, const v1::SetSettingRequest* request,
                          v1::SetSettingResponse* response) override;
  grpc::Status UnsetSetting(grpc::ServerContext* context, const v1::UnsetSettingRequest* request,
                            v1::UnsetSettingResponse* response) override;

 private:
  v1::Setting* Find(const std::string& key);
  // With the key as it is now: a hint of it, or all.
  enum class Reveal { kHint, kAll };
  v1::Setting Present(const v1::Setting& setting, Reveal reveal);

  DemoGateway& gateway_;
  std::mutex mutex_;
  std::vector<v1::Setting> settings_;  // by key
};

}  // namespace ag::gui
