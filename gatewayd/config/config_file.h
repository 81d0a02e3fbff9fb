#pragma once

#include <absl/status/statusor.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/config/registry.h"

// config.json as text and as settings; private to config/.
namespace ag::config {

struct FileContent {
  std::string text;                            // empty = there is no file (an empty file is an error)
  std::map<std::string, SettingValue> values;  // by full key; only what the file holds
  std::vector<std::string> warnings;           // what it holds and we do not know
};

// An absent file is empty content. Errors name the path, and line and column where the text is at fault.
absl::StatusOr<FileContent> ReadConfigFile(const std::string& path);
absl::StatusOr<FileContent> ParseConfigText(const std::string& path, std::string text);

// The text with `key` set to a JSON value, or taken out. Every other member, known or not, keeps its very text.
absl::StatusOr<std::string> EditConfigText(const std::string& text, std::string_view key,
                                           const std::optional<std::string>& json);

}  // namespace ag::config
