#include "cli/import/plan_builder.h"

#include <absl/strings/ascii.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <utility>

namespace ag::cli {
namespace {

constexpr std::string_view kCompatible = "openai-compatible";

// Other gateways' names of providers that are known here by another one.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kNames{{{"google", "gemini"},
                                                                               {"google_ai_studio", "gemini"},
                                                                               {"claude", "anthropic"},
                                                                               {"codex", "openai"},
                                                                               {"z.ai", "zai"},
                                                                               {"zhipu", "zai"},
                                                                               {"hosted_vllm", "vllm"},
                                                                               {"kimi", "moonshot"}}};

std::string_view HostOf(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  return url.substr(0, url.find('/'));
}

std::string Lower(std::string_view text) { return absl::AsciiStrToLower(std::string(text)); }

// "os.environ/NAME", "$NAME", "${NAME}": the variable's name.
std::optional<std::string> VariableOf(std::string_view text) {
  constexpr std::string_view kLiteLlm = "os.environ/";
  if (text.starts_with(kLiteLlm)) return std::string(text.substr(kLiteLlm.size()));
  if (!text.starts_with('$') || text.size() < 2) return std::nullopt;
  text.remove_prefix(1);
  if (text.starts_with('{') && text.ends_with('}')) text = text.substr(1, text.size() - 2);
  const bool plain =
      std::ranges::all_of(text, [](char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_'; });
  return plain && !text.empty() ? std::optional(std::string(text)) : std::nullopt;
}

bool SamePlace(const v1::RouteFallback& a, const v1::RouteFallback& b) {
  return a.provider() == b.provider() && a.model() == b.model();
}

}  // namespace

const v1::Provider* PlanBuilder::FindProvider(std::string_view name) const {
  const auto found = std::ranges::find_if(context_.providers.providers(),
                                          [&](const auto& provider) { return provider.name() == name; });
  return found == context_.providers.providers().end() ? nullptr : &*found;
}

bool PlanBuilder::NeedsKey(const std::string& provider) const {
  const auto* found = FindProvider(provider);
  return found == nullptr || found->api_key_required();
}

std::optional<PlanBuilder::Place> PlanBuilder::Locate(std::string_view name, std::string_view base_url) const {
  const std::string host = Lower(HostOf(base_url));
  for (const auto& provider : context_.providers.providers()) {
    const bool known = std::ranges::any_of(provider.endpoints(), [&](const auto& endpoint) {
      return !host.empty() && !endpoint.base_url().empty() && Lower(HostOf(endpoint.base_url())) == host;
    });
    if (known) return Place{provider.name(), {}};
  }
  std::string wanted = Lower(name);
  for (const auto& [theirs, ours] : kNames) {
    if (wanted == theirs) wanted = std::string(ours);
  }
  const auto* provider = FindProvider(wanted);
  if (provider != nullptr && !(provider->base_url_required() && host.empty())) {
    return Place{provider->name(), std::string(base_url)};
  }
  if (host.empty()) return std::nullopt;
  return Place{std::string(kCompatible), std::string(base_url)};
}

std::optional<std::string> PlanBuilder::ResolveKey(std::string_view text, const Where& where) {
  const auto variable = VariableOf(text);
  if (!variable) return std::string(text);
  auto value = context_.environment(*variable);
  if (value && !value->empty()) return value;
  Note(ImportNote::Kind::kVariableMissing, where, *variable);
  return std::nullopt;
}

void PlanBuilder::AddAccount(const Key& key) {
  if (key.api_key.empty() && NeedsKey(key.place.provider)) {
    return Note(ImportNote::Kind::kKeyMissing, {0, key.label}, key.place.provider);
  }
  const bool known = std::ranges::any_of(plan_.accounts, [&](const v1::Account& account) {
    return account.provider() == key.place.provider && account.base_url() == key.place.base_url &&
           account.api_key() == key.api_key;
  });
  if (known) return;
  v1::Account account;
  account.set_provider(key.place.provider);
  account.set_base_url(key.place.base_url);
  account.set_api_key(key.api_key);
  std::string label = key.label;
  for (int n = 2; std::ranges::any_of(plan_.accounts, [&](const auto& one) { return one.label() == label; }); ++n) {
    label = absl::StrCat(key.label, "-", n);
  }
  account.set_label(label);
  account.set_enabled(true);
  if (!key.proxy_url.empty()) {
    account.mutable_egress()->set_mode(v1::EGRESS_MODE_PROXY);
    account.mutable_egress()->set_proxy_url(key.proxy_url);
  }
  plan_.accounts.push_back(std::move(account));
}

void PlanBuilder::AddRoute(const std::string& pattern, const std::vector<v1::RouteFallback>& places) {
  auto route = std::ranges::find_if(plan_.routes, [&](const auto& one) { return one.pattern() == pattern; });
  std::vector<v1::RouteFallback> all;
  if (route == plan_.routes.end()) {
    route = plan_.routes.insert(plan_.routes.end(), v1::Route());
    route->set_pattern(pattern);
  } else {
    all.push_back(PlaceOf(route->provider(), route->model()));
    all.insert(all.end(), route->fallbacks().begin(), route->fallbacks().end());
  }
  for (const auto& place : places) {
    if (std::ranges::none_of(all, [&](const auto& one) { return SamePlace(one, place); })) all.push_back(place);
  }
  route->set_provider(all.front().provider());
  route->set_model(all.front().model());
  route->mutable_fallbacks()->Assign(all.begin() + 1, all.end());
}

void PlanBuilder::SetRoute(const std::string& pattern, const v1::RouteFallback& place) {
  std::erase_if(plan_.routes, [&](const auto& route) { return route.pattern() == pattern; });
  AddRoute(pattern, {place});
}

void PlanBuilder::NoteUnknown(const Node& map, const std::vector<std::string_view>& known, std::string_view where) {
  for (const auto& [name, value] : map.members()) {
    if (std::ranges::find(known, name) != known.end()) continue;
    Note(ImportNote::Kind::kSettingLeftOut, {value.line(), absl::StrCat(std::string(where), name)});
  }
}

v1::RouteFallback PlaceOf(const std::string& provider, const std::string& model) {
  v1::RouteFallback place;
  place.set_provider(provider);
  place.set_model(model);
  return place;
}

}  // namespace ag::cli
