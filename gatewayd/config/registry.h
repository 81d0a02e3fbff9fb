#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/config/config.h"
#include "gatewayd/config/config_store.h"

// The table of all settings; private to config/. A new setting is a member of Config and one row in registry.cc.
namespace ag::config {

using SettingValue = std::variant<bool, std::int64_t, std::string, std::vector<std::string>>;

struct SettingSpec {
  std::string_view key;
  std::string_view description;
  Effect effect = Effect::kAtOnce;
  // Of numbers. Flags may go lower where tests need it (port 0).
  std::int64_t min = 0;
  std::int64_t max = 0;
  std::int64_t min_as_flag = 0;
  SettingUnit unit = SettingUnit::kNone;
  std::span<const std::string_view> choices;  // of texts; empty = any
  SettingValue (*read)(const Config& config) = nullptr;
  void (*write)(Config& config, const SettingValue& value) = nullptr;  // takes the kind of value that `read` gives
};

std::span<const SettingSpec> Registry();
const SettingSpec* FindSpec(std::string_view key);  // exact; nullptr when unknown

// The setting of that key, or of that bare name where only one has it. kInvalidRequest with a suggestion.
absl::StatusOr<const SettingSpec*> ResolveKey(std::string_view key);
// " (did you mean proxy.port?)", or nothing when no key is near.
std::string DidYouMean(std::string_view key);

SettingKind KindOf(const SettingSpec& spec);
std::string EnvironmentName(const SettingSpec& spec);  // "AG_PROXY_PORT"
std::string DefaultAsJson(const SettingSpec& spec);
std::string ToJson(const SettingValue& value);

// `where` is what the error says of the place: "environment variable AG_PROXY_PORT"; may be empty.
absl::StatusOr<SettingValue> FromJson(const SettingSpec& spec, const json::Value& value, std::string_view where);
absl::StatusOr<SettingValue> FromText(const SettingSpec& spec, std::string_view text, Source source,
                                      std::string_view where);

}  // namespace ag::config
