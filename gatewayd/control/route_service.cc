#include "gatewayd/control/route_service.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/control/paging.h"
#include "gatewayd/control/proto_convert.h"
#include "gatewayd/control/rpc_bridge.h"
#include "gatewayd/pool/model_list.h"
#include "gatewayd/pool/scheduler.h"

namespace ag::control {
namespace {

// What the accounts of a provider list together.
std::vector<std::string> ModelsOf(const pool::PoolSnapshot& snapshot, const std::string& provider) {
  std::set<std::string> models;
  for (const auto& pooled : snapshot.accounts) {
    if (pooled.account.preset == provider) models.insert(pooled.account.models.begin(), pooled.account.models.end());
  }
  return {models.begin(), models.end()};
}

// A model that no account of its provider may serve is probably misspelt, but may also be one that is not listed.
std::optional<Reason> DoubtAbout(const pool::PoolSnapshot& snapshot, const routing::Destination& destination) {
  if (destination.preset.empty() || destination.model.empty()) return std::nullopt;
  const auto models = ModelsOf(snapshot, destination.preset);
  if (models.empty()) return std::nullopt;
  if (pool::ModelList(models).Answers(destination.model)) return std::nullopt;
  Reason reason{"model_not_listed", {{"provider", destination.preset}, {"model", destination.model}}};
  const auto near = catalog::Catalog::Suggest(destination.model, models);
  if (!near.empty()) reason.args.emplace_back("did_you_mean", absl::StrJoin(near, " or "));
  return reason;
}

Family FamilyOfRequest(const v1::ExplainModelRequest& request) {
  switch (request.client_family()) {
    case v1::FAMILY_ANTHROPIC:
      return Family::kAnthropic;
    case v1::FAMILY_GEMINI:
      return Family::kGemini;
    default:
      return Family::kOpenAi;
  }
}

// Dialects that a text request of the family can be written in, its own first.
pool::DialectList DialectsFor(Family family) {
  switch (family) {
    case Family::kAnthropic:
      return {Dialect::kMessages, Dialect::kChat, Dialect::kGemini, Dialect::kResponses};
    case Family::kGemini:
      return {Dialect::kGemini, Dialect::kChat, Dialect::kMessages, Dialect::kResponses};
    case Family::kOpenAi:
      return {Dialect::kChat, Dialect::kResponses, Dialect::kMessages, Dialect::kGemini};
  }
  return {};
}

}  // namespace

absl::StatusOr<v1::ListRoutesResponse> RouteService::List(const v1::ListRoutesRequest& request) const {
  const auto& routes = on_.routes.routes();
  AG_ASSIGN_OR_RETURN(const Page page, PageOf(request.page_size(), request.page_token(), routes.size()));
  v1::ListRoutesResponse response;
  for (std::size_t i = page.begin; i < page.end; ++i) *response.add_routes() = ToProto(routes[i]);
  response.set_next_page_token(page.next_token);
  return response;
}

absl::StatusOr<v1::SetRouteResponse> RouteService::Set(const v1::SetRouteRequest& request) const {
  routing::SetOptions options{request.only_new(), request.route().etag(), std::nullopt};
  if (request.has_in_place_of()) {
    options.in_place = {request.in_place_of().pattern(), FromProto(request.in_place_of().condition())};
  }
  AG_ASSIGN_OR_RETURN(const routing::Route stored, on_.routes.Set(FromProto(request.route()), options));
  on_.proxy.OnRoutesChanged();
  v1::SetRouteResponse response;
  *response.mutable_route() = ToProto(stored);
  const auto snapshot = on_.pool.snapshot();
  for (const routing::Destination& destination : stored.destinations) {
    if (auto warning = DoubtAbout(*snapshot, destination)) *response.add_warnings() = ToProto(*warning);
  }
  return response;
}

absl::StatusOr<v1::MoveRouteResponse> RouteService::Move(const v1::MoveRouteRequest& request) const {
  AG_ASSIGN_OR_RETURN(const Place place, FromProto(request.place()));
  const routing::RouteKey moved{request.pattern(), FromProto(request.condition())};
  const routing::RouteKey anchor{request.anchor_pattern(), FromProto(request.anchor_condition())};
  AG_RETURN_IF_ERROR(on_.routes.Move(moved, place, anchor));
  on_.proxy.OnRoutesChanged();
  v1::MoveRouteResponse response;
  for (const auto& route : on_.routes.routes()) *response.add_routes() = ToProto(route);
  return response;
}

absl::StatusOr<v1::ApplyRoutePresetResponse> RouteService::ApplyPreset(
    const v1::ApplyRoutePresetRequest& request) const {
  const auto models = ModelsOf(*on_.pool.snapshot(), request.provider());
  const auto preset = request.validate_only()
                          ? on_.routes.PlanPreset(request.preset(), request.provider(), models)
                          : on_.routes.ApplyPreset(request.preset(), request.provider(), models, request.replace());
  AG_RETURN_IF_ERROR(preset.status());
  if (!request.validate_only()) on_.proxy.OnRoutesChanged();
  v1::ApplyRoutePresetResponse response;
  for (const auto& route : preset->routes) *response.add_routes() = ToProto(route);
  for (const auto& route : preset->replaced) *response.add_replaced_routes() = ToProto(route);
  return response;
}

absl::StatusOr<v1::ExplainModelResponse> RouteService::Explain(const v1::ExplainModelRequest& request) const {
  if (request.model().empty()) return FieldError(ErrorKind::kInvalidRequest, "model", "the model name is missing");
  const Family client = FamilyOfRequest(request);
  const auto kind = request.kind() == v1::ROUTE_CONDITION_BACKGROUND ? routing::RequestKind::kBackground
                                                                     : routing::RequestKind::kNormal;
  const auto router = on_.proxy.Router();
  v1::ExplainModelResponse response;
  for (const auto& step : router->Explain(request.model(), client, kind)) {
    auto& out = *response.add_steps();
    *out.mutable_reason() = ToProto(step.reason);
    out.set_decided(step.decided);
  }
  const auto routing = router->Resolve(request.model(), client, kind);
  if (!routing.ok()) {
    response.set_error_kind(ToProto(KindOf(routing.status())));
    response.set_error_message(std::string(ToStd(routing.status().message())));
    return response;
  }
  if (routing->route != nullptr) *response.mutable_route() = ToProto(*routing->route);
  pool::RequestTraits traits;
  traits.dialects = DialectsFor(client);
  traits.policy = on_.proxy.Picking();
  for (const auto& target : routing->targets) {
    *response.add_targets() = ToProto(target);
    traits.candidates.push_back({target.preset, target.family, target.model});
  }
  const auto snapshot = on_.pool.snapshot();
  std::array<int, pool::kRejectReasonCount> rejected{};
  for (const auto& candidate : pool::Scheduler::Explain(*snapshot, traits, on_.control.clock().Now())) {
    *response.add_candidates() = ToProto(candidate);
    if (candidate.eligible) response.set_servable(true);
    if (candidate.reason) ++rejected[static_cast<std::size_t>(*candidate.reason)];
  }
  if (!response.servable()) {
    const ErrorKind told = pool::ErrorWhenNobody(rejected);
    std::string message = "the name has a place to go, but no account there can serve it now";
    if (told == ErrorKind::kNoAccount && rejected[static_cast<std::size_t>(pool::RejectReason::kModelNotListed)] > 0) {
      const std::string meant = router->DidYouMean(request.model(), routing->targets);
      if (!meant.empty()) absl::StrAppend(&message, ".", meant);
    }
    response.set_error_kind(ToProto(told));
    response.set_error_message(std::move(message));
  }
  return response;
}

grpc::ServerUnaryReactor* RouteService::ListRoutes(grpc::CallbackServerContext* context,
                                                   const v1::ListRoutesRequest* request,
                                                   v1::ListRoutesResponse* response) {
  return AnswerOnControl(on_.control, context, request, response, [this](const auto& wanted) { return List(wanted); });
}

grpc::ServerUnaryReactor* RouteService::SetRoute(grpc::CallbackServerContext* context,
                                                 const v1::SetRouteRequest* request, v1::SetRouteResponse* response) {
  return AnswerOnControl(on_.control, context, request, response, [this](const auto& wanted) { return Set(wanted); });
}

grpc::ServerUnaryReactor* RouteService::MoveRoute(grpc::CallbackServerContext* context,
                                                  const v1::MoveRouteRequest* request,
                                                  v1::MoveRouteResponse* response) {
  return AnswerOnControl(on_.control, context, request, response, [this](const auto& wanted) { return Move(wanted); });
}

grpc::ServerUnaryReactor* RouteService::DeleteRoute(grpc::CallbackServerContext* context,
                                                    const v1::DeleteRouteRequest* request,
                                                    v1::DeleteRouteResponse* response) {
  return AnswerOnControl(
      on_.control, context, request, response, [this](const auto& wanted) -> absl::StatusOr<v1::DeleteRouteResponse> {
        AG_RETURN_IF_ERROR(on_.routes.Remove({wanted.pattern(), FromProto(wanted.condition())}, wanted.etag()));
        on_.proxy.OnRoutesChanged();
        return v1::DeleteRouteResponse();
      });
}

grpc::ServerUnaryReactor* RouteService::ClearRoutes(grpc::CallbackServerContext* context,
                                                    const v1::ClearRoutesRequest* request,
                                                    v1::ClearRoutesResponse* response) {
  return AnswerOnControl(on_.control, context, request, response,
                         [this](const auto&) -> absl::StatusOr<v1::ClearRoutesResponse> {
                           AG_ASSIGN_OR_RETURN(const int removed, on_.routes.Clear());
                           on_.proxy.OnRoutesChanged();
                           v1::ClearRoutesResponse answer;
                           answer.set_removed_count(removed);
                           return answer;
                         });
}

grpc::ServerUnaryReactor* RouteService::ApplyRoutePreset(grpc::CallbackServerContext* context,
                                                         const v1::ApplyRoutePresetRequest* request,
                                                         v1::ApplyRoutePresetResponse* response) {
  return AnswerOnControl(on_.control, context, request, response,
                         [this](const auto& wanted) { return ApplyPreset(wanted); });
}

grpc::ServerUnaryReactor* RouteService::ListRoutePresets(grpc::CallbackServerContext* context,
                                                         const v1::ListRoutePresetsRequest* request,
                                                         v1::ListRoutePresetsResponse* response) {
  return AnswerOnControl(on_.control, context, request, response,
                         [this](const auto& wanted) -> absl::StatusOr<v1::ListRoutePresetsResponse> {
                           std::vector<std::string> offered;
                           if (!wanted.provider().empty()) {
                             offered = routing::PresetsToOffer(wanted.provider(), on_.catalog);
                           }
                           v1::ListRoutePresetsResponse answer;
                           for (const auto& name : routing::FamilyPresetNames()) {
                             auto& preset = *answer.add_presets();
                             preset.set_name(name);
                             preset.set_offered(std::ranges::find(offered, name) != offered.end());
                           }
                           return answer;
                         });
}

grpc::ServerUnaryReactor* RouteService::ExplainModel(grpc::CallbackServerContext* context,
                                                     const v1::ExplainModelRequest* request,
                                                     v1::ExplainModelResponse* response) {
  return AnswerOnControl(on_.control, context, request, response,
                         [this](const auto& wanted) { return Explain(wanted); });
}

}  // namespace ag::control
