#pragma once

#include <absl/status/statusor.h>

#include <memory>
#include <string>

#include "gatewayd/app/conversation_archive.h"
#include "gatewayd/app/options.h"
#include "gatewayd/auth/secret_box.h"
#include "gatewayd/catalog/catalog.h"
#include "gatewayd/config/config_store.h"
#include "gatewayd/store/account_event_table.h"
#include "gatewayd/store/account_table.h"
#include "gatewayd/store/tables.h"

namespace ag::app {

// Everything that lies in the data folder, opened and checked: the lock, config.json, both databases, the master key
// and the catalogue override. Opening it touches nothing that it does not understand.
class GatewayData {
 public:
  static absl::StatusOr<std::unique_ptr<GatewayData>> Open(const Options& options);

  const std::string& dir() const { return dir_; }
  const std::string& control_socket() const { return control_socket_; }
  config::ConfigStore& config() { return *config_; }
  auth::SecretBox& box() { return *box_; }
  store::AccountTable& accounts() { return accounts_; }
  store::RouteTable& routes() { return routes_; }
  store::ClientKeyTable& client_keys() { return client_keys_; }
  store::SettingTable& settings() { return settings_; }
  store::TrafficTable& traffic() { return traffic_; }
  store::TrafficTable& traffic_reader() { return traffic_reader_; }
  ConversationDatabase& conversations() { return conversations_; }
  store::AccountEventTable& account_events() { return account_events_; }  // on the traffic writer's thread only
  std::shared_ptr<const catalog::Catalog> catalog() const { return catalog_; }

  // The primary gateway key: made at the first start, sealed, stable afterwards.
  const Secret& primary_key() const { return primary_key_; }
  absl::Status SetPrimaryKey(Secret key);

 private:
  GatewayData(std::string dir, std::string control_socket, std::unique_ptr<config::DataDirLock> lock,
              std::unique_ptr<config::ConfigStore> config, std::unique_ptr<store::Database> gateway,
              std::unique_ptr<store::Database> traffic, std::unique_ptr<store::Database> traffic_reader);
  absl::Status OpenSecrets();
  absl::Status LoadCatalog();

  std::string dir_;
  std::string control_socket_;
  std::unique_ptr<config::DataDirLock> lock_;  // first in, last out
  std::unique_ptr<config::ConfigStore> config_;
  std::unique_ptr<store::Database> gateway_db_;
  std::unique_ptr<store::Database> traffic_db_;
  std::unique_ptr<store::Database> traffic_reader_db_;
  store::AccountTable accounts_;
  store::RouteTable routes_;
  store::ClientKeyTable client_keys_;
  store::SettingTable settings_;
  store::TrafficTable traffic_;
  store::TrafficTable traffic_reader_;
  ConversationDatabase conversations_;
  store::AccountEventTable account_events_;
  std::unique_ptr<auth::SecretBox> box_;
  std::shared_ptr<const catalog::Catalog> catalog_;  // shared with snapshots and states
  Secret primary_key_;
};

}  // namespace ag::app
