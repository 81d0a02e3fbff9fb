#include "gatewayd/wire/passthrough_body.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <iterator>
#include <string>
#include <utility>

#include "gatewayd/base/status_macros.h"
#include "gatewayd/wire/loss_rules.h"
#include "gatewayd/wire/reasoning_edit.h"
#include "gatewayd/wire/reasoning_envelope.h"
#include "gatewayd/wire/registry.h"

namespace ag::wire {
namespace {

constexpr std::string_view kModelsPrefix = "models/";

// Gemini writes model names as resources, mostly.
std::string ModelToken(std::string_view written, std::string_view model) {
  const bool resource = written.starts_with("\"models/") && !model.starts_with(kModelsPrefix);
  return json::Quote(resource ? std::string(kModelsPrefix).append(model) : std::string(model));
}

void EditModel(const json::Value* owner, std::string_view model, std::vector<json::Edit>& edits) {
  const json::Value* const value = owner->FindNonNull("model");
  if (value != nullptr && value->is_string()) edits.push_back({value->raw(), ModelToken(value->raw(), model)});
}

// Gemini repeats the model inside batches and inside the request whose tokens are counted; it must match the path.
absl::Status EditNestedModels(ClientRequest& request, std::string_view model, std::vector<json::Edit>& edits) {
  AG_ASSIGN_OR_RETURN(const json::Value* root, json::Parse(request.body(), request.arena()));
  if (const auto* requests = root->Find("requests")) {
    for (const auto& item : requests->items()) EditModel(&item, model, edits);
  }
  for (const std::string_view key : {"generateContentRequest", "generate_content_request"}) {
    if (const auto* inner = root->Find(key)) EditModel(inner, model, edits);
  }
  return absl::OkStatus();
}

bool WantsUsage(const ClientRequest& request, const UpstreamTarget& target) {
  const Envelope& envelope = request.envelope();
  return request.endpoint().dialect == Dialect::kChat && request.endpoint().operation == Operation::kGenerate &&
         envelope.stream && !envelope.include_usage && target.inject_usage && target.quirks.stream_usage;
}

// False when the body's stream_options are nothing that could be extended: the provider will say so.
bool EditStreamOptions(ClientRequest& request, std::vector<json::Edit>& edits) {
  const std::string_view token = request.envelope().stream_options_token;
  if (token.empty()) {
    const auto brace = request.body().find('{');
    edits.push_back({request.body().substr(brace + 1, 0), R"("stream_options":{"include_usage":true},)"});
    return true;
  }
  if (token == "null") {
    edits.push_back({token, R"({"include_usage":true})"});
    return true;
  }
  if (token.front() != '{') return false;
  class Look final : public json::MemberVisitor {
   public:
    bool OnMember(const json::RawMember& member) override {
      empty = false;
      if (member.key == "include_usage") written = member.raw;
      return true;
    }
    bool empty = true;
    std::string_view written;
  } look;
  if (!json::ScanObject(token, request.arena(), look).ok()) return false;
  if (!look.written.empty()) {
    edits.push_back({look.written, "true"});
  } else {
    edits.push_back({token.substr(1, 0), look.empty ? R"("include_usage":true)" : R"("include_usage":true,)"});
  }
  return true;
}

// State that came through us from another family's upstream, or that this one has refused.
absl::Status EditState(ClientRequest& request, StateCut what, BodyEdits& out) {
  const DialectCodec& codec = CodecOf(request.endpoint().dialect);
  if (codec.cut_state == nullptr) return absl::OkStatus();
  const std::string_view body = request.body();
  const std::string_view mark = codec.state_mark;
  const bool marked = ::memmem(body.data(), body.size(), mark.data(), mark.size()) != nullptr;
  if (what == StateCut::kEnvelopes && !marked && !request.envelope().expanded) return absl::OkStatus();
  AG_ASSIGN_OR_RETURN(const json::Value* root, json::Parse(request.body(), request.arena()));
  StateCuts cuts;
  codec.cut_state(*root, what, cuts);
  std::ranges::move(cuts.edits, std::back_inserter(out.edits));
  const std::string_view code = what == StateCut::kAll ? "refused_reasoning" : "other_provider_reasoning";
  for (const std::string& field : cuts.fields) out.losses.push_back(LossOf(field, code));
  return absl::OkStatus();
}

absl::Status EditReasoning(ClientRequest& request, const UpstreamTarget& target, BodyEdits& out) {
  if (!target.reasoning) return absl::OkStatus();
  AG_ASSIGN_OR_RETURN(ReasoningEdits wanted, EditsForReasoning(request, *target.reasoning, target.model_info));
  std::ranges::move(wanted.edits, std::back_inserter(out.edits));
  std::ranges::move(wanted.losses, std::back_inserter(out.losses));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<BodyEdits> PassthroughEdits(ClientRequest& request, const UpstreamTarget& target, StateCut state) {
  BodyEdits out;
  const Envelope& envelope = request.envelope();
  const bool renamed = !target.model.empty() && target.model != envelope.model;
  if (renamed && !envelope.model_token.empty()) {
    out.edits.push_back({envelope.model_token, ModelToken(envelope.model_token, target.model)});
  }
  const Operation operation = request.endpoint().operation;
  if (renamed && request.endpoint().dialect == Dialect::kGemini &&
      (operation == Operation::kBatchEmbed || operation == Operation::kCountTokens)) {
    AG_RETURN_IF_ERROR(EditNestedModels(request, target.model, out.edits));
  }
  AG_RETURN_IF_ERROR(EditState(request, state, out));
  AG_RETURN_IF_ERROR(EditReasoning(request, target, out));
  if (WantsUsage(request, target)) out.asks_usage = EditStreamOptions(request, out.edits);
  if (out.edits.size() > 1) {
    std::sort(out.edits.begin(), out.edits.end(), [](const json::Edit& a, const json::Edit& b) {
      return std::less<const char*>()(a.target.data(), b.target.data());
    });
  }
  return out;
}

BodyPieces Pieces(std::string_view source, const std::vector<json::Edit>& edits) {
  BodyPieces pieces;
  pieces.reserve(2 * edits.size() + 1);
  const char* done = source.data();
  const char* const end = source.data() + source.size();
  const auto add = [&pieces](const char* from, const char* to) {
    if (from != to) pieces.emplace_back(from, static_cast<std::size_t>(to - from));
  };
  for (const auto& edit : edits) {
    add(done, edit.target.data());
    pieces.emplace_back(edit.replacement);
    done = edit.target.data() + edit.target.size();
  }
  add(done, end);
  return pieces;
}

}  // namespace ag::wire
