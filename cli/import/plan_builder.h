#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/import/import_plan.h"
#include "cli/import/node.h"

namespace ag::cli {

// Puts a plan together: equal keys become one account, labels unique. What the readers of all formats share.
class PlanBuilder {
 public:
  explicit PlanBuilder(const ImportContext& context) : context_(context) {}

  struct Place {
    std::string provider;
    std::string base_url;  // empty = the provider's own
  };
  // Where `name` (as the other gateway calls the provider; may be empty) at `base_url` (may be empty) is here: the
  // provider that has that address, else the one of that name, else any OpenAI-compatible server. None when neither
  // tells.
  std::optional<Place> Locate(std::string_view name, std::string_view base_url) const;

  // What of the file a key or a note belongs to.
  struct Where {
    int line = 0;
    std::string subject;  // `model "smart"`
  };
  // A key as it stands in a file: "os.environ/NAME", "$NAME" and "${NAME}" are read from the environment. None, with a
  // note, when that variable is not set.
  std::optional<std::string> ResolveKey(std::string_view text, const Where& where);

  struct Key {
    Place place;
    std::string label;  // made unique
    std::string api_key;
    std::string proxy_url;  // its own way out; empty = none
  };
  // Adds the account unless the plan has this key for this place already.
  void AddAccount(const Key& key);
  // Adds the route, or appends its places to the one of its pattern. Places that are there already are left out.
  void AddRoute(const std::string& pattern, const std::vector<v1::RouteFallback>& places);
  // Adds the route in place of the one of its pattern.
  void SetRoute(const std::string& pattern, const v1::RouteFallback& place);
  void Note(ImportNote::Kind kind, const Where& where, const std::string& detail = {}) {
    plan_.notes.push_back({kind, where.line, where.subject, detail});
  }
  // Notes each member of `map` that is not among `known`, with `where` before its name.
  void NoteUnknown(const Node& map, const std::vector<std::string_view>& known, std::string_view where);

  ImportPlan Take() { return std::move(plan_); }

 private:
  const v1::Provider* FindProvider(std::string_view name) const;
  bool NeedsKey(const std::string& provider) const;

  const ImportContext& context_;
  ImportPlan plan_;
};

// A place of a route. Both may be empty, not at once.
v1::RouteFallback PlaceOf(const std::string& provider, const std::string& model);

ImportPlan ReadLiteLlm(const Node& root, const ImportContext& context);
ImportPlan ReadCliProxyApi(const Node& root, const ImportContext& context);
ImportPlan ReadClaudeCodeRouter(const Node& root, const ImportContext& context);

}  // namespace ag::cli
