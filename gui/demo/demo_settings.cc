#include "gui/demo/demo_settings.h"

#include <absl/strings/ascii.h>
#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_replace.h>
#include <absl/strings/str_split.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "gui/demo/demo_gateway.h"

namespace ag::gui {
namespace {

using grpc::Status;
using grpc::StatusCode;

constexpr char kKeySetting[] = "proxy.api_key";
constexpr char kLanSetting[] = "proxy.allow_lan_access";
constexpr std::int64_t kTenMinutesMs = 600'000;
constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kMebibyte = 1 << 20;
constexpr std::int64_t kAlmostAll = std::int64_t{1} << 46;
constexpr auto kNextStart = v1::SETTING_EFFECT_NEXT_START;

struct Known {
  const char* key;
  const char* value;  // JSON
  v1::SettingKind kind = v1::SETTING_KIND_TEXT;
  std::int64_t min = 0;
  std::int64_t max = 0;
  v1::SettingUnit unit = v1::SETTING_UNIT_NONE;
  v1::SettingEffect effect = v1::SETTING_EFFECT_AT_ONCE;
  const char* choices = "";  // with commas
};

constexpr Known Text(const char* key, v1::SettingEffect effect = v1::SETTING_EFFECT_AT_ONCE) {
  return {.key = key, .value = "\"\"", .effect = effect};
}
constexpr Known List(const char* key) { return {.key = key, .value = "[]", .kind = v1::SETTING_KIND_LIST}; }
constexpr Known Choice(const char* key, const char* value, const char* choices) {
  return {.key = key, .value = value, .choices = choices};
}
constexpr Known Bool(const char* key, const char* value) {
  return {.key = key, .value = value, .kind = v1::SETTING_KIND_BOOLEAN};
}
constexpr Known Number(const char* key, const char* value, std::int64_t min, std::int64_t max,
                       v1::SettingUnit unit = v1::SETTING_UNIT_NONE,
                       v1::SettingEffect effect = v1::SETTING_EFFECT_AT_ONCE) {
  return {.key = key,
          .value = value,
          .kind = v1::SETTING_KIND_NUMBER,
          .min = min,
          .max = max,
          .unit = unit,
          .effect = effect};
}
constexpr Known Time(const char* key, const char* value, std::int64_t min, std::int64_t max) {
  return Number(key, value, min, max, v1::SETTING_UNIT_MILLISECONDS);
}
constexpr Known Size(const char* key, const char* value, std::int64_t min, std::int64_t max) {
  return Number(key, value, min, max, v1::SETTING_UNIT_BYTES, kNextStart);
}

// By key. A test holds it against a real daemon's.
constexpr std::array kKnown{
    Text("control.address", kNextStart),
    Text("control.cert_file", kNextStart),
    Text("control.key_file", kNextStart),
    Text("control.token_file", kNextStart),
    Number("log.max_age_days", "30", 1, 3650, v1::SETTING_UNIT_DAYS, kNextStart),
    Size("log.max_bytes", "536870912", kMebibyte, kAlmostAll),
    Number("log.max_requests", "200000", 0, 100'000'000, v1::SETTING_UNIT_NONE, kNextStart),
    Text("pool.fixed_account"),
    Bool("pool.fixed_failover", "true"),
    Choice("pool.mode", "\"cache_first\"", "cache_first,balance,performance_first"),
    Bool("proxy.allow_lan_access", "false"),
    List("proxy.allowed_hosts"),
    List("proxy.allowed_origins"),
    Text(kKeySetting),
    Choice("proxy.auth_mode", "\"off\"", "off,strict,all_except_health,auto"),
    Bool("proxy.auto_start", "true"),
    Time("proxy.early_commit_after_ms", "10000", 0, kTenMinutesMs),
    Bool("proxy.inject_stream_usage", "true"),
    List("proxy.listen_addresses"),
    Number("proxy.max_attempts", "5", 1, 50),
    Size("proxy.max_body_bytes", "104857600", 1024, 4096 * kMebibyte),
    Time("proxy.max_wait_ms", "20000", 0, kTenMinutesMs),
    Size("proxy.memory_budget_bytes", "1073741824", kMebibyte, kAlmostAll),
    Number("proxy.port", "8045", 1, 65535),
    Time("proxy.retry_for_ms", "60000", 0, kTenMinutesMs),
    Number("proxy.shards", "0", 0, 256, v1::SETTING_UNIT_NONE, kNextStart),
    Choice("translation.on_loss", "\"allow\"", "allow,warn,reject"),
    Text("upstream.ca_file"),
    Time("upstream.connect_timeout_ms", "10000", 100, kTenMinutesMs),
    Time("upstream.head_timeout_ms", "600000", 1000, kDayMs),
    Time("upstream.idle_timeout_ms", "120000", 1000, kDayMs),
    List("upstream.no_proxy"),
    Text("upstream.proxy_url"),
};

v1::Setting ToSetting(const Known& known) {
  v1::Setting setting;
  setting.set_key(known.key);
  setting.set_value(known.value);
  setting.set_default_value(known.value);
  setting.set_source(v1::SETTING_SOURCE_DEFAULT);
  setting.set_kind(known.kind);
  setting.set_min(known.min);
  setting.set_max(known.max);
  setting.set_unit(known.unit);
  setting.set_effect(known.effect);
  if (*known.choices != '\0') {
    for (const auto part : absl::StrSplit(known.choices, ',')) setting.add_choices(std::string(part));
  }
  setting.set_environment_variable(
      absl::StrCat("AG_", absl::StrReplaceAll(absl::AsciiStrToUpper(known.key), {{".", "_"}})));
  if (setting.key() == kKeySetting) {
    setting.set_sensitive(true);
    setting.set_source(v1::SETTING_SOURCE_SEALED);
    setting.clear_default_value();
    setting.clear_environment_variable();
  }
  return setting;
}

std::string Quote(const std::string& text) {
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"");
}

// As typed → JSON, as the daemon shows it.
std::string AsJson(const std::string& typed, v1::SettingKind kind) {
  if (kind != v1::SETTING_KIND_LIST) return kind == v1::SETTING_KIND_TEXT ? Quote(typed) : typed;
  if (typed.starts_with('[')) return typed;
  std::vector<std::string> parts;
  for (const auto part : absl::StrSplit(typed, ',', absl::SkipWhitespace())) {
    parts.push_back(Quote(std::string(absl::StripAsciiWhitespace(part))));
  }
  return absl::StrCat("[", absl::StrJoin(parts, ","), "]");
}

// What it must be; empty = it is.
std::string Demand(const v1::Setting& setting, const std::string& typed) {
  if (setting.kind() == v1::SETTING_KIND_NUMBER) {
    std::int64_t number = 0;
    if (absl::SimpleAtoi(typed, &number) && number >= setting.min() && number <= setting.max()) return {};
    return absl::StrCat("a whole number from ", setting.min(), " to ", setting.max());
  }
  if (setting.key() == kKeySetting) return typed.size() < 8 ? "eight letters or more" : "";
  if (setting.kind() == v1::SETTING_KIND_BOOLEAN) return typed == "true" || typed == "false" ? "" : "true or false";
  const bool chosen =
      setting.choices().empty() || std::ranges::find(setting.choices(), typed) != setting.choices().end();
  return chosen ? std::string() : absl::StrCat("one of ", absl::StrJoin(setting.choices(), ", "));
}

}  // namespace

