#include "gatewayd/wire/reply_reader.h"

#include <array>
#include <string>

#include "gatewayd/base/error.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/anthropic/messages_outcome.h"
#include "gatewayd/wire/gemini/gemini_outcome.h"
#include "gatewayd/wire/member_picker.h"
#include "gatewayd/wire/openai/openai_outcome.h"
#include "gatewayd/wire/reply_parts.h"

namespace ag::wire {
namespace {

// Calls `visit(element)` for each element of an array; the callable outlives the walk.
template <typename Visit>
class ElementWalk final : public json::MemberVisitor {
 public:
  explicit ElementWalk(Visit& visit) : visit_(visit) {}
  bool OnMember(const json::RawMember& element) override {
    visit_(element);
    return true;
  }

 private:
  Visit& visit_;
};

template <typename Visit>
void ForEach(std::string_view array, Visit visit) {
  ElementWalk<Visit> walk(visit);
  // A fault in the middle ends the walk: the bytes are the client's to judge.
  json::ScanArray(array, walk).IgnoreError();
}

bool IsEmptyValue(const json::RawMember& member) {
  return member.type == json::Type::kNull || member.raw == "\"\"" || member.raw == "[]" || member.raw == "{}";
}

// Whether an object says anything besides the members that only frame it.
class SaysMore final : public json::MemberVisitor {
 public:
  explicit SaysMore(std::string_view frame) : frame_(frame) {}
  bool OnMember(const json::RawMember& member) override {
    if (member.key == "tool_calls" || member.key == "function_call" || member.key == "functionCall") tool_call = true;
    if (member.key != frame_ && !IsEmptyValue(member)) content = true;
    return true;
  }
  bool content = false;
  bool tool_call = false;

