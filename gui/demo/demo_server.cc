#include "gui/demo/demo_server.h"

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <QTemporaryDir>
#include <chrono>

#include "gui/demo/demo_accounts.h"
#include "gui/demo/demo_gateway.h"
#include "gui/demo/demo_keys.h"
#include "gui/demo/demo_probe.h"
#include "gui/demo/demo_settings.h"
#include "gui/demo/demo_traffic.h"

namespace ag::gui {

class DemoServer::Impl {
 public:
  static constexpr char kSandbox[] = "http://127.0.0.1:40123";

  explicit Impl(const DemoOptions& options)
      : options_(options),
        traffic_(std::make_unique<DemoTraffic>(options.past_requests, options.requests_per_second)),
        probe_(std::chrono::milliseconds(options.model_test_ms)),
        gateway_(options.version.toStdString(), options.proxy_port, options.folder,
                 [this] { return traffic_->count(); }) {
    if (options.sandbox) {
      gateway_.SetSandbox(kSandbox);
      accounts_.MoveToSandbox(kSandbox);
    }
    Listen();
  }
  ~Impl() { Kill(); }

  std::string target() const { return options_.address.isEmpty() ? SocketTarget() : "tcp:" + Address(port_); }
  DemoTraffic& traffic() { return *traffic_; }
  DemoProbe& probe() { return probe_; }
  DemoGateway& gateway() { return gateway_; }

  void Listen() {
    grpc::ServerBuilder builder;
    if (options_.address.isEmpty()) {
      builder.AddListeningPort(SocketTarget(), grpc::InsecureServerCredentials());
    } else {
      grpc::SslServerCredentialsOptions tls;
      tls.pem_key_cert_pairs.push_back({options_.key, options_.certificate});
      builder.AddListeningPort(Address(port_), grpc::SslServerCredentials(tls), &port_);
    }
    builder.RegisterService(static_cast<v1::ProxyService::Service*>(&gateway_));
    builder.RegisterService(&settings_);
    builder.RegisterService(static_cast<v1::RouteService::Service*>(&gateway_));
    builder.RegisterService(static_cast<v1::MonitorService::Service*>(traffic_.get()));
    builder.RegisterService(static_cast<v1::StatsService::Service*>(traffic_.get()));
    builder.RegisterService(static_cast<v1::AccountService::Service*>(&accounts_));
    builder.RegisterService(static_cast<v1::SignInService::Service*>(&accounts_));
    builder.RegisterService(&keys_);
    server_ = builder.BuildAndStart();
  }
  void Kill() {
    if (!server_) return;
    traffic_->Stop();
    server_->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(200));
    server_.reset();
  }
  void Restart() {
    Kill();
    gateway_.Reborn();
    traffic_ = std::make_unique<DemoTraffic>(options_.past_requests, options_.requests_per_second);
    Listen();
  }

 private:
  std::string SocketTarget() const { return "unix:" + folder_.filePath("control.sock").toStdString(); }
  std::string Address(int port) const { return options_.address.toStdString() + ":" + std::to_string(port); }

  const DemoOptions options_;
  QTemporaryDir folder_;
  std::unique_ptr<DemoTraffic> traffic_;
  DemoProbe probe_;
  DemoGateway gateway_;
  DemoSettings settings_{gateway_};
  DemoAccounts accounts_{probe_};
  DemoKeys keys_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;  // of options_.address; once it is known, a restart takes it again
};

DemoServer::DemoServer(const DemoOptions& options) : impl_(std::make_unique<Impl>(options)) {}
DemoServer::~DemoServer() = default;
QString DemoServer::target() const { return QString::fromStdString(impl_->target()); }
void DemoServer::Emit(int count) { impl_->traffic().Emit(count); }
std::string DemoServer::Serve(const std::string& model) { return impl_->traffic().Serve(model); }
bool DemoServer::ProxyListens() { return impl_->gateway().ProxyListens(); }
DemoProbe& DemoServer::probe() { return impl_->probe(); }
void DemoServer::Hang(bool on) { impl_->gateway().Hang(on); }
void DemoServer::Kill() { impl_->Kill(); }
void DemoServer::Restart() { impl_->Restart(); }

}  // namespace ag::gui