DemoSettings::DemoSettings(DemoGateway& gateway) : gateway_(gateway) {
  for (const Known& known : kKnown) settings_.push_back(ToSetting(known));
  v1::Setting& proxy = *Find("upstream.proxy_url");
  proxy.set_value("\"http://proxy.example:3128\"");
  proxy.set_source(v1::SETTING_SOURCE_ENVIRONMENT);
  Find("proxy.shards")->set_value("4");
  Find("proxy.shards")->set_source(v1::SETTING_SOURCE_FLAG);
}

v1::Setting* DemoSettings::Find(const std::string& key) {
  const auto found = std::ranges::find(settings_, key, &v1::Setting::key);
  return found == settings_.end() ? nullptr : &*found;
}

v1::Setting DemoSettings::Present(const v1::Setting& setting, Reveal reveal) {
  v1::Setting present = setting;
  if (setting.key() != kKeySetting) return present;
  const std::string key = gateway_.PrimaryKey();
  present.set_value(
      Quote(reveal == Reveal::kAll ? key : absl::StrCat(key.substr(0, 3), "…", key.substr(key.size() - 4))));
  return present;
}

Status DemoSettings::ListSettings(grpc::ServerContext* /*context*/, const v1::ListSettingsRequest* /*request*/,
                                  v1::ListSettingsResponse* response) {
  const std::lock_guard lock(mutex_);
  for (const v1::Setting& setting : settings_) *response->add_settings() = Present(setting, Reveal::kHint);
  return Status::OK;
}