 private:
  std::string_view frame_;
};

// An enum's value by name, or by number where the client asked for enum-encoding=int.
std::string_view EnumText(const json::RawMember* value, Arena& arena) {
  if (value == nullptr) return {};
  return value->type == json::Type::kString ? TextOf(value, arena) : value->raw;
}

}  // namespace

ReplyMark ReplyReader::OnEvent(std::string_view name, std::string_view data) {
  arena_.Reset();
  switch (dialect_) {
    case Dialect::kChat:
    case Dialect::kCompletions:
      return OnChat(data);
    case Dialect::kResponses:
      return OnResponses(name, data);
    case Dialect::kMessages:
      return OnMessages(name, data);
    case Dialect::kGemini:
      return OnGemini(data);
  }
  return ReplyMark::kContent;
}

ReplyMark ReplyReader::OnBody(std::string_view body) {
  arena_.Reset();
  if (operation_ != Operation::kGenerate && operation_ != Operation::kGenerateStream) return OtherBody(body);
  switch (dialect_) {
    case Dialect::kChat:
    case Dialect::kCompletions:
      return ChatBody(body);
    case Dialect::kResponses:
      return ResponsesBody(body);
    case Dialect::kMessages:
      return MessagesBody(body);
    case Dialect::kGemini: {
      const auto mark = OnGemini(body);
      return mark == ReplyMark::kHold ? ReplyMark::kContent : mark;
    }
  }
  return ReplyMark::kContent;
}

// Kind and scope are upstream's to find out of the document; this keeps the provider's own words.
ReplyMark ReplyReader::Error(std::string_view document, const json::RawMember* error) {
  ErrorDetail detail = DetailFromHttpStatus(0);
  if (IsObject(error)) {
    static constexpr std::array<std::string_view, 5> kKeys{"message", "code", "type", "param", "status"};
    MemberPicker<5> found;
    found.Read(error->raw, kKeys, arena_);
    if (const auto status = CountOf(found[1])) detail = DetailFromHttpStatus(static_cast<int>(*status));
    for (const std::size_t key : {1, 4, 2}) {
      if (detail.provider_code.empty()) detail.provider_code = std::string(TextOf(found[key], arena_));
    }
    detail.provider_text = std::string(TextOf(found[0], arena_));
    detail.param = std::string(TextOf(found[3], arena_));
  } else {
    detail.provider_text = std::string(TextOf(error, arena_));
  }
  report_.error = StatusOf(detail);
  report_.stream_error_json = std::string(TrimSpace(document));
  return ReplyMark::kError;
}

void ReplyReader::NoteIds(const json::RawMember* id, const json::RawMember* model) {
  if (report_.response_id.empty() && id != nullptr) report_.response_id = std::string(TextOf(id, arena_));
  if (report_.upstream_model.empty() && model != nullptr) report_.upstream_model = std::string(TextOf(model, arena_));
}

// Only what holds usage is parsed into a document, and only that part of it.
void ReplyReader::ReadUsage(const json::RawMember* usage, Usage (*read)(const json::Value&, const Usage&)) {
  if (!IsObject(usage)) return;
  const auto parsed = json::Parse(usage->raw, arena_);
  if (parsed.ok()) report_.usage = read(**parsed, report_.usage);
}

// True if a choice has content or its end.
bool ReplyReader::ReadChoices(std::string_view choices) {
  bool content = false;
  ForEach(choices, [&](const json::RawMember& choice) {
    if (choice.type != json::Type::kObject) return;
    static constexpr std::array<std::string_view, 5> kKeys{"delta", "text", "finish_reason", "message", "usage"};
    MemberPicker<5> found;
    found.Read(choice.raw, kKeys, arena_);
    ReadUsage(found[4], openai::ReadUsage);  // older Moonshot streams
    if (IsObject(found[0])) {
      SaysMore delta("role");
      json::ScanObject(found[0]->raw, arena_, delta).IgnoreError();
      content = content || delta.content;
    }
    content = content || found[3] != nullptr || (found[1] != nullptr && !IsEmptyValue(*found[1]));
    if (const auto reason = TextOf(found[2], arena_); !reason.empty()) {
      if (report_.stop_reason == StopReason::kUnknown) report_.stop_reason = openai::ReadStop(reason);
      content = complete_ = true;
    }
  });
  return content;
}

ReplyMark ReplyReader::OnChat(std::string_view data) {
  if (TrimSpace(data) == "[DONE]") {
    complete_ = true;
    return ReplyMark::kEnd;
  }
  static constexpr std::array<std::string_view, 5> kKeys{"error", "choices", "usage", "id", "model"};
  MemberPicker<5> found;
  if (!found.Read(data, kKeys, arena_)) return ReplyMark::kBroken;
  if (found[0] != nullptr) return Error(data, found[0]);
  NoteIds(found[3], found[4]);
  const bool content = IsArray(found[1]) && ReadChoices(found[1]->raw);
  ReadUsage(found[2], openai::ReadUsage);
  if (content) return ReplyMark::kContent;
  const bool no_choices = !IsArray(found[1]) || found[1]->raw.find('{') == std::string_view::npos;
  return IsObject(found[2]) && no_choices ? ReplyMark::kExtraUsage : ReplyMark::kHold;
}

ReplyMark ReplyReader::ChatBody(std::string_view body) {
  const auto mark = OnChat(body);
  return mark == ReplyMark::kHold || mark == ReplyMark::kExtraUsage ? ReplyMark::kContent : mark;
}

void ReplyReader::ReadOutputTypes(std::string_view output) {
  ForEach(output, [&](const json::RawMember& item) {
    if (item.type != json::Type::kObject) return;
    static constexpr std::array<std::string_view, 1> kKeys{"type"};
    MemberPicker<1> found;
    found.Read(item.raw, kKeys, arena_);
    const auto type = TextOf(found[0], arena_);
    if (type == "function_call" || type == "custom_tool_call") tool_call_ = true;
  });
}

// The Responses API's response object, plain or inside an event. False if it failed.
bool ReplyReader::ReadResponse(std::string_view response) {
  static constexpr std::array<std::string_view, 7> kKeys{"id",    "model",  "status", "incomplete_details",
                                                         "usage", "output", "error"};
  MemberPicker<7> found;
  found.Read(response, kKeys, arena_);
  NoteIds(found[0], found[1]);
  ReadUsage(found[4], openai::ReadUsage);
  const auto status = TextOf(found[2], arena_);
  if (status == "failed") {
    Error(response, found[6]);
    return false;
  }
  if (status == "completed") {
    if (IsArray(found[5])) ReadOutputTypes(found[5]->raw);
    report_.stop_reason = tool_call_ ? StopReason::kToolUse : StopReason::kEndTurn;
  } else if (status == "incomplete" && IsObject(found[3])) {
    static constexpr std::array<std::string_view, 1> kReason{"reason"};
    MemberPicker<1> details;
    details.Read(found[3]->raw, kReason, arena_);
    report_.stop_reason = openai::ReadStop(TextOf(details[0], arena_));
  }
  return true;
}

// https://platform.openai.com/docs/api-reference/responses-streaming
ReplyMark ReplyReader::OnResponses(std::string_view name, std::string_view data) {
  if (TrimSpace(data) == "[DONE]") return ReplyMark::kHold;  // some compatible servers add it
  static constexpr std::array<std::string_view, 4> kKeys{"type", "response", "error", "item"};
  // Deltas are most of a stream, and their event name says all.
  if (name.ends_with(".delta")) return ReplyMark::kContent;
  MemberPicker<4> found;
  if (!found.Read(data, kKeys, arena_)) return ReplyMark::kBroken;
  const auto type = TextOf(found[0], arena_);
  if (type == "error" || (type.empty() && found[2] != nullptr)) {
    const json::RawMember whole{{}, data, json::Type::kObject};
    return Error(data, found[2] != nullptr ? found[2] : &whole);
  }
  if (IsObject(found[1]) && !ReadResponse(found[1]->raw)) {
    report_.stream_error_json = std::string(TrimSpace(data));
    return ReplyMark::kError;
  }
  if (type == "response.completed" || type == "response.incomplete") {
    complete_ = true;
    return ReplyMark::kEnd;
  }
  // An item or a part that was only opened has said nothing yet.
  for (const std::string_view quiet : {"response.created", "response.queued", "response.in_progress", "keepalive",
                                       "response.content_part.added", "response.reasoning_summary_part.added"}) {
    if (type == quiet) return ReplyMark::kHold;
  }
  if (type == "response.output_item.added" && IsObject(found[3])) {
    static constexpr std::array<std::string_view, 1> kType{"type"};
    MemberPicker<1> item;
    item.Read(found[3]->raw, kType, arena_);
    const auto kind = TextOf(item[0], arena_);
    if (kind == "message" || kind == "reasoning") return ReplyMark::kHold;
  }
  return ReplyMark::kContent;
}

ReplyMark ReplyReader::ResponsesBody(std::string_view body) {
  static constexpr std::array<std::string_view, 2> kKeys{"object", "error"};
  MemberPicker<2> found;
  if (!found.Read(body, kKeys, arena_)) return ReplyMark::kBroken;
  if (found[0] == nullptr && found[1] != nullptr) return Error(body, found[1]);
  return ReadResponse(body) ? ReplyMark::kContent : ReplyMark::kError;
}

void ReplyReader::ReadMessage(std::string_view message) {
  static constexpr std::array<std::string_view, 4> kKeys{"id", "model", "stop_reason", "usage"};
  MemberPicker<4> found;
  found.Read(message, kKeys, arena_);
  NoteIds(found[0], found[1]);
  ReadUsage(found[3], anthropic::ReadUsage);
  if (found[2] != nullptr) report_.stop_reason = anthropic::ReadStop(TextOf(found[2], arena_));
}

// https://docs.claude.com/en/docs/build-with-claude/streaming
ReplyMark ReplyReader::OnMessages(std::string_view name, std::string_view data) {
  if (name == "content_block_delta") return ReplyMark::kContent;
  static constexpr std::array<std::string_view, 6> kKeys{"type", "message", "delta", "usage", "error", "content_block"};
  MemberPicker<6> found;
  if (!found.Read(data, kKeys, arena_)) return ReplyMark::kBroken;
  const auto type = TextOf(found[0], arena_);
  if (type == "error" || (type.empty() && found[4] != nullptr)) return Error(data, found[4]);
  if (type == "content_block_delta") return ReplyMark::kContent;
  if (type == "message_start") {
    if (IsObject(found[1])) ReadMessage(found[1]->raw);
    return ReplyMark::kHold;
  }
  if (type == "content_block_start" && IsObject(found[5])) {
    SaysMore block("type");
    json::ScanObject(found[5]->raw, arena_, block).IgnoreError();
    return block.content ? ReplyMark::kContent : ReplyMark::kHold;
  }
  if (type == "message_delta") {
    if (IsObject(found[2])) ReadMessage(found[2]->raw);
    ReadUsage(found[3], anthropic::ReadUsage);
    return ReplyMark::kContent;
  }
  if (type != "message_stop") return ReplyMark::kHold;
  complete_ = true;
  return ReplyMark::kEnd;
}

ReplyMark ReplyReader::MessagesBody(std::string_view body) {
  static constexpr std::array<std::string_view, 2> kKeys{"type", "error"};
  MemberPicker<2> found;
  if (!found.Read(body, kKeys, arena_)) return ReplyMark::kBroken;
  if (TextOf(found[0], arena_) == "error" || found[1] != nullptr) return Error(body, found[1]);
  ReadMessage(body);
  return ReplyMark::kContent;
}

bool ReplyReader::ReadCandidates(std::string_view candidates) {
  bool content = false;
  ForEach(candidates, [&](const json::RawMember& candidate) {
    if (candidate.type != json::Type::kObject) return;
    static constexpr std::array<std::string_view, 2> kKeys{"content", "finishReason"};
    static constexpr std::array<std::string_view, 1> kParts{"parts"};
    MemberPicker<2> found;
    found.Read(candidate.raw, kKeys, arena_);
    MemberPicker<1> inner;
    if (IsObject(found[0])) inner.Read(found[0]->raw, kParts, arena_);
    if (IsArray(inner[0])) {
      ForEach(inner[0]->raw, [&](const json::RawMember& part) {
        SaysMore says("thought");
        if (part.type == json::Type::kObject) json::ScanObject(part.raw, arena_, says).IgnoreError();
        content = content || says.content;
        tool_call_ = tool_call_ || says.tool_call;
      });
    }
    const auto name = gemini::FinishReasonName(EnumText(found[1], arena_));
    if (name.empty()) return;
    const auto reason = gemini::ReadStop(name);
    report_.stop_reason = reason == StopReason::kEndTurn && tool_call_ ? StopReason::kToolUse : reason;
    content = complete_ = true;
  });
  return content;
}

// https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse, plain or as one chunk of a stream.
ReplyMark ReplyReader::OnGemini(std::string_view data) {
  static constexpr std::array<std::string_view, 6> kKeys{"error",        "candidates", "usageMetadata",
                                                         "modelVersion", "responseId", "promptFeedback"};
  static constexpr std::array<std::string_view, 1> kBlocked{"blockReason"};
  MemberPicker<6> found;
  if (!found.Read(data, kKeys, arena_)) return ReplyMark::kBroken;
  if (found[0] != nullptr) return Error(data, found[0]);
  NoteIds(found[4], found[3]);
  ReadUsage(found[2], gemini::ReadUsage);
  bool content = IsArray(found[1]) && ReadCandidates(found[1]->raw);
  MemberPicker<1> feedback;
  if (IsObject(found[5])) feedback.Read(found[5]->raw, kBlocked, arena_);
  if (!gemini::BlockReasonName(EnumText(feedback[0], arena_)).empty()) {
    report_.stop_reason = StopReason::kRefusal;
    content = complete_ = true;
  }
  return content ? ReplyMark::kContent : ReplyMark::kHold;
}

// Token counts, embeddings, lists and whatever else: no stop reason, usage where there is one.
ReplyMark ReplyReader::OtherBody(std::string_view body) {
  static constexpr std::array<std::string_view, 4> kKeys{"error", "usage", "usageMetadata", "id"};
  MemberPicker<4> found;
  if (!found.Read(body, kKeys, arena_)) return ReplyMark::kBroken;
  if (operation_ == Operation::kOther) {
    NoteIds(found[3], nullptr);
  } else if (found[0] != nullptr) {
    return Error(body, found[0]);
  }
  ReadUsage(found[1], dialect_ == Dialect::kMessages ? anthropic::ReadUsage : openai::ReadUsage);
  ReadUsage(found[2], gemini::ReadUsage);
  return ReplyMark::kContent;
}

}  // namespace ag::wire
