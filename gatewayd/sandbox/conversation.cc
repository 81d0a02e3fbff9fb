#include "gatewayd/sandbox/conversation.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <algorithm>
#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/sandbox/sample.h"

namespace ag::sandbox {
namespace {

std::size_t DecodedBytes(std::string_view base64) {
  while (base64.ends_with('=')) base64.remove_suffix(1);
  return base64.size() * 3 / 4;
}

}  // namespace

std::string_view TextOf(const json::Value* value) { return value == nullptr ? std::string_view() : value->str(); }

std::optional<std::int64_t> IntegerOf(const json::Value* value) {
  return value == nullptr ? std::nullopt : value->AsInt();
}

const json::Value* Either(const json::Value& object, std::string_view a, std::string_view b) {
  const json::Value* found = object.FindNonNull(a);
  return found != nullptr ? found : object.FindNonNull(b);
}

void Conversation::AddUserText(std::string_view text) {
  Count(text);
  if (text.empty()) return;
  ask_.text = text;
  ask_.tool_outputs.clear();
}

void Conversation::BeginModelTurn() {
  BeginTurn();
  ask_.media.clear();
  ask_.tool_outputs.clear();
}

void Conversation::AddMedium(Ask::Medium::Kind kind, std::string_view type, std::string_view base64) {
  ask_.media.push_back(
      {kind, absl::StrCat(type.empty() ? "" : absl::StrCat(ToAbsl(type), ", "), DecodedBytes(base64), " bytes")});
}

void Conversation::AddMediumAt(Ask::Medium::Kind kind, std::string_view url) {
  ask_.media.push_back({kind, std::string(url)});
}

void Conversation::AddMediumUrl(Ask::Medium::Kind kind, std::string_view url) {
  constexpr std::string_view kData = "data:";
  constexpr std::string_view kBase64 = ";base64,";
  const std::size_t comma = url.find(kBase64);
  if (!url.starts_with(kData) || comma == std::string_view::npos) {
    AddMediumAt(kind, url);
    return;
  }
  AddMedium(kind, url.substr(kData.size(), comma - kData.size()), url.substr(comma + kBase64.size()));
}

bool Conversation::AddOutput(std::string_view id, std::string text) {
  const auto call = std::ranges::find(open_calls_, id);
  if (call == open_calls_.end()) return false;
  open_calls_.erase(call);
  Count(text);
  ask_.tool_outputs.push_back(std::move(text));
  return true;
}

absl::Status Refuse(std::string_view param, std::string_view message, std::string_view code) {
  ErrorDetail detail;
  detail.kind = ErrorKind::kInvalidRequest;
  detail.param = param;
  detail.provider_code = code;
  return MakeError(std::move(detail), message);
}

absl::Status CheckTemperature(const json::Value& body, double most) {
  const json::Value* value = body.FindNonNull("temperature");
  if (value == nullptr) return absl::OkStatus();
  const std::optional<double> number = value->AsDouble();
  if (number && *number >= 0 && *number <= most) return absl::OkStatus();
  return Refuse("temperature", absl::StrCat("Invalid 'temperature': must be a number from 0 to ", most, "."));
}

void AddStops(const json::Value* value, Ask& ask) {
  if (value == nullptr) return;
  if (value->is_string()) ask.stops.emplace_back(value->str());
  for (const json::Value& item : value->items()) ask.stops.emplace_back(item.str());
}

void AddTool(std::string_view name, const json::Value* schema, Ask& ask) {
  if (!name.empty()) ask.tools.push_back({std::string(name), ArgumentsFor(schema)});
}

}  // namespace ag::sandbox
