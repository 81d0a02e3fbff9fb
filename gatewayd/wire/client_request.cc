#include "gatewayd/wire/client_request.h"

#include <array>
#include <initializer_list>
#include <string>

#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/decode.h"
#include "gatewayd/wire/member_picker.h"

namespace ag::wire {
namespace {

constexpr std::array<std::string_view, 1> kIncludeUsage{"include_usage"};
constexpr std::array<std::string_view, 16> kWanted{"model",
                                                   "stream",
                                                   "stream_options",
                                                   "tools",
                                                   "prompt_cache_key",
                                                   "user",
                                                   "metadata",
                                                   "previous_response_id",
                                                   "thread",
                                                   "system",
                                                   "instructions",
                                                   "systemInstruction",
                                                   "system_instruction",
                                                   "messages",
                                                   "input",
                                                   "contents"};
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
  kSystem,
  kInstructions,
  kSystemInstruction,
  kSystemInstructionOld,
  kMessages,
  kInput,
  kContents,
};

// The body's top level that the envelope is made of.
class BodyWalk final : public json::MemberVisitor {
 public:
  bool OnMember(const json::RawMember& member) override {
    for (std::size_t i = 0; i < kWanted.size(); ++i) {
      if (kWanted[i] == member.key) found_[i] = member;
    }
    return true;
  }
  // nullptr when absent.
  const json::RawMember* Get(Wanted index) const { return found_[index].raw.empty() ? nullptr : &found_[index]; }

 private:
  std::array<json::RawMember, kWanted.size()> found_{};
};

// The text of one string member of a nested object, or empty: what is no string is the provider's to refuse.
std::string_view NestedText(const json::RawMember* object, std::string_view key, Arena& arena) {
  if (!IsObject(object)) return {};
  MemberPicker<1> picker;
  const std::array<std::string_view, 1> keys{key};
  picker.Read(object->raw, keys, arena);
  return TextOf(picker[0], arena);
}

bool IsTrue(const json::RawMember* member) { return member != nullptr && member->raw == "true"; }

std::string_view FirstOf(const BodyWalk& walk, std::initializer_list<Wanted> members) {
  for (const Wanted member : members) {
    if (const json::RawMember* found = walk.Get(member)) return found->raw;
  }
  return {};
}

ConversationMarks MarksOf(const BodyWalk& walk, Arena& arena) {
  ConversationMarks marks;
  marks.session = TextOf(walk.Get(kPromptCacheKey), arena);
  marks.user = TextOf(walk.Get(kUser), arena);
  const std::string_view user_id = NestedText(walk.Get(kMetadata), "user_id", arena);
  // "user_…_account__session_…", or JSON with a session_id: https://github.com/anthropics/claude-code
  if (marks.session.empty() && user_id.find("session") != std::string_view::npos) marks.session = user_id;
  if (marks.user.empty()) marks.user = user_id;
  marks.system = FirstOf(walk, {kSystem, kInstructions, kSystemInstruction, kSystemInstructionOld});
  marks.tools = FirstOf(walk, {kTools});
  marks.turns = FirstOf(walk, {kMessages, kInput, kContents});
  return marks;
}

absl::Status NoObject(std::string_view body, const absl::Status& cause) {
  if (TrimSpace(body).empty()) return MakeError(ErrorKind::kInvalidRequest, "the request body is empty: send JSON");
  return MakeError(ErrorKind::kInvalidRequest,
                   "the request body is not a JSON object: " + std::string(cause.message()));
}

absl::Status ReadModel(const Endpoint& endpoint, const BodyWalk& walk, Arena& arena, Envelope& envelope) {
  const auto* member = walk.Get(kModel);
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
  // A Responses request may leave it to its stored prompt:
  // https://platform.openai.com/docs/api-reference/responses/create
  if (endpoint.dialect == Dialect::kResponses && !wrong) return absl::OkStatus();
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
  envelope.stream = gemini ? endpoint.operation == Operation::kGenerateStream : IsTrue(walk.Get(kStream));
  if (const auto* options = walk.Get(kStreamOptions)) {
    envelope.stream_options_token = options->raw;
    MemberPicker<1> picker;
    if (IsObject(options)) picker.Read(options->raw, kIncludeUsage, arena);
    envelope.include_usage = IsTrue(picker[0]);
  }
  const auto* tools = walk.Get(kTools);
  envelope.has_tools = tools && tools->type == json::Type::kArray && tools->raw.find('{') != std::string_view::npos;
  envelope.conversation = MarksOf(walk, arena);
  if (gemini) return absl::OkStatus();
  envelope.previous_response_id = TextOf(walk.Get(kPreviousResponseId), arena);
  envelope.thread_type = NestedText(walk.Get(kThread), "type", arena);
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
