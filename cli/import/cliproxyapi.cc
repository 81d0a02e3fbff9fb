#include <absl/strings/str_cat.h>

#include <string>
#include <string_view>
#include <vector>

#include "cli/import/plan_builder.h"

// CLIProxyAPI: https://help.router-for.me/configuration/options.html. Its sign-ins (auth-dir) belong to other products
// and are never read.
namespace ag::cli {
namespace {

using Kind = ImportNote::Kind;

class CliProxyApiReader {
 public:
  CliProxyApiReader(const Node& root, const ImportContext& context) : root_(root), builder_(context) {}

  ImportPlan Read() {
    ReadKeys("gemini-api-key", "gemini");
    ReadKeys("generative-language-api-key", "gemini");
    ReadKeys("claude-api-key", "anthropic");
    ReadKeys("codex-api-key", "openai");
    for (const Node& server : root_["openai-compatibility"].items()) ReadServer(server);
    if (root_["auth-dir"].exists()) {
      builder_.Note(Kind::kSignInsLeftOut, {root_["auth-dir"].line(), "auth-dir"});
    }
    if (const Node& proxy = root_["proxy-url"]; !proxy.text().empty()) {
      builder_.Note(Kind::kProxyLeftOut, {proxy.line(), "proxy-url"});
    }
    builder_.NoteUnknown(root_,
                         {"gemini-api-key", "generative-language-api-key", "claude-api-key", "codex-api-key",
                          "openai-compatibility", "auth-dir", "proxy-url"},
                         "");
    return builder_.Take();
  }

 private:
  // A list of keys of one provider: maps, or the keys themselves as older versions wrote them.
  void ReadKeys(const std::string& section, const std::string& provider) {
    for (const Node& entry : root_[section].items()) {
      const PlanBuilder::Where where{entry.line(), section};
      const std::string& text = entry.kind() == Node::Kind::kScalar ? entry.text() : entry["api-key"].text();
      PlanBuilder::Place place{provider, entry["base-url"].text()};
      if (const auto known = builder_.Locate(provider, place.base_url); known && known->provider == provider) {
        place = *known;
      }
      const auto key = builder_.ResolveKey(text, where);
      if (key) builder_.AddAccount({place, provider, *key, entry["proxy-url"].text()});
      AddModels(entry["models"], provider);
      builder_.NoteUnknown(entry, {"api-key", "base-url", "proxy-url", "models"}, section + ".");
    }
  }

  void ReadServer(const Node& server) {
    const std::string& name = server["name"].text();
    const PlanBuilder::Where where{server.line(), absl::StrCat("server \"", name, "\"")};
    const auto place = builder_.Locate(name, server["base-url"].text());
    if (!place) return builder_.Note(Kind::kIncomplete, where, "base-url");
    const auto add = [&](const std::string& text, const std::string& proxy_url) {
      const auto key = builder_.ResolveKey(text, where);
      if (key) builder_.AddAccount({*place, name, *key, proxy_url});
    };
    for (const Node& entry : server["api-key-entries"].items()) add(entry["api-key"].text(), entry["proxy-url"].text());
    for (const Node& key : server["api-keys"].items()) add(key.text(), {});
    if (!server["api-key-entries"].exists() && !server["api-keys"].exists()) add({}, {});
    AddModels(server["models"], place->provider);
    builder_.NoteUnknown(server, {"name", "base-url", "api-key-entries", "api-keys", "models"},
                         "openai-compatibility.");
  }

  // Aliases; a model by its own name needs no route.
  void AddModels(const Node& models, const std::string& provider) {
    for (const Node& model : models.items()) {
      const std::string& name = model["name"].text();
      const std::string& alias = model["alias"].text();
      if (!name.empty() && !alias.empty() && alias != name) builder_.AddRoute(alias, {PlaceOf(provider, name)});
    }
  }

  const Node& root_;
  PlanBuilder builder_;
};

}  // namespace

ImportPlan ReadCliProxyApi(const Node& root, const ImportContext& context) {
  return CliProxyApiReader(root, context).Read();
}

}  // namespace ag::cli
