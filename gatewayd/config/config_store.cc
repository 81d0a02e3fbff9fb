#include "gatewayd/config/config_store.h"

#include <absl/strings/str_cat.h>

#include <optional>
#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/proxy_url.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/config/config_file.h"
#include "gatewayd/config/registry.h"

namespace ag::config {
namespace {

// Values of one source, by full key.
using Layer = std::map<std::string, SettingValue>;

void Apply(Config& config, const Layer& layer) {
  for (const auto& [key, value] : layer) FindSpec(key)->write(config, value);
}

absl::StatusOr<Layer> ParseLayer(const std::map<std::string, std::string>& texts, Source source) {
  Layer layer;
  for (const auto& [name, text] : texts) {
    AG_ASSIGN_OR_RETURN(const SettingSpec* spec, ResolveKey(name));
    const std::string where =
        source == Source::kFlag ? std::string("flag") : absl::StrCat("environment variable ", EnvironmentName(*spec));
    AG_ASSIGN_OR_RETURN(layer[std::string(spec->key)], FromText(*spec, text, source, where));
  }
  return layer;
}

// A proxy URL may hold the proxy's password.
void MarkPassword(Setting& setting, const Config& config) {
  if (setting.key != "upstream.proxy_url" || config.upstream.proxy_url.find('@') == std::string::npos) return;
  setting.sensitive = true;
  const auto proxy = ParseProxyUrl(config.upstream.proxy_url);
  setting.masked = json::Quote(proxy.ok() ? proxy->ToString() : std::string());
}

}  // namespace

struct ConfigStore::Impl {
  std::string path;
  FileContent file;
  Layer environment;
  Layer flags;

  absl::StatusOr<Config> Combine(const FileContent& content) const {
    Config config;
    for (const Layer* layer : {&content.values, &environment, &flags}) Apply(config, *layer);
    AG_RETURN_IF_ERROR(Validate(config));
    return config;
  }

  Source SourceOf(const std::string& key) const {
    if (flags.contains(key)) return Source::kFlag;
    if (environment.contains(key)) return Source::kEnvironment;
    return file.values.contains(key) ? Source::kFile : Source::kDefault;
  }

  Setting Describe(const SettingSpec& spec, const Config& config) const {
    Setting setting;
    setting.key = std::string(spec.key);
    setting.value = ToJson(spec.read(config));
    setting.fallback = DefaultAsJson(spec);
    setting.source = SourceOf(setting.key);
    setting.description = std::string(spec.description);
    setting.effect = spec.effect;
    setting.kind = KindOf(spec);
    setting.choices.assign(spec.choices.begin(), spec.choices.end());
    setting.min = spec.min;
    setting.max = spec.max;
    setting.unit = spec.unit;
    setting.environment = EnvironmentName(spec);
    MarkPassword(setting, config);
    return setting;
  }
};

std::string_view NameOf(Source source) {
  switch (source) {
    case Source::kDefault:
      return "default";
    case Source::kFile:
      return "file";
    case Source::kEnvironment:
      return "environment";
    case Source::kFlag:
      return "flag";
  }
  return "default";
}

std::string_view NameOf(Effect effect) { return effect == Effect::kAtOnce ? "at_once" : "next_start"; }

std::string_view NameOf(SettingKind kind) {
  switch (kind) {
    case SettingKind::kBoolean:
      return "boolean";
    case SettingKind::kNumber:
      return "number";
    case SettingKind::kText:
      return "text";
    case SettingKind::kList:
      return "list";
  }
  return "text";
}

std::string_view NameOf(SettingUnit unit) {
  switch (unit) {
    case SettingUnit::kNone:
      return "none";
    case SettingUnit::kMilliseconds:
      return "milliseconds";
    case SettingUnit::kBytes:
      return "bytes";
    case SettingUnit::kDays:
      return "days";
  }
  return "none";
}

ConfigStore::ConfigStore() : impl_(std::make_unique<Impl>()) {}
ConfigStore::~ConfigStore() = default;

absl::StatusOr<std::unique_ptr<ConfigStore>> ConfigStore::Open(const std::string& data_dir,
                                                               std::map<std::string, std::string> flags,
                                                               std::map<std::string, std::string> environment) {
  std::unique_ptr<ConfigStore> store(new ConfigStore());
  Impl& impl = *store->impl_;
  impl.path = absl::StrCat(data_dir, "/config.json");
  AG_ASSIGN_OR_RETURN(impl.flags, ParseLayer(flags, Source::kFlag));
  AG_ASSIGN_OR_RETURN(impl.environment, ParseLayer(environment, Source::kEnvironment));
  AG_ASSIGN_OR_RETURN(impl.file, ReadConfigFile(impl.path));
  AG_ASSIGN_OR_RETURN(store->config_, impl.Combine(impl.file));
  store->warnings_ = impl.file.warnings;
  return store;
}

std::map<std::string, std::string> ConfigStore::EnvironmentOverrides(const char* const* environ) {
  std::map<std::string, std::string> overrides;
  for (; environ != nullptr && *environ != nullptr; ++environ) {
    const std::string_view entry = *environ;
    const auto equals = entry.find('=');
    if (!entry.starts_with("AG_") || equals == std::string_view::npos || equals + 1 == entry.size()) continue;
    for (const SettingSpec& spec : Registry()) {
      if (entry.substr(0, equals) == EnvironmentName(spec)) overrides[std::string(spec.key)] = entry.substr(equals + 1);
    }
  }
  return overrides;
}

const std::string& ConfigStore::path() const { return impl_->path; }

std::vector<Setting> ConfigStore::List() const {
  std::vector<Setting> settings;
  for (const SettingSpec& spec : Registry()) settings.push_back(impl_->Describe(spec, config_));
  return settings;
}

absl::StatusOr<Setting> ConfigStore::Get(std::string_view key) const {
  AG_ASSIGN_OR_RETURN(const SettingSpec* spec, ResolveKey(key));
  return impl_->Describe(*spec, config_);
}

absl::StatusOr<Setting> ConfigStore::Set(std::string_view key, std::string_view value) {
  AG_ASSIGN_OR_RETURN(const SettingSpec* spec, ResolveKey(key));
  AG_ASSIGN_OR_RETURN(const SettingValue parsed, FromText(*spec, value, Source::kFile, ""));
  return Store(spec->key, ToJson(parsed));
}

absl::StatusOr<Setting> ConfigStore::Unset(std::string_view key) {
  AG_ASSIGN_OR_RETURN(const SettingSpec* spec, ResolveKey(key));
  return Store(spec->key, std::nullopt);
}

// The file is read again: what somebody has edited into it since is kept, and comes into force too.
absl::StatusOr<Setting> ConfigStore::Store(std::string_view key, const std::optional<std::string>& json) {
  AG_ASSIGN_OR_RETURN(const FileContent present, ReadConfigFile(impl_->path));
  AG_ASSIGN_OR_RETURN(std::string text, EditConfigText(present.text, key, json));
  AG_ASSIGN_OR_RETURN(FileContent edited, ParseConfigText(impl_->path, text));
  AG_ASSIGN_OR_RETURN(Config config, impl_->Combine(edited));
  if (text != present.text) AG_RETURN_IF_ERROR(WriteFileAtomically(impl_->path, text));
  impl_->file = std::move(edited);
  config_ = std::move(config);
  warnings_ = impl_->file.warnings;
  return impl_->Describe(*FindSpec(key), config_);
}

}  // namespace ag::config
