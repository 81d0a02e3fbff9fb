#include <absl/strings/str_cat.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/loss_rules.h"
#include "gatewayd/wire/openai/openai_error.h"
#include "gatewayd/wire/openai/responses_codec.h"
#include "gatewayd/wire/openai/responses_error.h"
#include "gatewayd/wire/openai/responses_event_writer.h"
#include "gatewayd/wire/openai/responses_json.h"
#include "gatewayd/wire/openai/responses_message_item.h"
#include "gatewayd/wire/openai/responses_reply_object.h"
#include "gatewayd/wire/openai/responses_store.h"
#include "gatewayd/wire/reasoning_envelope.h"

namespace ag::wire::openai {
namespace {

using Events = ResponsesEventWriter;
using Mode = ResponsesEventWriter::Mode;

// An item of the output that is being written; messages have a class of their own.
struct OpenItem {
  int part = -1;
  PartKind kind = PartKind::kToolCall;
  std::string id;
  std::size_t output_index = 0;
  bool added = false;  // kReasoning: the item is out
  std::string text;    // summary, arguments or input
  // kReasoning
  std::string state;
  Family family = Family::kOpenAi;
  StateHome home = StateHome::kOwnPart;
  // kToolCall
  std::string call_id;
  std::string name;
  std::string name_space;
  bool custom = false;
  bool wrapped = false;  // the input of a custom tool comes as {"input":…}
};

// The text of a custom tool's input that a foreign model wrote as a function's arguments.
std::string Unwrapped(const std::string& arguments) {
  Arena arena;
  const auto parsed = json::Parse(arguments, arena);
  const json::Value* input = parsed.ok() ? (*parsed)->FindNonNull("input") : nullptr;
  return input != nullptr && input->is_string() ? std::string(input->str()) : arguments;
}

std::string_view IncompleteReason(StopReason reason) {
  switch (reason) {
    case StopReason::kMaxTokens:
    case StopReason::kContextWindow:
      return "max_output_tokens";
    case StopReason::kRefusal:
      return "content_filter";
    case StopReason::kUnknown:
    case StopReason::kEndTurn:
    case StopReason::kStopSequence:
    case StopReason::kToolUse:
    case StopReason::kPauseTurn:
      return {};
  }
  return {};
}

class Encoder final : public ReplyEncoder {
 public:
  Encoder(const ReplyOptions& options, RandomSource& random)
      : options_(options),
        id_(NewLocalId(random)),
        events_(options.framing == StreamFraming::kNone ? Mode::kPlain : Mode::kStream) {}

  void OnEvent(const StreamEvent& event, std::string& out) override {
    if (const auto* delta = std::get_if<TextDelta>(&event)) {
      OnText(*delta, out);
    } else if (const auto* arguments = std::get_if<ArgumentsDelta>(&event)) {
      OnArguments(*arguments, out);
    } else if (const auto* begin = std::get_if<PartBegin>(&event)) {
      OnPart(*begin, out);
    } else if (const auto* end = std::get_if<PartEnd>(&event)) {
      OnPartEnd(end->index, out);
    } else if (const auto* signature = std::get_if<SignatureDelta>(&event)) {
      OnSignature(*signature);
    } else if (const auto* citation = std::get_if<UrlCitation>(&event)) {
      if (citation->index == text_part_ && message_.is_open()) message_.Cite(*citation, out);
    } else if (const auto* logprobs = std::get_if<LogprobsDelta>(&event)) {
      if (message_.is_open()) message_.Logprobs(logprobs->tokens);
    } else if (const auto* usage = std::get_if<UsageUpdate>(&event)) {
      state_.usage = usage->usage;
    } else if (const auto* started = std::get_if<Started>(&event)) {
      OnStarted(*started, out);
    } else if (const auto* finished = std::get_if<Finished>(&event)) {
      OnFinished(*finished, out);
    } else if (std::holds_alternative<Completed>(event)) {
      OnCompleted(out);
    }
  }

  // A response that was begun ends as a failed one; before that there is only the bare event.
  void OnError(const absl::Status& error, std::string& out) override {
    if (!events_.streams()) return;
    const std::string_view message = ToStd(error.message());
    if (!started_) {
      out.append(EncodeResponsesStreamError(error, {}, events_.next_number()));
      return;
    }
    state_.status = "failed";
    state_.error_code = ResponseErrorCode(error);
    state_.error_message = message;
    Respond("response.failed", out);
  }

  void KeepAlive(std::string& out) override {
    if (events_.streams()) out.append(": keep-alive\n\n");
  }
  std::vector<Loss> TakeLosses() override { return std::exchange(losses_, {}); }
  KeptReply TakeKeptReply() override { return std::exchange(kept_, {}); }

