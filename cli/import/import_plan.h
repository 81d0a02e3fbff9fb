#pragma once

#include <absl/status/statusor.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ag/gateway/v1/account.pb.h"
#include "ag/gateway/v1/route.pb.h"

// What another gateway's configuration says, in the terms of this one. Pure: nothing is read but the text that is
// given, nothing is sent.
namespace ag::cli {

namespace v1 = ::ag::gateway::v1;

struct ImportPlan {
  std::vector<v1::Account> accounts;  // with their keys; labels unique within the plan
  std::vector<v1::Route> routes;
  // What was not taken over, and what to do about it, a sentence each. Names settings and their lines, never a key.
  std::vector<std::string> notes;
};

enum class ImportFormat {
  kLiteLlm,           // config.yaml: model_list (https://docs.litellm.ai/docs/proxy/configs)
  kCliProxyApi,       // config.yaml: API keys only (https://help.router-for.me/configuration/options.html)
  kClaudeCodeRouter,  // config.json: Providers, Router (https://github.com/musistudio/claude-code-router)
};
// "litellm", "cliproxyapi", "claude-code-router".
std::optional<ImportFormat> ImportFormatFromName(std::string_view name);
std::vector<std::string> ImportFormatNames();

struct ImportContext {
  // A variable of the environment; none when it is not set.
  std::function<std::optional<std::string>(const std::string& name)> environment;
  v1::ListProvidersResponse providers;  // what accounts may belong to
};

// INVALID_ARGUMENT when the text is no such configuration. Without `format` the text tells which it is.
absl::StatusOr<ImportPlan> ReadForeignConfig(std::string_view text, std::optional<ImportFormat> format,
                                             const ImportContext& context);

}  // namespace ag::cli