Status DemoSettings::GetSetting(grpc::ServerContext* /*context*/, const v1::GetSettingRequest* request,
                                v1::GetSettingResponse* response) {
  const std::lock_guard lock(mutex_);
  const v1::Setting* setting = Find(request->key());
  if (setting == nullptr) return {StatusCode::INVALID_ARGUMENT, absl::StrCat("there is no setting ", request->key())};
  *response->mutable_setting() = Present(*setting, Reveal::kAll);
  return Status::OK;
}

Status DemoSettings::SetSetting(grpc::ServerContext* /*context*/, const v1::SetSettingRequest* request,
                                v1::SetSettingResponse* response) {
  const std::lock_guard lock(mutex_);
  v1::Setting* setting = Find(request->key());
  if (setting == nullptr) return {StatusCode::INVALID_ARGUMENT, absl::StrCat("there is no setting ", request->key())};
  if (const std::string demand = Demand(*setting, request->value()); !demand.empty()) {
    return {StatusCode::INVALID_ARGUMENT,
            absl::StrCat(request->key(), " cannot be ", Quote(request->value()), ": it must be ", demand)};
  }
  const auto then = [&](const std::string& key) {
    const v1::Setting& is = *Find(key);
    return key == request->key() ? AsJson(request->value(), is.kind()) : is.value();
  };
  if (then("proxy.allow_lan_access") == "true" && then("proxy.auth_mode") == "\"off\"") {
    return {StatusCode::FAILED_PRECONDITION,
            "proxy.allow_lan_access with proxy.auth_mode off would open your accounts to the network"};
  }
  if (request->key() == kKeySetting) {
    gateway_.UsePrimaryKey(request->value());
  } else {
    setting->set_value(AsJson(request->value(), setting->kind()));
    setting->set_source(v1::SETTING_SOURCE_FILE);
  }
  if (request->key() == kLanSetting) gateway_.OpenToTheNetwork(setting->value() == "true");
  *response->mutable_setting() = Present(*setting, Reveal::kHint);
  return Status::OK;
}

Status DemoSettings::UnsetSetting(grpc::ServerContext* /*context*/, const v1::UnsetSettingRequest* request,
                                  v1::UnsetSettingResponse* response) {
  const std::lock_guard lock(mutex_);
  v1::Setting* setting = Find(request->key());
  if (setting == nullptr || setting->default_value().empty()) {
    return {StatusCode::INVALID_ARGUMENT, absl::StrCat("there is no default of ", request->key())};
  }
  setting->set_value(setting->default_value());
  setting->set_source(v1::SETTING_SOURCE_DEFAULT);
  if (request->key() == kLanSetting) gateway_.OpenToTheNetwork(setting->value() == "true");
  *response->mutable_setting() = *setting;
  return Status::OK;
}

}  // namespace ag::gui