 private:
  void OnStarted(const Started& started, std::string& out) {
    service_tier_ = std::string(started.service_tier);
    state_.service_tier = service_tier_;
    started_ = true;
    if (!events_.streams()) return;
    Respond("response.created", out);
    Respond("response.in_progress", out);
  }

  // An event that carries the whole response.
  void Respond(std::string_view type, std::string& out) {
    events_.Begin(type, out);
    out.append(",\"response\":");
    WriteObject(out);
    Events::End(out);
  }

  void WriteObject(std::string& out) {
    std::string output;
    for (const std::string& item : items_) {
      if (item.empty()) continue;  // not finished
      if (!output.empty()) output.push_back(',');
      output.append(item);
    }
    state_.output = output;
    json::Writer writer(out);
    WriteResponseObject(options_, id_, state_, writer);
    state_.output = {};
  }

  // A place in the output for the next item.
  std::size_t NextIndex() {
    items_.emplace_back();
    return items_.size() - 1;
  }

  void OnPart(const PartBegin& begin, std::string& out) {
    switch (begin.kind) {
      case PartKind::kText:
      case PartKind::kRefusal:
        text_part_ = begin.index;
        text_kind_ = begin.kind;
        message_.BeginPart();
        return;
      case PartKind::kReasoning:
      case PartKind::kRedactedReasoning:
        return Open(begin);
      case PartKind::kToolCall:
        EndMessage("completed", out);
        return BeginCall(begin, out);
      case PartKind::kServerTool:
        if (begin.server_type != "web_search") {
          losses_.push_back(LossOf("output", "server_tool_reply", {{"type", std::string(begin.server_type)}}));
          return;
        }
        EndMessage("completed", out);
        return BeginSearch(begin, out);
    }
  }

  OpenItem* Find(int part) {
    const auto found =
        std::find_if(open_.begin(), open_.end(), [&](const OpenItem& item) { return item.part == part; });
    return found == open_.end() ? nullptr : &*found;
  }

  void Open(const PartBegin& begin) {
    OpenItem item;
    item.part = begin.index;
    item.kind = begin.kind;
    open_.push_back(std::move(item));
  }

  // Gives the item its place and its id.
  void Place(OpenItem& item, std::string_view prefix) {
    item.output_index = NextIndex();
    item.id = LocalItemId(prefix, id_, item.output_index);
    item.added = true;
  }

  const ToolSpec* SpecOf(std::string_view name) const {
    if (options_.request == nullptr) return nullptr;
    const auto tools = options_.request->tools;
    const auto found =
        std::find_if(tools.begin(), tools.end(), [&](const ToolSpec& tool) { return tool.name == name; });
    return found == tools.end() ? nullptr : &*found;
  }

  void BeginCall(const PartBegin& begin, std::string& out) {
    Open(begin);
    OpenItem& call = open_.back();
    const ToolSpec* spec = SpecOf(begin.tool_name);
    const bool flattened = spec != nullptr && !spec->name_space.empty();
    call.call_id = std::string(begin.tool_id);
    call.name = std::string(flattened ? spec->local_name : begin.tool_name);
    if (flattened) call.name_space = std::string(spec->name_space);
    call.custom = begin.custom || (spec != nullptr && spec->kind == ToolSpec::Kind::kCustom);
    call.wrapped = call.custom && !begin.custom;
    Place(call, call.custom ? "ctc" : "fc");
    if (events_.streams()) {
      events_.Item("response.output_item.added", call.output_index, CallJson(call, "in_progress"), out);
    }
  }

  static std::string CallJson(const OpenItem& call, std::string_view status) {
    constexpr std::size_t kFrame = 192;  // keys, braces and the short members
    std::string json;
    json.reserve(kFrame + call.id.size() + call.call_id.size() + call.name.size() + call.text.size());
    json::Writer writer(json);
    writer.BeginObject().Field("id", call.id).Field("type", call.custom ? "custom_tool_call" : "function_call");
    writer.Field("status", status).Field(call.custom ? "input" : "arguments", call.text);
    writer.Field("call_id", call.call_id).Field("name", call.name);
    if (!call.name_space.empty()) writer.Field("namespace", call.name_space);
    writer.EndObject();
    return json;
  }

  void BeginSearch(const PartBegin& begin, std::string& out) {
    Open(begin);
    OpenItem& search = open_.back();
    Place(search, "ws");
    if (!events_.streams()) return;
    events_.Item("response.output_item.added", search.output_index, SearchJson(search, "in_progress"), out);
    events_.Bare("response.web_search_call.in_progress", search.id, search.output_index, out);
    events_.Bare("response.web_search_call.searching", search.id, search.output_index, out);
  }

