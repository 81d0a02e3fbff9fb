#include "gui/demo/demo_gateway.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

#include "gui/demo/demo_account_data.h"

namespace ag::gui {
namespace {

using grpc::Status;
using grpc::StatusCode;

bool Same(const v1::Route& route, const std::string& pattern, v1::RouteCondition condition) {
  return route.pattern() == pattern && route.condition() == condition;
}

v1::Route MakeRoute(const char* pattern, const char* provider, const char* model, const char* origin) {
  v1::Route route;
  route.set_pattern(pattern);
  route.set_provider(provider);
  route.set_model(model);
  route.set_origin(origin);
  return route;
}

// As the daemon shows it.
v1::Route Shown(v1::Route route) {
  route.clear_etag();
  route.set_etag(absl::StrCat(std::hash<std::string>()(route.SerializeAsString())));
  return route;
}

Status Changed() { return {StatusCode::ABORTED, "the route was changed by somebody else meanwhile"}; }
Status Taken() { return {StatusCode::ALREADY_EXISTS, "there is such a route already"}; }
Status Missing() { return {StatusCode::NOT_FOUND, "there is no such route"}; }

// As the daemon checks it: by its id, not by the name that people read.
Status CheckProvider(const std::string& name) {
  if (name.empty() || FindDemoProvider(name) != nullptr) return Status::OK;
  return {StatusCode::INVALID_ARGUMENT, absl::StrCat("there is no provider \"", name, "\"")};
}

}  // namespace

DemoGateway::DemoGateway(std::string version, int proxy_port, std::string folder,
                         std::function<std::int64_t()> requests)
    : version_(std::move(version)),
      proxy_port_(proxy_port),
      folder_(std::move(folder)),
      requests_(std::move(requests)) {
  v1::Route titles = MakeRoute("claude-*", "gemini", "gemini-3-flash", "user");
  titles.set_condition(v1::ROUTE_CONDITION_BACKGROUND);
  titles.mutable_options()->set_thinking_budget(0);
  routes_ = {titles, MakeRoute("fast", "deepseek", "deepseek-chat", "user"),
             MakeRoute("claude-haiku-*", "gemini", "gemini-3-flash", "claude-code"),
             MakeRoute("~^gpt-5(-mini)?$", "openai", "", "user")};
  auto& fallback = *routes_.back().add_fallbacks();
  fallback.set_provider("anthropic");
  fallback.set_model("claude-sonnet-5");
}

void DemoGateway::Hang(bool on) {
  {
    const std::lock_guard lock(mutex_);
    hangs_ = on;
  }
  turn_.notify_all();
}

void DemoGateway::AwaitTurn(const grpc::ServerContext& context) {
  constexpr std::chrono::milliseconds kLook{20};  // whether the caller is gone
  std::unique_lock lock(mutex_);
  while (hangs_ && !context.IsCancelled()) turn_.wait_for(lock, kLook);
}

void DemoGateway::SetSandbox(const std::string& url) {
  const std::lock_guard lock(mutex_);
  sandbox_url_ = url;
}

void DemoGateway::OpenToTheNetwork(bool on) {
  const std::lock_guard lock(mutex_);
  lan_ = on;
}

bool DemoGateway::ProxyListens() {
  const std::lock_guard lock(mutex_);
  return running_;
}

void DemoGateway::Reborn() {
  const std::lock_guard lock(mutex_);
  ++births_;
}

Status DemoGateway::GetServerInfo(grpc::ServerContext* context, const v1::GetServerInfoRequest* /*request*/,
                                  v1::GetServerInfoResponse* response) {
  AwaitTurn(*context);
  const std::lock_guard lock(mutex_);
  response->set_version(version_);
  response->set_api_revision(5);
  response->set_instance(absl::StrCat("demo-", births_));
  response->set_pid(::getpid());
  response->set_sandbox_url(sandbox_url_);
  if (folder_.empty()) {
    response->set_data_dir("(demo)");
    return Status::OK;
  }
  response->set_data_dir(folder_);
  response->set_program("/usr/bin/gatewayd");
  response->set_config_file(folder_ + "/config.json");
  response->set_log_target(v1::LOG_TARGET_FILE);
  response->set_log_file(folder_ + "/gatewayd.log");
  return Status::OK;
}

void DemoGateway::Fill(v1::ProxyStatus& status) {
  status.set_running(running_);
  status.set_port(proxy_port_);
  if (running_) {
    status.add_addresses(absl::StrCat(lan_ ? "0.0.0.0:" : "127.0.0.1:", proxy_port_));
    status.add_addresses(absl::StrCat(lan_ ? "[::]:" : "[::1]:", proxy_port_));
  }
  status.set_request_count(requests_());
}

Status DemoGateway::GetProxyStatus(grpc::ServerContext* context, const v1::GetProxyStatusRequest* /*request*/,
                                   v1::GetProxyStatusResponse* response) {
  AwaitTurn(*context);
  const std::lock_guard lock(mutex_);
  Fill(*response->mutable_status());
  return Status::OK;
}

Status DemoGateway::StartProxy(grpc::ServerContext* /*context*/, const v1::StartProxyRequest* /*request*/,
                               v1::StartProxyResponse* response) {
  const std::lock_guard lock(mutex_);
  running_ = true;
  Fill(*response->mutable_status());
  return Status::OK;
}

Status DemoGateway::StopProxy(grpc::ServerContext* /*context*/, const v1::StopProxyRequest* /*request*/,
                              v1::StopProxyResponse* response) {
  const std::lock_guard lock(mutex_);
  running_ = false;
  Fill(*response->mutable_status());
  return Status::OK;
}

Status DemoGateway::GetPrimaryKey(grpc::ServerContext* /*context*/, const v1::GetPrimaryKeyRequest* /*request*/,
                                  v1::GetPrimaryKeyResponse* response) {
  const std::lock_guard lock(mutex_);
  response->set_key(key_);
  return Status::OK;
}

Status DemoGateway::SetPrimaryKey(grpc::ServerContext* /*context*/, const v1::SetPrimaryKeyRequest* request,
                                  v1::SetPrimaryKeyResponse* /*response*/) {
  const std::lock_guard lock(mutex_);
  key_ = request->key();
  return Status::OK;
}

std::string DemoGateway::PrimaryKey() {
  const std::lock_guard lock(mutex_);
  return key_;
}

void DemoGateway::UsePrimaryKey(const std::string& key) {
  const std::lock_guard lock(mutex_);
  key_ = key;
}

Status DemoGateway::ListRoutes(grpc::ServerContext* /*context*/, const v1::ListRoutesRequest* /*request*/,
                               v1::ListRoutesResponse* response) {
  const std::lock_guard lock(mutex_);
  for (const v1::Route& route : routes_) *response->add_routes() = Shown(route);
  return Status::OK;
}

std::vector<v1::Route>::iterator DemoGateway::RouteOf(const std::string& pattern, v1::RouteCondition condition) {
  return std::ranges::find_if(routes_, [&](const v1::Route& route) { return Same(route, pattern, condition); });
}

Status DemoGateway::SetRoute(grpc::ServerContext* /*context*/, const v1::SetRouteRequest* request,
                             v1::SetRouteResponse* response) {
  const std::lock_guard lock(mutex_);
  if (request->route().pattern().empty()) return {StatusCode::INVALID_ARGUMENT, "a route needs a pattern"};
  if (const Status known = CheckProvider(request->route().provider()); !known.ok()) return known;
  for (const v1::RouteFallback& fallback : request->route().fallbacks()) {
    if (const Status known = CheckProvider(fallback.provider()); !known.ok()) return known;
  }
  v1::Route route = request->route();
  route.set_origin("user");
  route.clear_etag();
  const auto taken = RouteOf(route.pattern(), route.condition());
  auto based_on = taken;
  if (request->has_in_place_of()) {
    based_on = RouteOf(request->in_place_of().pattern(), request->in_place_of().condition());
  }
  if (request->only_new() && taken != routes_.end() && (taken != based_on || !request->has_in_place_of()))
    return Taken();
  if (based_on == routes_.end()) {
    if (request->has_in_place_of()) return Missing();
    routes_.push_back(route);
  } else {
    const std::string& etag = request->route().etag();
    if (!etag.empty() && etag != Shown(*based_on).etag()) return Changed();
    *based_on = route;
    if (taken != based_on && taken != routes_.end()) routes_.erase(taken);
  }
  *response->mutable_route() = Shown(route);
  return Status::OK;
}

Status DemoGateway::MoveRoute(grpc::ServerContext* /*context*/, const v1::MoveRouteRequest* request,
                              v1::MoveRouteResponse* response) {
  const std::lock_guard lock(mutex_);
  const auto found = RouteOf(request->pattern(), request->condition());
  if (found == routes_.end()) return Missing();
  const v1::Route route = *found;
  routes_.erase(found);
  routes_.insert(request->place() == v1::PLACE_BEFORE ? RouteOf(request->anchor_pattern(), request->anchor_condition())
                                                      : routes_.end(),
                 route);
  for (const v1::Route& each : routes_) *response->add_routes() = Shown(each);
  return Status::OK;
}

Status DemoGateway::DeleteRoute(grpc::ServerContext* /*context*/, const v1::DeleteRouteRequest* request,
                                v1::DeleteRouteResponse* /*response*/) {
  const std::lock_guard lock(mutex_);
  const auto found = RouteOf(request->pattern(), request->condition());
  if (found == routes_.end()) return Missing();
  if (!request->etag().empty() && request->etag() != Shown(*found).etag()) return Changed();
  routes_.erase(found);
  return Status::OK;
}

Status DemoGateway::ApplyRoutePreset(grpc::ServerContext* /*context*/, const v1::ApplyRoutePresetRequest* request,
                                     v1::ApplyRoutePresetResponse* response) {
  if (const Status known = CheckProvider(request->provider()); !known.ok()) return known;
  const std::lock_guard lock(mutex_);
  std::vector<v1::Route> routes = routes_;
  for (const char* pattern : {"claude-opus-*", "claude-sonnet-*"}) {
    v1::Route route = MakeRoute(pattern, request->provider().c_str(), "gemini-3-pro", request->preset().c_str());
    const auto other = RouteOf(pattern, v1::ROUTE_CONDITION_UNSPECIFIED);
    if (other != routes_.end() && other->origin() != route.origin()) *response->add_replaced_routes() = Shown(*other);
    std::erase_if(routes, [&route](const v1::Route& one) { return Same(one, route.pattern(), route.condition()); });
    routes.push_back(route);
    *response->add_routes() = Shown(route);
  }
  if (request->validate_only()) return Status::OK;
  if (!request->replace() && !response->replaced_routes().empty()) return Taken();
  routes_ = std::move(routes);
  return Status::OK;
}

Status DemoGateway::ListRoutePresets(grpc::ServerContext* /*context*/, const v1::ListRoutePresetsRequest* request,
                                     v1::ListRoutePresetsResponse* response) {
  for (const auto& [name, provider] :
       {std::pair{"claude-code", "anthropic"}, {"codex", "openai"}, {"gemini-cli", "gemini"}}) {
    auto& preset = *response->add_presets();
    preset.set_name(name);
    preset.set_offered(!request->provider().empty() && request->provider() != provider);
  }
  return Status::OK;
}

Status DemoGateway::ExplainModel(grpc::ServerContext* /*context*/, const v1::ExplainModelRequest* request,
                                 v1::ExplainModelResponse* response) {
  const std::lock_guard lock(mutex_);
  const bool known = absl::StartsWith(request->model(), "gpt-5") || absl::StartsWith(request->model(), "claude-") ||
                     absl::StartsWith(request->model(), "gemini-") || request->model() == "fast";
  response->set_servable(known);
  if (!known) {
    response->set_error_kind(v1::ERROR_KIND_MODEL_NOT_FOUND);
    response->set_error_message(
        absl::StrCat("no account serves \"", request->model(), "\"; did you mean \"gpt-5.2\"?"));
    return Status::OK;
  }
  auto& step = *response->add_steps();
  step.mutable_reason()->set_code("model_prefix");
  step.set_decided(true);
  const auto add = [&](const char* label, bool eligible, v1::RejectReason reason) {
    auto& candidate = *response->add_candidates();
    candidate.set_account_label(label);
    candidate.set_model(request->model());
    candidate.set_eligible(eligible);
    candidate.set_reject_reason(reason);
  };
  add("team-openai", true, v1::REJECT_REASON_UNSPECIFIED);
  auto& first = *response->mutable_candidates(0);
  first.set_rank(1);
  first.mutable_rank_reason()->set_code("only_of_priority");
  add("spare-openai", false, v1::REJECT_REASON_COOLING);
  add("home-gemini", false, v1::REJECT_REASON_OTHER_PROVIDER);
  return Status::OK;
}

}  // namespace ag::gui
