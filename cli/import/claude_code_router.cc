#include <absl/strings/str_cat.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "cli/import/plan_builder.h"

// claude-code-router: https://github.com/musistudio/claude-code-router#2-configuration
namespace ag::cli {
namespace {

using Kind = ImportNote::Kind;

class ClaudeCodeRouterReader {
 public:
  ClaudeCodeRouterReader(const Node& root, const ImportContext& context) : root_(root), builder_(context) {}

  ImportPlan Read() {
    for (const Node& provider : root_["Providers"].items()) ReadProvider(provider);
    const Node& router = root_["Router"];
    // Claude Code is the one client: all its names, then the small model that it uses in the background.
    AddRoute(router["default"], {"claude-*", "opus", "sonnet", "haiku"});
    AddRoute(router["background"], {"claude-*haiku*", "haiku"});
    builder_.NoteUnknown(router, {"default", "background"}, "Router.");
    if (const Node& proxy = root_["PROXY_URL"]; !proxy.text().empty()) {
      builder_.Note(Kind::kProxyLeftOut, {proxy.line(), "PROXY_URL"});
    }
    builder_.NoteUnknown(root_, {"Providers", "Router", "PROXY_URL"}, "");
    return builder_.Take();
  }

 private:
  void ReadProvider(const Node& provider) {
    const std::string& name = provider["name"].text();
    const PlanBuilder::Where where{provider.line(), absl::StrCat("provider \"", name, "\"")};
    const auto place = builder_.Locate(name, provider["api_base_url"].text());
    if (name.empty() || !place) return builder_.Note(Kind::kIncomplete, where, "name, api_base_url");
    places_[name] = place->provider;
    const auto key = builder_.ResolveKey(provider["api_key"].text(), where);
    if (key) builder_.AddAccount({*place, name, *key, {}});
    builder_.NoteUnknown(provider, {"name", "api_base_url", "api_key", "models"}, "Providers.");
  }

  // "provider,model"
  void AddRoute(const Node& target, const std::vector<std::string>& patterns) {
    if (target.text().empty()) return;
    const auto comma = target.text().find(',');
    const auto place = places_.find(target.text().substr(0, comma));
    if (comma == std::string::npos || place == places_.end()) {
      return builder_.Note(Kind::kTargetUnknown, {target.line(), target.text()});
    }
    for (const auto& pattern : patterns) {
      const v1::RouteFallback wanted = PlaceOf(place->second, target.text().substr(comma + 1));
      builder_.SetRoute(pattern, wanted);
    }
  }

  const Node& root_;
  PlanBuilder builder_;
  std::map<std::string, std::string> places_;  // their provider's name → ours
};

}  // namespace

ImportPlan ReadClaudeCodeRouter(const Node& root, const ImportContext& context) {
  return ClaudeCodeRouterReader(root, context).Read();
}

}  // namespace ag::cli
