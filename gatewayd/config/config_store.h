#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/config/config.h"

namespace ag::config {

enum class Source : std::uint8_t { kDefault, kFile, kEnvironment, kFlag };
std::string_view NameOf(Source source);

// When a changed value comes into force.
enum class Effect : std::uint8_t { kAtOnce, kNextStart };
std::string_view NameOf(Effect effect);

enum class SettingKind : std::uint8_t { kBoolean, kNumber, kText, kList };
std::string_view NameOf(SettingKind kind);

// What a number counts.
enum class SettingUnit : std::uint8_t { kNone, kMilliseconds, kBytes, kDays };
std::string_view NameOf(SettingUnit unit);

// One setting as `agctl config get` shows it.
struct Setting {
  std::string key;       // "proxy.port"
  std::string value;     // as JSON text: 8045, true, "off", ["a","b"]
  std::string fallback;  // the default, as JSON text
  Source source = Source::kDefault;
  std::string description;
  Effect effect = Effect::kAtOnce;
  bool sensitive = false;  // holds a password: to be masked in lists
  std::string masked;      // of a sensitive one, the value without its password, as JSON text
  SettingKind kind = SettingKind::kText;
  std::vector<std::string> choices;  // of a text; empty = any
  std::int64_t min = 0;              // of a number, both inclusive
  std::int64_t max = 0;
  SettingUnit unit = SettingUnit::kNone;
  std::string environment;  // "AG_PROXY_PORT"
};

// config.json and what stands over it: flag > environment (AG_PROXY_PORT …) > file > default. The file is nested JSON,
// {"proxy":{"port":8045}}, and holds only what was set; times are whole milliseconds in keys that end in _ms. Keys that
// it does not know are kept, and reported with a suggestion. On the control context; Set and Unset block for one small
// fsync.
//
// `proxy.api_key` is a setting to users, but none here: the key is sealed in gateway.db, and control/ answers for it
// before it asks this store. In the file it is reported as having no effect.
class ConfigStore {
 public:
  // Reads <data_dir>/config.json (absent = defaults). A file that does not parse: line, column and reason; it is left
  // untouched. `flags` and `environment` map keys ("proxy.port") to text. kInvalidRequest names key, value and source,
  // and what is allowed; port 0 (any free one) only as a flag.
  static absl::StatusOr<std::unique_ptr<ConfigStore>> Open(const std::string& data_dir,
                                                           std::map<std::string, std::string> flags,
                                                           std::map<std::string, std::string> environment);
  // "AG_PROXY_PORT=9000" → {"proxy.port": "9000"}; other and empty variables are left out.
  static std::map<std::string, std::string> EnvironmentOverrides(const char* const* environ);

  ~ConfigStore();

  const Config& config() const { return config_; }
  // Where config.json is, or would be.
  const std::string& path() const;
  const std::vector<std::string>& warnings() const { return warnings_; }  // unknown keys with suggestion
  std::vector<Setting> List() const;                                      // all, by key
  // `key` may be bare ("auth_mode") where that is unambiguous.
  absl::StatusOr<Setting> Get(std::string_view key) const;
  // Validates, writes the file atomically, then changes config(). InvalidRequest names key, value and what is allowed.
  // `value` is text as typed: 9000, true, off, a,b or a JSON array. Setting a key that a flag or the environment
  // overrides is stored and said in the returned setting's source. The file is read again first, so that what was
  // edited by hand meanwhile is kept (and comes into force); it is not written when it does not parse any more.
  absl::StatusOr<Setting> Set(std::string_view key, std::string_view value);
  absl::StatusOr<Setting> Unset(std::string_view key);

 private:
  struct Impl;
  ConfigStore();
  absl::StatusOr<Setting> Store(std::string_view key, const std::optional<std::string>& json);
  std::unique_ptr<Impl> impl_;
  Config config_;
  std::vector<std::string> warnings_;
};

// Facts that no type can hold: ports, modes, LAN without auth refused. kInvalidRequest with param = key.
absl::Status Validate(const Config& config);

// XDG: $XDG_DATA_HOME/ag-gateway or ~/.local/share/ag-gateway; $XDG_RUNTIME_DIR/ag-gateway/control.sock, else
// <data_dir>/control.sock (always there with a data folder of the user's choice, so that daemons do not meet). Neither
// makes a folder.
absl::StatusOr<std::string> DefaultDataDir();
std::string DefaultControlSocket(const std::string& data_dir, bool custom_data_dir);
// Over 107 bytes (sun_path) is refused with a hint.
absl::Status CheckSocketPath(const std::string& path);

// Makes the folder (0700, with its parents) and locks it for the life of the object; a second daemon gets the first
// one's pid. An existing folder must not be writable by everybody; its mode is not changed.
class DataDirLock {
 public:
  static absl::StatusOr<std::unique_ptr<DataDirLock>> Acquire(const std::string& data_dir);
  DataDirLock(const DataDirLock&) = delete;
  DataDirLock& operator=(const DataDirLock&) = delete;
  ~DataDirLock();

 private:
  explicit DataDirLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

// write, fsync, rename, fsync of the folder; mode 0600. Whenever it fails, or the process dies, the old content is
// whole. A symbolic link stays; its target is replaced.
absl::Status WriteFileAtomically(const std::string& path, std::string_view text);

}  // namespace ag::config
