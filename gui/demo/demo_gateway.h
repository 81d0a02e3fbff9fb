#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "ag/gateway/v1/proxy.grpc.pb.h"
#include "ag/gateway/v1/route.grpc.pb.h"

namespace ag::gui {

namespace v1 = ::ag::gateway::v1;

// The fake daemon itself: who it is, its proxy and its routes, in memory. Thread-safe.
class DemoGateway final : public v1::ProxyService::Service, public v1::RouteService::Service {
 public:
  // `requests`: how many have been served. `proxy_port`: where its proxy is said to listen. `folder`: where it is said
  // to keep its files; empty = nowhere.
  DemoGateway(std::string version, int proxy_port, std::string folder, std::function<std::int64_t()> requests);
  // Whether it answers at all, though its connections stand.
  void Hang(bool on);
  // It is one with a sandbox, which is said to listen there.
  void SetSandbox(const std::string& url);
  // Its proxy listens for other machines too.
  void OpenToTheNetwork(bool on);
  // Another instance, as after a restart.
  void Reborn();
  // Whether its proxy was not stopped.
  bool ProxyListens();
  std::string PrimaryKey();
  void UsePrimaryKey(const std::string& key);

  grpc::Status GetServerInfo(grpc::ServerContext* context, const v1::GetServerInfoRequest* request,
                             v1::GetServerInfoResponse* response) override;
  grpc::Status GetProxyStatus(grpc::ServerContext* context, const v1::GetProxyStatusRequest* request,
                              v1::GetProxyStatusResponse* response) override;
  grpc::Status StartProxy(grpc::ServerContext* context, const v1::StartProxyRequest* request,
                          v1::StartProxyResponse* response) override;
  grpc::Status StopProxy(grpc::ServerContext* context, const v1::StopProxyRequest* request,
                         v1::StopProxyResponse* response) override;
  grpc::Status GetPrimaryKey(grpc::ServerContext* context, const v1::GetPrimaryKeyRequest* request,
                             v1::GetPrimaryKeyResponse* response) override;
  grpc::Status SetPrimaryKey(grpc::ServerContext* context, const v1::SetPrimaryKeyRequest* request,
                             v1::SetPrimaryKeyResponse* response) override;

  grpc::Status ListRoutes(grpc::ServerContext* context, const v1::ListRoutesRequest* request,
                          v1::ListRoutesResponse* response) override;
  grpc::Status SetRoute(grpc::ServerContext* context, const v1::SetRouteRequest* request,
                        v1::SetRouteResponse* response) override;
  grpc::Status MoveRoute(grpc::ServerContext* context, const v1::MoveRouteRequest* request,
                         v1::MoveRouteResponse* response) override;
  grpc::Status DeleteRoute(grpc::ServerContext* context, const v1::DeleteRouteRequest* request,
                           v1::DeleteRouteResponse* response) override;
  grpc::Status ApplyRoutePreset(grpc::ServerContext* context, const v1::ApplyRoutePresetRequest* request,
                                v1::ApplyRoutePresetResponse* response) override;
  grpc::Status ListRoutePresets(grpc::ServerContext* context, const v1::ListRoutePresetsRequest* request,
                                v1::ListRoutePresetsResponse* response) override;
  grpc::Status ExplainModel(grpc::ServerContext* context, const v1::ExplainModelRequest* request,
                            v1::ExplainModelResponse* response) override;

 private:
  // Until it answers, or the caller is gone.
  void AwaitTurn(const grpc::ServerContext& context);
  void Fill(v1::ProxyStatus& status);
  std::vector<v1::Route>::iterator RouteOf(const std::string& pattern, v1::RouteCondition condition);

  const std::string version_;
  const int proxy_port_;
  const std::string folder_;
  const std::function<std::int64_t()> requests_;
  std::mutex mutex_;
  std::atomic<bool> hangs_ = false;
  std::condition_variable turn_;
  int births_ = 0;
  std::string sandbox_url_;
  bool running_ = true;
  bool lan_ = false;
  std::string key_ = "sk-demo4Zt9QmX2vLrB7nKcYw3HsJfGdPe";
  std::vector<v1::Route> routes_;
};

}  // namespace ag::gui
