#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "gatewayd/app/application.h"
#include "gatewayd/base/clock.h"
#include "proto/client/control_client.h"
#include "tests/support/temp_dir.h"

namespace ag::test {

// By their names in the config: {"proxy.shards", "1"}.
using Settings = std::map<std::string, std::string>;

// A whole gateway in this process: its own data folder, free ports, real control socket. Managed through the control
// client, as agctl does it. Settings are given as flags, so that nothing waits longer than a test wants to.
class Gateway {
 public:
  explicit Gateway(Settings settings = {});
  // By a clock of the test's, which outlives the gateway.
  Gateway(Settings settings, const Clock& clock);
  // In a folder that an earlier gateway left.
  Gateway(std::shared_ptr<TempDir> folder, Settings settings);
  Gateway(std::shared_ptr<TempDir> folder, Settings settings, const Clock& clock);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  std::uint16_t port() const { return port_; }
  client::ControlClient& control() { return *control_; }
  const std::string& data_dir() const { return folder_->path(); }
  std::shared_ptr<TempDir> folder() const { return folder_; }

  // Adds an account and waits until its first model list was asked for; returns its id.
  std::string AddAccount(std::string_view provider, std::string_view base_url, std::string_view label = {},
                         int priority = 0);
  void SetRoute(std::string_view pattern, std::string_view provider, std::string_view model = {});
  void Set(std::string_view key, std::string_view value);
  // The newest record once `count` requests were recorded (bounded wait on the recorder's own drain).
  client::v1::RequestRecord WaitForRecord(int count);
  // The record of the request with this x-ag-request-id. Records of one millisecond are in no certain order.
  client::v1::RequestRecord WaitForRecordOf(std::string_view id);
  // The account once it is in that state: what a request learns of its account reaches the pool behind the client's
  // reply.
  client::v1::Account WaitForState(std::string_view id, client::v1::AccountState state);
  // Ends the gateway as SIGTERM does.
  void Stop();

 private:
  Gateway(std::shared_ptr<TempDir> folder, Settings settings, const Clock* clock);
  void Start(Settings settings);

  std::shared_ptr<TempDir> folder_;  // shared with a gateway that is started again on it
  SystemClock system_clock_;
  const Clock& clock_;
  std::unique_ptr<app::Application> application_;
  std::unique_ptr<client::ControlClient> control_;
  std::uint16_t port_ = 0;
};

}  // namespace ag::test
