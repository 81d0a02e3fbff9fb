#include "gatewayd/app/gateway_data.h"

#include <fstream>
#include <sstream>
#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/log.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag::app {
namespace {

constexpr const char* kFingerprint = "master_key_fingerprint";
constexpr const char* kKeySource = "master_key_source";
constexpr const char* kPrimaryKey = "primary_key";

absl::StatusOr<std::string> ControlPath(const Options& options, const std::string& dir) {
  constexpr std::string_view kUnix = "unix:";
  if (options.control.empty()) {
    return config::DefaultControlSocket(dir, options.sandbox || !options.data_dir.empty());
  }
  if (options.control.compare(0, kUnix.size(), kUnix) != 0 || options.control.size() == kUnix.size()) {
    return MakeError(ErrorKind::kInvalidRequest,
                     absl::StrCat("--control ", options.control, ": give it as unix:/path/to/socket"));
  }
  return options.control.substr(kUnix.size());
}

absl::StatusOr<std::string> DataDir(const Options& options) {
  if (!options.data_dir.empty()) return options.data_dir;
  AG_ASSIGN_OR_RETURN(std::string dir, config::DefaultDataDir());
  // The sandbox has a folder of its own: trying it out never touches real accounts.
  return options.sandbox ? dir + "-sandbox" : dir;
}

}  // namespace

absl::StatusOr<std::unique_ptr<GatewayData>> GatewayData::Open(const Options& options) {
  AG_ASSIGN_OR_RETURN(std::string dir, DataDir(options));
  AG_ASSIGN_OR_RETURN(std::string socket, ControlPath(options, dir));
  AG_RETURN_IF_ERROR(config::CheckSocketPath(socket));
  AG_ASSIGN_OR_RETURN(auto lock, config::DataDirLock::Acquire(dir));
  AG_ASSIGN_OR_RETURN(auto config, config::ConfigStore::Open(dir, options.flags, options.environment));
  for (const std::string& warning : config->warnings()) Log(LogLevel::kWarning, warning);
  AG_ASSIGN_OR_RETURN(auto gateway, store::OpenGatewayDatabase(dir));
  AG_ASSIGN_OR_RETURN(auto traffic, store::OpenTrafficDatabase(dir));
  AG_ASSIGN_OR_RETURN(auto reader, store::OpenTrafficReader(dir));
  std::unique_ptr<GatewayData> data(new GatewayData(std::move(dir), std::move(socket), std::move(lock),
                                                    std::move(config), std::move(gateway), std::move(traffic),
                                                    std::move(reader)));
  AG_RETURN_IF_ERROR(data->OpenSecrets());
  AG_RETURN_IF_ERROR(data->LoadCatalog());
  return data;
}

GatewayData::GatewayData(std::string dir, std::string control_socket, std::unique_ptr<config::DataDirLock> lock,
                         std::unique_ptr<config::ConfigStore> config, std::unique_ptr<store::Database> gateway,
                         std::unique_ptr<store::Database> traffic, std::unique_ptr<store::Database> traffic_reader)
    : dir_(std::move(dir)),
      control_socket_(std::move(control_socket)),
      lock_(std::move(lock)),
      config_(std::move(config)),
      gateway_db_(std::move(gateway)),
      traffic_db_(std::move(traffic)),
      traffic_reader_db_(std::move(traffic_reader)),
      accounts_(*gateway_db_),
      routes_(*gateway_db_),
      client_keys_(*gateway_db_),
      settings_(*gateway_db_),
      traffic_(*traffic_db_),
      traffic_reader_(*traffic_reader_db_),
      conversations_(*traffic_db_, *traffic_reader_db_),
      account_events_(*traffic_db_) {}

absl::Status GatewayData::OpenSecrets() {
  AG_ASSIGN_OR_RETURN(const auto known, settings_.Get(kFingerprint));
  const auto creation = known ? auth::KeyCreation::kForbidden : auth::KeyCreation::kAllowed;
  AG_ASSIGN_OR_RETURN(const auth::MasterKey master, auth::LoadMasterKey(dir_, creation));
  box_ = std::make_unique<auth::SecretBox>(master.key);
  if (known && *known != box_->KeyFingerprint()) {
    AG_ASSIGN_OR_RETURN(const auto source, settings_.Get(kKeySource));
    return MakeError(ErrorKind::kInvalidRequest,
                     absl::StrCat("the master key (", master.source, ") is not the one that sealed the secrets in ",
                                  dir_, "/gateway.db (", source.value_or("unknown"), "): put that key back"));
  }
  if (!known) {
    AG_RETURN_IF_ERROR(settings_.Put(kFingerprint, box_->KeyFingerprint()));
    AG_RETURN_IF_ERROR(settings_.Put(kKeySource, master.source));
  }
  AG_ASSIGN_OR_RETURN(const auto sealed, settings_.Get(kPrimaryKey));
  if (!sealed) return SetPrimaryKey(auth::NewGatewayKey());
  AG_ASSIGN_OR_RETURN(primary_key_, box_->Open(*sealed, kPrimaryKey));
  return absl::OkStatus();
}

absl::Status GatewayData::SetPrimaryKey(Secret key) {
  AG_RETURN_IF_ERROR(settings_.Put(kPrimaryKey, box_->Seal(key, kPrimaryKey)));
  primary_key_ = std::move(key);
  return absl::OkStatus();
}

absl::Status GatewayData::LoadCatalog() {
  const std::string path = dir_ + "/catalog.json";
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    catalog_ = std::make_shared<const catalog::Catalog>(catalog::Catalog::Shipped());
    return absl::OkStatus();
  }
  std::ostringstream text;
  text << in.rdbuf();
  auto merged = catalog::Catalog::WithOverride(text.str());
  if (!merged.ok()) {
    return MakeError(ErrorKind::kInvalidRequest,
                     absl::StrCat(path, ": ", std::string(ToStd(merged.status().message()))));
  }
  catalog_ = std::make_shared<const catalog::Catalog>(*std::move(merged));
  return absl::OkStatus();
}

}  // namespace ag::app
