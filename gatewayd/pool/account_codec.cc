#include "gatewayd/pool/account_codec.h"

#include <absl/strings/str_cat.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"

namespace ag::pool {
namespace {

constexpr std::array<std::string_view, 4> kAuthStyles{"bearer", "x_api_key", "x_goog_api_key", "none"};

std::optional<catalog::AuthStyle> AuthFromName(std::string_view name) {
  for (std::size_t i = 0; i < kAuthStyles.size(); ++i) {
    if (kAuthStyles[i] == name) return static_cast<catalog::AuthStyle>(i);
  }
  return std::nullopt;
}

absl::Status Unreadable(std::string_view what) {
  return MakeError(ErrorKind::kInvalidRequest, absl::StrCat("the stored ", ToAbsl(what), " cannot be read"));
}

// An empty column stands for the empty value: a row of an older version.
std::string_view OrEmpty(std::string_view json, std::string_view empty) { return json.empty() ? empty : json; }

std::string_view TextOf(const json::Value& object, std::string_view key) {
  const json::Value* value = object.Find(key);
  return value == nullptr ? std::string_view() : value->str();
}

std::int64_t IntOf(const json::Value& object, std::string_view key) {
  const json::Value* value = object.Find(key);
  return value == nullptr ? 0 : value->AsInt().value_or(0);
}

// The members of a reason, into an open object.
void WriteReason(json::Writer& writer, const Reason& reason) {
  writer.Field("code", reason.code).Key("args").BeginArray();
  for (const auto& [name, value] : reason.args) writer.BeginArray().String(name).String(value).EndArray();
  writer.EndArray();
}

bool BoolOf(const json::Value& object, std::string_view key, bool fallback) {
  const json::Value* value = object.Find(key);
  return value == nullptr ? fallback : value->AsBool(fallback);
}

}  // namespace

std::string EndpointsToJson(const Endpoints& endpoints) {
  std::string out;
  json::Writer writer(out);
  writer.BeginObject();
  for (const auto& [dialect, endpoint] : endpoints) {
    writer.Key(NameOf(dialect)).BeginObject().Field("base_url", endpoint.base_url);
    writer.Field("auth", kAuthStyles[static_cast<std::size_t>(endpoint.auth)]).EndObject();
  }
  writer.EndObject();
  return out;
}

absl::StatusOr<Endpoints> EndpointsFromJson(std::string_view json) {
  Arena arena;
  AG_ASSIGN_OR_RETURN(const json::Value* root, json::Parse(OrEmpty(json, "{}"), arena));
  if (!root->is_object()) return Unreadable("endpoints");
  Endpoints endpoints;
  for (const json::Member& member : root->members()) {
    const auto dialect = DialectFromName(member.key);
    if (!dialect) continue;
    const std::string_view base_url = TextOf(member.value, "base_url");
    const auto auth = AuthFromName(TextOf(member.value, "auth"));
    if (base_url.empty() || !auth) return Unreadable("endpoints");
    endpoints[*dialect] = AccountEndpoint{std::string(base_url), *auth};
  }
  return endpoints;
}

std::string QuirksToJson(const catalog::ChatQuirks& quirks) {
  std::string out;
  json::Writer writer(out);
  writer.BeginObject();
  writer.Field("max_completion_tokens", quirks.max_completion_tokens).Field("developer_role", quirks.developer_role);
  writer.Field("stream_usage", quirks.stream_usage).Field("reasoning_content_back", quirks.reasoning_content_back);
  writer.Field("openai_service", quirks.openai_service).Field("json_schema", quirks.json_schema);
  writer.Field("json_object", quirks.json_object).Field("text_parts", quirks.text_parts);
  writer.Field("thinking_switch", quirks.thinking_switch);
  writer.Field("vertex", quirks.vertex);
  writer.EndObject();
  return out;
}

absl::StatusOr<catalog::ChatQuirks> QuirksFromJson(std::string_view json) {
  Arena arena;
  AG_ASSIGN_OR_RETURN(const json::Value* root, json::Parse(OrEmpty(json, "{}"), arena));
  if (!root->is_object()) return Unreadable("quirks");
  catalog::ChatQuirks quirks;
  quirks.max_completion_tokens = BoolOf(*root, "max_completion_tokens", quirks.max_completion_tokens);
  quirks.developer_role = BoolOf(*root, "developer_role", quirks.developer_role);
  quirks.stream_usage = BoolOf(*root, "stream_usage", quirks.stream_usage);
  quirks.reasoning_content_back = BoolOf(*root, "reasoning_content_back", quirks.reasoning_content_back);
  quirks.openai_service = BoolOf(*root, "openai_service", quirks.openai_service);
  quirks.json_schema = BoolOf(*root, "json_schema", quirks.json_schema);
  quirks.json_object = BoolOf(*root, "json_object", quirks.json_object);
  quirks.text_parts = BoolOf(*root, "text_parts", quirks.text_parts);
  quirks.thinking_switch = BoolOf(*root, "thinking_switch", quirks.thinking_switch);
  quirks.vertex = BoolOf(*root, "vertex", quirks.vertex);
  return quirks;
}

std::string ModelsToJson(const std::vector<std::string>& models) {
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  for (const std::string& model : models) writer.String(model);
  writer.EndArray();
  return out;
}

absl::StatusOr<std::vector<std::string>> ModelsFromJson(std::string_view json) {
  Arena arena;
  AG_ASSIGN_OR_RETURN(const json::Value* root, json::Parse(OrEmpty(json, "[]"), arena));
  if (!root->is_array()) return Unreadable("models");
  std::vector<std::string> models;
  for (const json::Value& item : root->items()) {
    if (!item.is_string()) return Unreadable("models");
    models.emplace_back(item.str());
  }
  return models;
}

std::string ReasonToJson(const Reason& reason) {
  std::string out;
  json::Writer writer(out);
  writer.BeginObject();
  WriteReason(writer, reason);
  writer.EndObject();
  return out;
}

absl::StatusOr<Reason> ReasonFromJson(std::string_view json) {
  Arena arena;
  AG_ASSIGN_OR_RETURN(const json::Value* root, json::Parse(OrEmpty(json, "{}"), arena));
  if (!root->is_object()) return Unreadable("reason");
  Reason reason;
  reason.code = std::string(TextOf(*root, "code"));
  const json::Value* args = root->Find("args");
  if (args == nullptr) return reason;
  for (const json::Value& pair : args->items()) {
    if (pair.items().size() != 2) return Unreadable("reason");
    reason.args.emplace_back(pair.items()[0].str(), pair.items()[1].str());
  }
  return reason;
}

std::string StateToJson(const StoredState& state) {
  std::string out;
  json::Writer writer(out);
  writer.BeginObject();
  WriteReason(writer, state.reason);
  if (state.until != WallTime{}) writer.Field("until_ms", std::int64_t{state.until.time_since_epoch().count()});
  if (state.refusals > 0) writer.Field("refusals", std::int64_t{state.refusals});
  writer.EndObject();
  return out;
}

absl::StatusOr<StoredState> StateFromJson(std::string_view json) {
  StoredState state;
  AG_ASSIGN_OR_RETURN(state.reason, ReasonFromJson(json));
  Arena arena;
  AG_ASSIGN_OR_RETURN(const json::Value* root, json::Parse(OrEmpty(json, "{}"), arena));
  state.refusals = static_cast<int>(std::clamp<std::int64_t>(IntOf(*root, "refusals"), 0, kMaxFailures));
  state.until = WallTime(std::chrono::milliseconds(std::max<std::int64_t>(IntOf(*root, "until_ms"), 0)));
  if (state.reason.code == kProviderRefused && state.refusals == 0) {
    state.refusals = 1;
    state.until = WallTime(std::chrono::milliseconds(1));
  }
  return state;
}

std::string CooldownsToJson(const std::vector<ListedCooldown>& cooldowns) {
  std::string out;
  json::Writer writer(out);
  writer.BeginArray();
  for (const ListedCooldown& status : cooldowns) {
    writer.BeginObject().Field("model", status.model);
    writer.Field("until_ms", std::int64_t{status.until.time_since_epoch().count()});
    writer.Field("cause", NameOf(status.cause)).Field("hint", status.provider_hint);
    writer.Field("failures", std::int64_t{status.failures}).EndObject();
  }
  writer.EndArray();
  return out;
}

absl::StatusOr<std::vector<ListedCooldown>> CooldownsFromJson(std::string_view json) {
  Arena arena;
  AG_ASSIGN_OR_RETURN(const json::Value* root, json::Parse(OrEmpty(json, "[]"), arena));
  if (!root->is_array()) return Unreadable("cool-downs");
  std::vector<ListedCooldown> cooldowns;
  for (const json::Value& item : root->items()) {
    const auto cause = ErrorKindFromName(TextOf(item, "cause"));
    const json::Value* until = item.Find("until_ms");
    const auto until_ms = until == nullptr ? std::nullopt : until->AsInt();
    if (!cause || !until_ms) return Unreadable("cool-downs");
    ListedCooldown status;
    status.state = CooldownStatus::State::kCooling;
    status.until = WallTime(std::chrono::milliseconds(*until_ms));
    status.cause = *cause;
    status.provider_hint = BoolOf(item, "hint", false);
    // Earlier versions stored none, and a count from elsewhere may be anything: Restore bounds it.
    const json::Value* failures = item.Find("failures");
    const std::int64_t count = failures == nullptr ? 1 : failures->AsInt().value_or(1);
    status.failures = static_cast<int>(std::clamp<std::int64_t>(count, 0, kMaxFailures));
    status.model = std::string(TextOf(item, "model"));
    cooldowns.push_back(std::move(status));
  }
  return cooldowns;
}

}  // namespace ag::pool
