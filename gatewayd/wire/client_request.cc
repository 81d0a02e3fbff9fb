#include "gatewayd/wire/client_request.h"

#include <string>
#include <utility>

#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/decode.h"

namespace ag::wire {
namespace {

// Looks for one member of a nested object; the last one wins, as everywhere.
class OneMember final : public json::MemberVisitor {
 public:
  explicit OneMember(std::string_view key) : key_(key) {}
  bool OnMember(const json::RawMember& member) override {
    if (member.key == key_) found_ = member;
    return true;
  }
  const std::optional<json::RawMember>& found() const { return found_; }

 private:
  std::string_view key_;
  std::optional<json::RawMember> found_;
};

std::optional<json::RawMember> Nested(const json::RawMember& object, std::string_view key, Arena& arena) {
  if (object.type != json::Type::kObject) return std::nullopt;
  OneMember visitor(key);
  if (!json::ScanObject(object.raw, arena, visitor).ok()) return std::nullopt;
  return visitor.found();
}

// The text of a string member, or empty: what is no string is the provider's to refuse.
std::string_view TextOf(const std::optional<json::RawMember>& member, Arena& arena) {
  if (!member || member->type != json::Type::kString) return {};
  const auto text = json::DecodeString(member->raw, arena);
  return text.ok() ? *text : std::string_view();
}

bool IsTrue(const std::optional<json::RawMember>& member) { return member && member->raw == "true"; }

// The members of the body's top level that the envelope is made of.
class BodyWalk final : public json::MemberVisitor {
 public:
  bool OnMember(const json::RawMember& member) override {
    for (auto& [name, found] : wanted_) {
      if (member.key == name) {
        found = member;
        break;
      }
    }
    return true;
  }

  // In the order of the envelope's fields.
  enum Wanted : std::size_t {
    kModel,
    kStream,
    kStreamOptions,
    kTools,
    kPromptCacheKey,
    kUser,
    kMetadata,
    kPreviousResponseId,
    kThread,
  };
  const std::optional<json::RawMember>& Get(Wanted index) const { return wanted_[index].second; }

 private:
  std::pair<std::string_view, std::optional<json::RawMember>> wanted_[9] = {
      {"model", {}}, {"stream", {}},   {"stream_options", {}},       {"tools", {}}, {"prompt_cache_key", {}},
      {"user", {}},  {"metadata", {}}, {"previous_response_id", {}}, {"thread", {}}};
};

std::string_view AffinityKey(const BodyWalk& walk, Arena& arena) {
  for (const auto index : {BodyWalk::kPromptCacheKey, BodyWalk::kUser}) {
    const auto text = TextOf(walk.Get(index), arena);
    if (!text.empty()) return text;
  }
  const auto& metadata = walk.Get(BodyWalk::kMetadata);
  return metadata ? TextOf(Nested(*metadata, "user_id", arena), arena) : std::string_view();
}

absl::Status NoObject(std::string_view body, const absl::Status& cause) {
  if (TrimSpace(body).empty()) return MakeError(ErrorKind::kInvalidRequest, "the request body is empty: send JSON");
  return MakeError(ErrorKind::kInvalidRequest,
                   "the request body is not a JSON object: " + std::string(cause.message()));
}

absl::Status ReadModel(const Endpoint& endpoint, const BodyWalk& walk, Arena& arena, Envelope& envelope) {
  const auto& member = walk.Get(BodyWalk::kModel);
  if (member && member->type == json::Type::kString) {
    const auto model = json::DecodeString(member->raw, arena);
    if (!model.ok())
      return FieldError(ErrorKind::kInvalidRequest, "model", "model: " + std::string(model.status().message()));
    envelope.model = *model;
    envelope.model_token = member->raw;
  }
  if (!endpoint.path_model.empty()) envelope.model = endpoint.path_model;
  if (!envelope.model.empty() || endpoint.operation == Operation::kOther) return absl::OkStatus();
  const bool wrong = member && member->type != json::Type::kNull && member->type != json::Type::kString;
  return FieldError(ErrorKind::kInvalidRequest, "model",
                    wrong ? "model: must be a string" : "model: required, and must not be empty");
}

bool HasNoBody(Operation operation) { return operation == Operation::kListModels || operation == Operation::kGetModel; }

absl::Status ReadEnvelope(const Endpoint& endpoint, std::string_view body, Arena& arena, Envelope& envelope) {
  envelope.model = endpoint.path_model;
  if (HasNoBody(endpoint.operation)) return absl::OkStatus();
  BodyWalk walk;
  const auto status = json::ScanObject(body, arena, walk);
  // Uploads and the like have other bodies; what can be read of a JSON one helps routing.
  if (!status.ok() && endpoint.operation == Operation::kOther) return absl::OkStatus();
  if (!status.ok()) return NoObject(body, status);

  AG_RETURN_IF_ERROR(ReadModel(endpoint, walk, arena, envelope));
  const bool gemini = endpoint.dialect == Dialect::kGemini;
  envelope.stream = gemini ? endpoint.operation == Operation::kGenerateStream : IsTrue(walk.Get(BodyWalk::kStream));
  if (const auto& options = walk.Get(BodyWalk::kStreamOptions)) {
    envelope.include_usage = IsTrue(Nested(*options, "include_usage", arena));
  }
  const auto& tools = walk.Get(BodyWalk::kTools);
  envelope.has_tools = tools && tools->type == json::Type::kArray && tools->raw.find('{') != std::string_view::npos;
  if (gemini) return absl::OkStatus();
  envelope.user = AffinityKey(walk, arena);
  envelope.previous_response_id = TextOf(walk.Get(BodyWalk::kPreviousResponseId), arena);
  if (const auto& thread = walk.Get(BodyWalk::kThread)) {
    envelope.thread_type = TextOf(Nested(*thread, "type", arena), arena);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ClientRequest> ClientRequest::Read(const Endpoint& endpoint, std::string_view body, Arena& arena) {
  ClientRequest request(endpoint, body, arena);
  AG_RETURN_IF_ERROR(ReadEnvelope(endpoint, body, arena, request.envelope_));
  return request;
}

StreamFraming ClientRequest::framing() const {
  if (endpoint_.dialect == Dialect::kGemini) return endpoint_.framing;
  return envelope_.stream ? StreamFraming::kSse : StreamFraming::kNone;
}

absl::StatusOr<const ChatRequest*> ClientRequest::Canonical() {
  if (!canonical_) canonical_ = DecodeCanonical(endpoint_, body_, *arena_);
  return *canonical_;
}

}  // namespace ag::wire
