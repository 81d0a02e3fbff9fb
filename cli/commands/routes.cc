#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands/commands.h"
#include "cli/commands/place_options.h"
#include "cli/commands/route_view.h"
#include "cli/output/json.h"
#include "cli/output/table.h"
#include "cli/output/text.h"

namespace ag::cli {
namespace {

absl::Status List(Session& session) {
  const auto routes = AllRoutes(session);
  if (!routes.ok()) return routes.status();
  if (routes->empty() && !session.json) {
    Print("There are no routes: each model name goes to the provider that it belongs to.\n");
    return absl::OkStatus();
  }
  PrintRoutes(session, *routes);
  return absl::OkStatus();
}

// A provider's name has no colon; a model's may have some.
v1::RouteFallback ParseFallback(const std::string& text) {
  v1::RouteFallback fallback;
  const auto colon = text.find(':');
  fallback.set_provider(text.substr(0, colon));
  if (colon != std::string::npos) fallback.set_model(text.substr(colon + 1));
  return fallback;
}

// Into an object that is open.
JsonWriter& WriteReasonFields(JsonWriter& json, const v1::Reason& reason) {
  json.Field("code", reason.code()).Key("args").BeginObject();
  for (const auto& arg : reason.args()) json.Field(arg.name(), arg.value());
  return json.EndObject();
}

absl::Status Set(Session& session, const v1::Route& route) {
  if (route.provider().empty() && route.model().empty() && !route.has_options()) {
    return UsageError(
        "say where the requests shall go (--provider P, --model M), or how much they shall reason (--effort E, "
        "--thinking-budget N)");
  }
  v1::SetRouteRequest request;
  *request.mutable_route() = route;
  const auto stored = session.client().SetRoute(request);
  if (!stored.ok()) return stored.status();
  if (session.json) {
    JsonWriter json;
    WriteRouteFields(json.BeginObject(), stored->route()).Key("warnings").BeginArray();
    for (const auto& warning : stored->warnings()) {
      WriteReasonFields(json.BeginObject(), warning).Field("message", Sentence(warning)).EndObject();
    }
    Print(json.EndArray().EndObject().text() + "\n");
    return absl::OkStatus();
  }
  PrintRoutes(session, {stored->route()});
  for (const auto& warning : stored->warnings()) PrintNote("note: " + Sentence(warning));
  return absl::OkStatus();
}

absl::Status Move(Session& session, const v1::MoveRouteRequest& request) {
  const auto moved = session.client().MoveRoute(request);
  if (!moved.ok()) return moved.status();
  PrintRoutes(session, {moved->routes().begin(), moved->routes().end()});
  return absl::OkStatus();
}

absl::Status ApplyPreset(Session& session, const v1::ApplyRoutePresetRequest& request) {
  const auto applied = session.client().ApplyRoutePreset(request);
  if (absl::IsAlreadyExists(applied.status())) {
    return absl::AlreadyExistsError(
        absl::StrCat(applied.status().message(), "; --replace does so, --dry-run shows what it would write"));
  }
  if (!applied.ok()) return applied.status();
  if (session.json) {
    JsonWriter json;
    json.BeginObject().Field("dry_run", request.validate_only()).Key("routes").BeginArray();
    for (const auto& route : applied->routes()) WriteRoute(json, route);
    json.EndArray().Key("replaced").BeginArray();
    for (const auto& route : applied->replaced_routes()) WriteRoute(json, route);
    Print(json.EndArray().EndObject().text() + "\n");
    return absl::OkStatus();
  }
  if (request.validate_only()) Print("It would write:\n");
  PrintRoutes(session, {applied->routes().begin(), applied->routes().end()});
  if (applied->replaced_routes().empty()) return absl::OkStatus();
  Print(request.validate_only() ? "\nin the place of:\n" : "\nThey took the place of:\n");
  PrintRoutes(session, {applied->replaced_routes().begin(), applied->replaced_routes().end()});
  return absl::OkStatus();
}

absl::Status Remove(Session& session, const v1::DeleteRouteRequest& request) {
  const auto deleted = session.client().DeleteRoute(request);
  if (!deleted.ok()) return deleted.status();
  if (session.json) {
    JsonWriter json;
    json.BeginObject().Field("pattern", request.pattern());
    if (request.condition() != v1::ROUTE_CONDITION_UNSPECIFIED) json.Field("when", ConditionText(request.condition()));
    json.Field("removed", true).EndObject();
    Print(json.text() + "\n");
  } else {
    const bool background = request.condition() == v1::ROUTE_CONDITION_BACKGROUND;
    Print(absl::StrCat("removed the route for ", request.pattern(), background ? " of background tasks\n" : "\n"));
  }
  return absl::OkStatus();
}

absl::Status Clear(Session& session) {
  const auto cleared = session.client().ClearRoutes();
  if (!cleared.ok()) return cleared.status();
  if (session.json) {
    JsonWriter json;
    json.BeginObject().Field("removed", cleared->removed_count()).EndObject();
    Print(json.text() + "\n");
  } else {
    Print(absl::StrCat("removed ", cleared->removed_count(), " route(s)\n"));
  }
  return absl::OkStatus();
}

void PrintExplanationJson(const v1::ExplainModelResponse& answer) {
  JsonWriter json;
  json.BeginObject().Field("servable", answer.servable());
  if (!answer.servable()) {
    json.Field("error_kind", NameOf(answer.error_kind())).Field("error", answer.error_message());
  }
  json.Key("steps").BeginArray();
  for (const auto& step : answer.steps()) {
    WriteReasonFields(json.BeginObject(), step.reason()).Field("decided", step.decided()).EndObject();
  }
  json.EndArray();
  if (answer.has_route()) WriteRoute(json.Key("route"), answer.route());
  json.Key("targets").BeginArray();
  for (const auto& target : answer.targets()) {
    json.BeginObject().Field("provider", target.provider()).Field("family", NameOf(target.family()));
    json.Field("model", target.model()).EndObject();
  }
  json.EndArray().Key("accounts").BeginArray();
  for (const auto& candidate : answer.candidates()) {
    json.BeginObject().Field("id", candidate.account_id()).Field("label", candidate.account_label());
    json.Field("model", candidate.model()).Field("eligible", candidate.eligible());
    if (candidate.rank() > 0) {
      json.Field("rank", candidate.rank()).Field("rank_reason", candidate.rank_reason().code());
    }
    if (!candidate.eligible()) json.Field("reason", NameOf(candidate.reject_reason()));
    if (candidate.has_available_time()) json.Field("until", Rfc3339(candidate.available_time()));
    json.EndObject();
  }
  Print(json.EndArray().EndObject().text() + "\n");
}

// Those that could serve in the order in which they are asked, then the others.
void PrintCandidates(const v1::ExplainModelResponse& answer) {
  std::map<int, std::vector<const v1::AccountCandidate*>> by_rank;
  for (const auto& candidate : answer.candidates()) {
    by_rank[candidate.rank() > 0 ? candidate.rank() : std::numeric_limits<int>::max()].push_back(&candidate);
  }
  Table table({{"RANK"}, {"ACCOUNT"}, {"MODEL"}, {"NOW"}});
  for (const auto& [rank, candidates] : by_rank) {
    for (const v1::AccountCandidate* candidate : candidates) {
      std::string now = candidate->eligible() ? "could serve it" : Spoken(NameOf(candidate->reject_reason()));
      if (candidate->has_rank_reason()) absl::StrAppend(&now, ": ", Sentence(candidate->rank_reason()));
      if (candidate->has_available_time()) absl::StrAppend(&now, ", back ", Ago(candidate->available_time()));
      const std::string number = candidate->rank() > 0 ? absl::StrCat(candidate->rank()) : "-";
      table.AddRow({number, candidate->account_label(), candidate->model(), now});
    }
  }
  if (!table.empty()) Print("\n" + table.ToText());
}

absl::Status Explain(Session& session, const v1::ExplainModelRequest& request) {
  const auto answer = session.client().ExplainModel(request);
  if (!answer.ok()) return answer.status();
  if (session.json) {
    PrintExplanationJson(*answer);
    return absl::OkStatus();
  }
  for (const auto& step : answer->steps()) {
    Print(absl::StrCat(step.decided() ? "→ " : "  ", Sentence(step.reason()), "\n"));
  }
  bool first = true;
  for (const auto& target : answer->targets()) {
    const std::string where =
        target.provider().empty() ? absl::StrCat("any account of ", NameOf(target.family())) : target.provider();
    Print(absl::StrCat(first ? "goes to " : "then to ", where, " as ", target.model(), "\n"));
    first = false;
  }
  PrintCandidates(*answer);
  if (!answer->servable()) Print(absl::StrCat("\nNobody serves it: ", answer->error_message(), "\n"));
  return absl::OkStatus();
}

// --when: `set` puts the condition where it belongs.
void AddWhen(CLI::App& app, std::string help, std::function<void(v1::RouteCondition)> set) {
  app.add_option_function<std::string>(
         "--when", [set = std::move(set)](const std::string&) { set(v1::ROUTE_CONDITION_BACKGROUND); }, std::move(help))
      ->check(CLI::IsMember({"background"}));
}

void AddReasoning(CLI::App& app, const std::shared_ptr<v1::Route>& route) {
  app.add_option_function<std::string>(
         "--effort", [route](const std::string& effort) { route->mutable_options()->set_reasoning_effort(effort); },
         "How much its requests reason, whatever their clients ask for")
      ->check(CLI::IsMember({"none", "minimal", "low", "medium", "high", "xhigh", "max"}));
  app.add_option_function<std::int64_t>(
         "--thinking-budget", [route](std::int64_t tokens) { route->mutable_options()->set_thinking_budget(tokens); },
         "The same in tokens, for models that take a budget; 0 = do not think")
      ->check(CLI::NonNegativeNumber);
}

void AddSet(CLI::App& routes, Session& session) {
  auto* app = routes.add_subcommand("set", "Send a model name, or all that match a pattern, somewhere");
  auto route = std::make_shared<v1::Route>();  // shared here and below: the options and the command
  app->add_option("--match", *route->mutable_pattern(),
                  "A model name, a pattern with '*' and '?', or a regular expression with '~' before it")
      ->required();
  app->add_option("--provider", *route->mutable_provider(), "The provider that shall serve it");
  app->add_option("--model", *route->mutable_model(), "The model to ask that provider for");
  app->add_option_function<std::vector<std::string>>(
         "--then",
         [route](const std::vector<std::string>& places) {
           for (const auto& place : places) *route->add_fallbacks() = ParseFallback(place);
         },
         "PROVIDER:MODEL to ask when nobody before can serve it; again for a longer chain")
      ->allow_extra_args(false);
  AddWhen(*app, "Only for the tasks that a client does by itself: titles, topics, summaries",
          [route](v1::RouteCondition condition) { route->set_condition(condition); });
  AddReasoning(*app, route);
  app->callback([&session, route] { session.command = [&session, route] { return Set(session, *route); }; });
}

void AddMove(CLI::App& routes, Session& session) {
  auto* app = routes.add_subcommand("move", "Change the order of the routes");
  auto request = std::make_shared<v1::MoveRouteRequest>();
  app->add_option("PATTERN", *request->mutable_pattern(), "The pattern as `routes list` shows it")->required();
  AddPlaceOptions(*app, "OTHER", [request](v1::Place place, const std::string& anchor) {
    request->set_place(place);
    request->set_anchor_pattern(anchor);
  });
  AddWhen(*app, "The route of background tasks", [request](auto condition) { request->set_condition(condition); });
  app->add_option_function<std::string>(
         "--anchor-when",
         [request](const std::string&) { request->set_anchor_condition(v1::ROUTE_CONDITION_BACKGROUND); },
         "OTHER is the route of background tasks")
      ->check(CLI::IsMember({"background"}));
  app->callback([&session, request] { session.command = [&session, request] { return Move(session, *request); }; });
}

void AddPreset(CLI::App& routes, Session& session) {
  auto* app = routes.add_subcommand("preset", "Serve the models that a client asks for by itself");
  auto request = std::make_shared<v1::ApplyRoutePresetRequest>();
  app->add_option("NAME", *request->mutable_preset(), "claude-code, codex or gemini-cli")->required();
  app->add_option("--provider", *request->mutable_provider(), "The provider that shall serve them")->required();
  app->add_flag_callback(
      "--replace", [request] { request->set_replace(true); }, "Also routes of these names that you have set yourself");
  app->add_flag_callback(
      "--dry-run", [request] { request->set_validate_only(true); },
      "Show the routes and what they replace; write none");
  app->callback(
      [&session, request] { session.command = [&session, request] { return ApplyPreset(session, *request); }; });
}

void AddExplain(CLI::App& routes, Session& session) {
  auto* app = routes.add_subcommand("explain", "Tell where a request for a model would go, and why");
  auto request = std::make_shared<v1::ExplainModelRequest>();
  app->add_option("MODEL", *request->mutable_model(), "The model name as a client sends it")->required();
  app->add_option_function<std::string>(
         "--client",
         [request](const std::string& name) {
           request->set_client_family(static_cast<v1::Family>(EnumValue(*v1::Family_descriptor(), name)));
         },
         "The API that the client speaks")
      ->check(CLI::IsMember({"openai", "anthropic", "gemini"}));
  AddWhen(*app, "Of a request that is a background task", [request](auto kind) { request->set_kind(kind); });
  app->callback([&session, request] { session.command = [&session, request] { return Explain(session, *request); }; });
}

}  // namespace

void AddRoutes(CLI::App& app, Session& session) {
  auto* routes = app.add_subcommand("routes", "Which model name goes where");
  routes->require_subcommand(1)->fallthrough();
  AddSet(*routes, session);
  AddMove(*routes, session);
  AddPreset(*routes, session);
  routes->add_subcommand("list", "List all routes")->callback([&session] {
    session.command = [&session] { return List(session); };
  });
  auto* remove = routes->add_subcommand("remove", "Remove one route");
  auto request = std::make_shared<v1::DeleteRouteRequest>();
  remove->add_option("PATTERN", *request->mutable_pattern(), "The pattern as `routes list` shows it")->required();
  AddWhen(*remove, "The route of background tasks", [request](auto condition) { request->set_condition(condition); });
  remove->callback(
      [&session, request] { session.command = [&session, request] { return Remove(session, *request); }; });
  routes->add_subcommand("clear", "Remove all routes")->callback([&session] {
    session.command = [&session] { return Clear(session); };
  });
  AddExplain(*routes, session);
  for (auto* subcommand : routes->get_subcommands({})) subcommand->fallthrough();
}

}  // namespace ag::cli
