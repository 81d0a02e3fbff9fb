#include "tests/replay/recording.h"

#include <absl/strings/str_cat.h>

#include <cstdlib>
#include <filesystem>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "tests/support/temp_dir.h"

namespace ag::test {
namespace {

std::string_view Text(const json::Value& object, std::string_view key) {
  const json::Value* value = object.Find(key);
  return value == nullptr ? std::string_view() : value->str();
}

std::vector<Field> ReadFields(const json::Value& message) {
  std::vector<Field> fields;
  const json::Value* headers = message.FindNonNull("headers");
  if (headers == nullptr) return fields;
  for (const json::Member& header : headers->members()) {
    fields.push_back({std::string(header.key), std::string(header.value.str())});
  }
  return fields;
}

// The body as it goes over the wire: text as it stands, JSON as the record spells it.
std::string_view ReadBody(const json::Value& message) {
  if (const json::Value* text = message.FindNonNull("body_text")) return text->str();
  const json::Value* body = message.FindNonNull("body");
  return body == nullptr ? std::string_view() : body->raw();
}

// "/v1beta1/projects/p/locations/l/publishers/google/models/m:verb" → "/v1beta/models/m:verb".
std::string ToGeminiTarget(std::string_view target) {
  const std::size_t models = target.find("/models/");
  return models == std::string_view::npos ? std::string(target)
                                          : absl::StrCat("/v1beta", ToAbsl(target.substr(models)));
}

// "m" of "…/models/m:verb?…".
std::string ModelOfTarget(std::string_view target) {
  const std::size_t models = target.find("/models/");
  if (models == std::string_view::npos) return {};
  const std::string_view rest = target.substr(models + 8);
  return std::string(rest.substr(0, rest.find_first_of(":?/")));
}

}  // namespace

std::optional<std::string> FindRecordings() {
  const char* set = std::getenv("AG_RECORDINGS_DIR");
  const std::string folder = set != nullptr ? set : "../shared/recordings";  // tests run in the source folder
  if (!std::filesystem::exists(folder + "/open/INDEX.json")) return std::nullopt;
  return folder;
}

bool RecordingsRequired() {
  const char* set = std::getenv("AG_REQUIRE_RECORDINGS");
  return set != nullptr && std::string_view(set) == "1";
}

absl::StatusOr<std::vector<RecordingEntry>> ReadIndex(const std::string& folder, std::string_view part) {
  const std::string root = absl::StrCat(folder, "/", ToAbsl(part), "/");
  const std::string text = ReadFile(root + "INDEX.json");
  Arena arena;
  const absl::StatusOr<const json::Value*> parsed = json::Parse(text, arena);
  if (!parsed.ok()) return parsed.status();
  std::vector<RecordingEntry> entries;
  for (const json::Value& item : (*parsed)->items()) {
    RecordingEntry entry;
    entry.id = Text(item, "id");
    entry.provider = Text(item, "provider");
    entry.api = Text(item, "api");
    entry.file = absl::StrCat(root, ToAbsl(Text(item, "file")));
    const json::Value* stream = item.FindNonNull("stream");
    entry.stream = stream != nullptr && stream->AsBool(false);
    const json::Value* status = item.FindNonNull("status");
    entry.status = status == nullptr ? 0 : static_cast<int>(status->AsInt().value_or(0));
    entries.push_back(std::move(entry));
  }
  return entries;
}

absl::StatusOr<std::unique_ptr<Recording>> Recording::Load(const RecordingEntry& entry) {
  std::unique_ptr<Recording> recording(new Recording(entry));
  AG_RETURN_IF_ERROR(recording->Read());
  return recording;
}

absl::Status Recording::Read() {
  text_ = ReadFile(entry_.file);
  const absl::StatusOr<const json::Value*> parsed = json::Parse(text_, arena_);
  if (!parsed.ok()) return parsed.status();
  const json::Value* request = (*parsed)->FindNonNull("request");
  const json::Value* response = (*parsed)->FindNonNull("response");
  if (response == nullptr) return absl::NotFoundError("the record has no response");
  if (request != nullptr) ReadRequest(*request);
  ReadResponse(*response);
  expectation_ = (*parsed)->FindNonNull("expect");
  if (const json::Value* transport = (*parsed)->FindNonNull("transport")) transport_end_ = Text(*transport, "end");
  return absl::OkStatus();
}

void Recording::ReadRequest(const json::Value& request) {
  method_ = Text(request, "method");
  target_ = Text(request, "path");
  model_ = ModelOfTarget(target_);
  if (entry_.provider == "vertex") target_ = ToGeminiTarget(target_);
  request_headers_ = ReadFields(request);
  request_body_ = ReadBody(request);
  if (const json::Value* body = request.FindNonNull("body"); body != nullptr && model_.empty()) {
    model_ = Text(*body, "model");
  }
  if (!request_body_.empty() && FindField(request_headers_, "content-type").empty()) {
    request_headers_.push_back({"content-type", "application/json"});
  }
}

void Recording::ReadResponse(const json::Value& response) {
  response_headers_ = ReadFields(response);
  response_body_ = ReadBody(response);
  is_text_ = response.FindNonNull("body_text") != nullptr;
  // Recorders filter headers: an absent content type was not absent on the wire.
  if (!response_body_.empty() && FindField(response_headers_, "content-type").empty()) {
    const bool sse = is_text_ && entry_.stream && entry_.status == 200;
    response_headers_.push_back({"content-type", sse ? "text/event-stream" : "application/json"});
  }
}

Family FamilyOf(const RecordingEntry& entry) {
  // Gemini has a route that speaks OpenAI.
  if (entry.api.starts_with("openai_compat.")) return Family::kOpenAi;
  if (entry.provider == "anthropic") return Family::kAnthropic;
  return entry.provider == "openai" ? Family::kOpenAi : Family::kGemini;
}

std::string_view Recording::OutOfScope() const { return method_.empty() ? "no request" : std::string_view(); }

}  // namespace ag::test
