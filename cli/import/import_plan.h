#pragma once

#include <absl/status/statusor.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ag/gateway/v1/account.pb.h"
#include "ag/gateway/v1/route.pb.h"
#include "cli/import/import_note.h"

// What another gateway's configuration says, in the terms of this one. Pure: nothing is read but the text that is
// given, nothing is sent.
namespace ag::cli {

namespace v1 = ::ag::gateway::v1;

enum class ImportFormat {
  kLiteLlm,           // config.yaml: model_list (https://docs.litellm.ai/docs/proxy/configs)
  kCliProxyApi,       // config.yaml: API keys only (https://help.router-for.me/configuration/options.html)
  kClaudeCodeRouter,  // config.json: Providers, Router (https://github.com/musistudio/claude-code-router)
};

struct ImportPlan {
  ImportFormat format = ImportFormat::kLiteLlm;
  std::vector<v1::Account> accounts = {};  // with their keys; labels unique within the plan
  std::vector<v1::Route> routes = {};
  // What was not taken over. Names settings and their lines, never a key.
  std::vector<ImportNote> notes = {};
};

// "litellm", "cliproxyapi", "claude-code-router".
std::optional<ImportFormat> ImportFormatFromName(std::string_view name);
std::vector<std::string> ImportFormatNames();

struct ImportContext {
  // A variable of the environment; none when it is not set.
  std::function<std::optional<std::string>(const std::string& name)> environment;
  v1::ListProvidersResponse providers;  // what accounts may belong to
};

// Whether the text is a file of ExportAccounts, which a passphrase opens, and no foreign configuration.
bool IsSealedExport(std::string_view text);

// Without `format` the text tells which it is; FAILED_PRECONDITION when it does not. INVALID_ARGUMENT, with the line,
// when it cannot be read at all.
absl::StatusOr<ImportPlan> ReadForeignConfig(std::string_view text, std::optional<ImportFormat> format,
                                             const ImportContext& context);

// Takes the routes out of the plan whose pattern has one here already, with a note each: what its user has set stays.
void KeepPresentRoutes(ImportPlan& plan, const std::vector<v1::Route>& present);

}  // namespace ag::cli
