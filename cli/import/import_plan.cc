#include "cli/import/import_plan.h"

#include <algorithm>
#include <array>
#include <utility>

#include "cli/import/node.h"
#include "cli/import/plan_builder.h"

namespace ag::cli {
namespace {

constexpr std::array<std::pair<std::string_view, ImportFormat>, 3> kFormats{
    {{"litellm", ImportFormat::kLiteLlm},
     {"cliproxyapi", ImportFormat::kCliProxyApi},
     {"claude-code-router", ImportFormat::kClaudeCodeRouter}}};

std::optional<ImportFormat> Recognise(const Node& root) {
  if (root["model_list"].exists()) return ImportFormat::kLiteLlm;
  if (root["Providers"].exists()) return ImportFormat::kClaudeCodeRouter;
  constexpr std::array kKeys{"gemini-api-key", "generative-language-api-key", "claude-api-key",
                             "codex-api-key",  "openai-compatibility",        "auth-dir"};
  const bool proxy = std::ranges::any_of(kKeys, [&](const char* key) { return root[key].exists(); });
  return proxy ? std::optional(ImportFormat::kCliProxyApi) : std::nullopt;
}

ImportPlan ReadFormat(const Node& root, ImportFormat format, const ImportContext& context) {
  switch (format) {
    case ImportFormat::kLiteLlm:
      return ReadLiteLlm(root, context);
    case ImportFormat::kCliProxyApi:
      return ReadCliProxyApi(root, context);
    case ImportFormat::kClaudeCodeRouter:
      return ReadClaudeCodeRouter(root, context);
  }
  return ImportPlan();
}

}  // namespace

bool IsSealedExport(std::string_view text) { return text.starts_with("AG-GATEWAY-ACCOUNTS "); }

std::optional<ImportFormat> ImportFormatFromName(std::string_view name) {
  for (const auto& [known, format] : kFormats) {
    if (known == name) return format;
  }
  return std::nullopt;
}

std::vector<std::string> ImportFormatNames() {
  std::vector<std::string> names;
  for (const auto& [name, format] : kFormats) names.emplace_back(name);
  return names;
}

absl::StatusOr<ImportPlan> ReadForeignConfig(std::string_view text, std::optional<ImportFormat> format,
                                             const ImportContext& context) {
  const auto root = ReadNode(text);
  if (!root.ok()) return root.status();
  if (!format) format = Recognise(*root);
  if (!format) {
    return absl::FailedPreconditionError(
        "this is neither a file of `agctl accounts export` nor a configuration of LiteLLM, CLIProxyAPI or "
        "claude-code-router; say which it is with --from");
  }
  ImportPlan plan = ReadFormat(*root, *format, context);
  plan.format = *format;
  return plan;
}

void KeepPresentRoutes(ImportPlan& plan, const std::vector<v1::Route>& present) {
  std::erase_if(plan.routes, [&](const v1::Route& route) {
    const bool own = std::ranges::any_of(present, [&](const v1::Route& known) {
      return known.pattern() == route.pattern() && known.condition() == route.condition();
    });
    if (own) plan.notes.push_back({.kind = ImportNote::Kind::kRouteKept, .subject = route.pattern()});
    return own;
  });
}

}  // namespace ag::cli
