#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

#include "gatewayd/config/config.h"

namespace ag::config {

enum class Source : std::uint8_t { kDefault, kFile, kEnvironment, kFlag };
std::string_view NameOf(Source source);

// One setting as `agctl config get` shows it.
struct Setting {
  std::string key;      // "proxy.port"
  std::string value;    // as JSON text: 8045, true, "off", ["a","b"]
  std::string fallback; // the default, as JSON text
  Source source = Source::kDefault;
  std::string description;
};

// config.json and what stands over it: flag > environment (AG_PROXY_PORT …) > file > default. The file is the protobuf
// Config in JSON with the proto's field names; keys that it does not know are kept, and reported with a suggestion. On
// the control context; Save blocks for one small fsync.
class ConfigStore {
 public:
  // Reads <data_dir>/config.json (absent = defaults). A file that does not parse: line and reason, left untouched.
  // `flags` and `environment` map keys ("proxy.port") to text.
  static absl::StatusOr<std::unique_ptr<ConfigStore>> Open(const std::string& data_dir,
                                                           std::map<std::string, std::string> flags,
                                                           std::map<std::string, std::string> environment);
  // "AG_PROXY_PORT=9000" → {"proxy.port": "9000"}; other variables are left out.
  static std::map<std::string, std::string> EnvironmentOverrides(const char* const* environ);

  ~ConfigStore();

  const Config& config() const { return config_; }
  const std::vector<std::string>& warnings() const { return warnings_; }  // unknown keys with suggestion
  std::vector<Setting> List() const;
  // `key` may be bare ("auth_mode") where that is unambiguous.
  absl::StatusOr<Setting> Get(std::string_view key) const;
  // Validates, writes the file atomically, then changes config(). InvalidRequest names key, value and what is allowed.
  // `value` is text as typed: 9000, true, off, a,b or a JSON array. Setting a key that a flag or the environment overrides
  // is stored and said in the returned setting's source.
  absl::StatusOr<Setting> Set(std::string_view key, std::string_view value);
  absl::StatusOr<Setting> Unset(std::string_view key);

 private:
  struct Impl;
  ConfigStore();
  std::unique_ptr<Impl> impl_;
  Config config_;
  std::vector<std::string> warnings_;
};

// Facts that no type can hold: ports, modes, LAN without auth refused, on_loss names. kInvalidRequest with param = key.
absl::Status Validate(const Config& config);

// XDG: $XDG_DATA_HOME/ag-gateway or ~/.local/share/ag-gateway; $XDG_RUNTIME_DIR/ag-gateway/control.sock, else
// <data_dir>/control.sock. A socket path over 107 bytes (sun_path) is refused with a hint.
absl::StatusOr<std::string> DefaultDataDir();
std::string DefaultControlSocket(const std::string& data_dir, bool custom_data_dir);

// Makes the folder 0700 and locks it for the life of the object; a second daemon gets the first one's pid.
class DataDirLock {
 public:
  static absl::StatusOr<std::unique_ptr<DataDirLock>> Acquire(const std::string& data_dir);
  ~DataDirLock();

 private:
  explicit DataDirLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

// write, fsync, rename, fsync of the folder; mode 0600.
absl::Status WriteFileAtomically(const std::string& path, std::string_view text);

}  // namespace ag::config