  static std::string SearchJson(const OpenItem& search, std::string_view status) {
    Arena arena;
    const auto parsed = json::Parse(search.text, arena);
    const std::string_view query = parsed.ok() ? TextAt(**parsed, "query") : std::string_view();
    std::string json;
    json::Writer writer(json);
    writer.BeginObject().Field("id", search.id).Field("type", "web_search_call").Field("status", status);
    writer.Key("action").BeginObject().Field("type", "search").Field("query", query).EndObject().EndObject();
    return json;
  }

  void OnText(const TextDelta& delta, std::string& out) {
    if (delta.text.empty()) return;
    if (delta.index != text_part_) {
      OpenItem* reasoning = Find(delta.index);
      if (reasoning != nullptr) OnSummary(*reasoning, delta.text, out);
      return;
    }
    OpenMessage(out);
    message_.Text(text_kind_, delta.text, out);
  }

  void OpenMessage(std::string& out) {
    if (message_.is_open()) return;
    message_index_ = NextIndex();
    message_.Open(LocalItemId("msg", id_, message_index_), message_index_, out);
  }

  void EndMessage(std::string_view status, std::string& out) {
    if (message_.is_open()) items_[message_index_] = message_.Close(status, out);
  }

  // Row 2: a client that asked for no summary gets the state alone.
  void OnSummary(OpenItem& item, std::string_view text, std::string& out) {
    if (!options_.show_reasoning) {
      if (!std::exchange(hidden_, true)) losses_.push_back(LossOf("reasoning", "reasoning_not_asked_for"));
      return;
    }
    AddReasoning(item, out);
    if (events_.streams()) {
      if (item.text.empty()) SummaryEvent("response.reasoning_summary_part.added", item, "part", PartJson(""), out);
      events_.Begin("response.reasoning_summary_text.delta", out);
      Events::Place(item.id, item.output_index, out);
      Events::Index("summary_index", 0, out);
      Events::Text("delta", text, out);
      Events::End(out);
    }
    item.text.append(text);
  }

  static std::string PartJson(std::string_view text) {
    return absl::StrCat(R"({"type":"summary_text","text":)", json::Quote(text), "}");
  }

  void SummaryEvent(std::string_view type, const OpenItem& item, std::string_view key, std::string_view value,
                    std::string& out) {
    events_.Begin(type, out);
    Events::Place(item.id, item.output_index, out);
    Events::Index("summary_index", 0, out);
    Events::Raw(key, value, out);
    Events::End(out);
  }

  // Late, so that reasoning of which nothing can be shown leaves no trace.
  void AddReasoning(OpenItem& item, std::string& out) {
    if (item.added) return;
    EndMessage("completed", out);
    Place(item, "rs");
    if (events_.streams()) {
      events_.Item("response.output_item.added", item.output_index, ReasoningJson(item, {}), out);
    }
  }

  static std::string ReasoningJson(const OpenItem& item, std::string_view state) {
    std::string json;
    json::Writer writer(json);
    writer.BeginObject().Field("id", item.id).Field("type", "reasoning").Key("summary").BeginArray();
    if (!item.text.empty()) writer.Raw(PartJson(item.text));
    writer.EndArray();
    if (!state.empty()) writer.Field("encrypted_content", state);
    writer.EndObject();
    return json;
  }

  void OnSignature(const SignatureDelta& signature) {
    OpenItem* item = Find(signature.index);
    if (item == nullptr) return;
    item->state.append(signature.bytes);
    item->family = signature.family;
    item->home = signature.home;
  }

  void OnArguments(const ArgumentsDelta& delta, std::string& out) {
    OpenItem* item = Find(delta.index);
    if (item == nullptr || delta.json.empty()) return;
    item->text.append(delta.json);
    if (item->kind == PartKind::kToolCall && !item->wrapped) CallDelta(*item, delta.json, out);
  }

  void CallDelta(const OpenItem& call, std::string_view text, std::string& out) {
    if (!events_.streams()) return;
    events_.Begin(call.custom ? "response.custom_tool_call_input.delta" : "response.function_call_arguments.delta",
                  out);
    Events::Place(call.id, call.output_index, out);
    Events::Text("delta", text, out);
    Events::End(out);
  }

  void OnPartEnd(int part, std::string& out) {
    if (part == text_part_) {
      if (message_.is_open()) message_.EndPart(out);
      text_part_ = -1;
      return;
    }
    OpenItem* item = Find(part);
    if (item == nullptr) return;
    if (item->kind == PartKind::kToolCall) {
      EndCall(*item, out);
    } else if (item->kind == PartKind::kServerTool) {
      EndSearch(*item, out);
    } else {
      EndReasoning(*item, out);
    }
    open_.erase(open_.begin() + (item - open_.data()));
  }

  void EndCall(OpenItem& call, std::string& out) {
    if (call.wrapped) call.text = Unwrapped(call.text);
    const bool empty = !call.custom && call.text.empty();
    if (empty) call.text = "{}";
    if (call.wrapped || empty) CallDelta(call, call.text, out);
    if (events_.streams()) {
      events_.Begin(call.custom ? "response.custom_tool_call_input.done" : "response.function_call_arguments.done",
                    out);
      Events::Place(call.id, call.output_index, out);
      Events::Text(call.custom ? "input" : "arguments", call.text, out);
      Events::End(out);
    }
    Done(call, CallJson(call, "completed"), out);
  }

  void EndSearch(OpenItem& search, std::string& out) {
    events_.Bare("response.web_search_call.completed", search.id, search.output_index, out);
    Done(search, SearchJson(search, "completed"), out);
  }

  // Reasoning items carry their state whether the request includes it or not, as OpenAI's own do.
  void EndReasoning(OpenItem& item, std::string& out) {
    if (!item.added && item.state.empty()) return;
    AddReasoning(item, out);
    if (events_.streams() && !item.text.empty()) {
      SummaryEvent("response.reasoning_summary_text.done", item, "text", json::Quote(item.text), out);
      SummaryEvent("response.reasoning_summary_part.done", item, "part", PartJson(item.text), out);
    }
    Done(item, ReasoningJson(item, StateOf(item)), out);
  }

  // Row 12: OpenAI's own state as it is, another family's in an envelope.
  std::string StateOf(const OpenItem& item) const {
    if (item.family == Family::kOpenAi || item.state.empty()) return item.state;
    ReasoningPart part;
    part.kind = item.kind == PartKind::kRedactedReasoning ? ReasoningPart::Kind::kRedacted : ReasoningPart::Kind::kText;
    part.family = item.family;
    part.home = item.home;
    part.scope = options_.state_scope;
    part.signature = item.state;
    return SealState(part);
  }

  void Done(const OpenItem& item, std::string json, std::string& out) {
    events_.Item("response.output_item.done", item.output_index, json, out);
    items_[item.output_index] = std::move(json);
  }

  void OnFinished(const Finished& finished, std::string& out) {
    reason_ = finished.reason;
    if (reason_ == StopReason::kPauseTurn) losses_.push_back(LossOf("stop_reason", "pause_turn_ended"));
    if (finished.refusal.empty() || text_kind_ == PartKind::kRefusal) return;
    OpenMessage(out);
    message_.Text(PartKind::kRefusal, finished.refusal, out);
  }

  void OnCompleted(std::string& out) {
    state_.incomplete_reason = IncompleteReason(reason_);
    state_.status = state_.incomplete_reason.empty() ? "completed" : "incomplete";
    EndMessage(state_.status, out);
    while (!open_.empty()) OnPartEnd(open_.front().part, out);
    if (events_.streams()) {
      Respond(state_.incomplete_reason.empty() ? "response.completed" : "response.incomplete", out);
    } else {
      WriteObject(out);
    }
    Store();
  }

  // What a later request may name; `store` is true unless the client says otherwise.
  void Store() {
    if (options_.request == nullptr || options_.request->raw == nullptr) return;
    if (!options_.request->store.value_or(true)) return;
    std::string response;
    WriteObject(response);
    kept_ = {id_, StoredReply(*options_.request->raw, response)};
  }

  ReplyOptions options_;
  std::string id_;
  ResponsesEventWriter events_;
  ResponsesMessageItem message_{events_};
  ResponseState state_;
  std::string service_tier_;
  std::vector<std::string> items_;  // by output index; empty = not finished
  std::vector<OpenItem> open_;
  std::size_t message_index_ = 0;
  int text_part_ = -1;
  PartKind text_kind_ = PartKind::kText;
  StopReason reason_ = StopReason::kUnknown;
  bool started_ = false;
  bool hidden_ = false;
  std::vector<Loss> losses_;
  KeptReply kept_;
};

}  // namespace

std::unique_ptr<ReplyEncoder> MakeResponsesReplyEncoder(const ReplyOptions& options, RandomSource& random) {
  return std::make_unique<Encoder>(options, random);
}

}  // namespace ag::wire::openai
