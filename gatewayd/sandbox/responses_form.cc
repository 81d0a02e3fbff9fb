#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/sandbox/forms.h"

namespace ag::sandbox {
namespace {

// An item of the output: what it is and where it stands.
struct Item {
  enum class Kind { kReasoning, kMessage, kCall };
  Kind kind = Kind::kMessage;
  std::size_t call = 0;  // kCall: which
};

std::vector<Item> ItemsOf(const Answer& answer) {
  std::vector<Item> items;
  if (answer.thought) items.push_back({Item::Kind::kReasoning});
  for (std::size_t i = 0; i < answer.calls.size(); ++i) items.push_back({Item::Kind::kCall, i});
  if (answer.calls.empty()) items.push_back({Item::Kind::kMessage});
  return items;
}

// A call that was made after thinking says so in its id; the reader of requests relies on it.
std::string IdOf(const Item& item, const Answer& answer, const Stamp& stamp) {
  switch (item.kind) {
    case Item::Kind::kReasoning:
      return CallId("rs_sandbox_", stamp, 0);
    case Item::Kind::kMessage:
      return CallId("msg_sandbox_", stamp, 0);
    case Item::Kind::kCall:
      break;
  }
  return CallId(answer.thought ? "fc_sandbox_thought_" : "fc_sandbox_", stamp, item.call);
}

std::string MessageItem(const Answer& answer, std::string_view id, std::string_view status) {
  return Fill(
      R"({"id":"$id","type":"message","status":"$status","content":[$content],"role":"assistant"})",
      {{"$id", std::string(id)},
       {"$status", std::string(status)},
       {"$content", status == "in_progress" ? ""
                                            : absl::StrCat(R"({"type":"output_text","annotations":[],"logprobs":[],)",
                                                           R"("text":)", json::Quote(answer.Text()), "}")}});
}

std::string CallItem(const Ask::Tool& call, std::string_view call_id, std::string_view id, std::string_view status) {
  return Fill(R"({"id":"$id","type":"function_call","status":"$status","arguments":$arguments,)"
              R"("call_id":"$call_id","name":$name})",
              {{"$id", std::string(id)},
               {"$status", std::string(status)},
               {"$arguments", status == "in_progress" ? "\"\"" : json::Quote(call.arguments)},
               {"$call_id", std::string(call_id)},
               {"$name", json::Quote(call.name)}});
}

// While the item is in progress its encrypted content is one of a thought that has just begun: only the final one is
// good to send back.
std::string ReasoningItem(const Answer& answer, std::string_view id, std::string_view status) {
  const bool begun = status == "in_progress";
  const std::string summary = begun || answer.thoughts.empty() ? ""
                                                               : absl::StrCat(R"({"type":"summary_text","text":)",
                                                                              json::Quote(answer.Thought()), "}");
  std::string state;
  if (!answer.state_seed.empty()) {
    state = absl::StrCat(R"(,"encrypted_content":)",
                         json::Quote(answer.State(begun ? "responses, begun" : ResponsesBinding())));
  }
  return absl::StrCat(R"({"id":")", ToAbsl(id), R"(","type":"reasoning","summary":[)", summary, "]", state, "}");
}

std::string ItemJson(const Item& item, const Answer& answer, const Stamp& stamp, std::string_view status) {
  const std::string id = IdOf(item, answer, stamp);
  switch (item.kind) {
    case Item::Kind::kReasoning:
      return ReasoningItem(answer, id, status);
    case Item::Kind::kMessage:
      return MessageItem(answer, id, status);
    case Item::Kind::kCall:
      break;
  }
  return CallItem(answer.calls[item.call], CallId("call_sandbox_", stamp, item.call), id, status);
}

std::string Output(const Answer& answer, const Stamp& stamp, std::string_view status) {
  std::vector<std::string> items;
  for (const Item& item : ItemsOf(answer)) items.push_back(ItemJson(item, answer, stamp, status));
  return absl::StrJoin(items, ",");
}

std::string_view FinalStatus(const Answer& answer) {
  return answer.stop == Answer::Stop::kLength ? "incomplete" : "completed";
}

std::string Usage(const Ask& ask, const Answer& answer) {
  const std::int64_t output = answer.output_tokens + answer.reasoning_tokens;
  return absl::StrCat(R"({"input_tokens":)", ask.input_tokens, R"(,"input_tokens_details":{"cached_tokens":0},)",
                      R"("output_tokens":)", output, R"(,"output_tokens_details":{"reasoning_tokens":)",
                      answer.reasoning_tokens, R"(},"total_tokens":)", ask.input_tokens + output, "}");
}

// The response object; "in_progress" is the one at the beginning of a stream.
std::string Response(const Ask& ask, const Answer& answer, const Stamp& stamp, std::string_view status) {
  constexpr std::string_view kForm =
      R"({"id":"resp_sandbox_$number","object":"response","created_at":$created,"status":"$status",)"
      R"("background":false,"error":null,"incomplete_details":$details,"instructions":null,"max_output_tokens":$max,)"
      R"("max_tool_calls":null,"model":$model,"output":[$output],"parallel_tool_calls":true,)"
      R"("previous_response_id":null,"reasoning":{"effort":null,"summary":null},"service_tier":"default",)"
      R"("store":false,)"
      R"("temperature":1.0,"text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[],"top_p":1.0,)"
      R"("truncation":"disabled","usage":$usage,"user":null,"metadata":{}})";
  const bool begun = status == "in_progress";
  return Fill(kForm, {{"$number", absl::StrCat(stamp.number)},
                      {"$created", absl::StrCat(stamp.created_s)},
                      {"$status", std::string(status)},
                      {"$details", status == "incomplete" ? R"({"reason":"max_output_tokens"})" : "null"},
                      {"$max", ask.max_tokens ? absl::StrCat(*ask.max_tokens) : "null"},
                      {"$model", json::Quote(ask.model)},
                      {"$output", begun ? "" : Output(answer, stamp, status)},
                      {"$usage", begun ? "null" : Usage(ask, answer)}});
}

// Numbers the events as it writes them.
class EventWriter {
 public:
  void Add(std::string_view type, std::string_view members) {
    frames_.push_back(absl::StrCat("event: ", ToAbsl(type), "\ndata: {\"type\":\"", ToAbsl(type),
                                   R"(","sequence_number":)", frames_.size(), ",", ToAbsl(members), "}\n\n"));
  }
  std::vector<std::string> Take() { return std::move(frames_); }

 private:
  std::vector<std::string> frames_;
};

// `place` is "item_id" and "output_index" with a comma behind.
void AddCall(const Ask::Tool& call, const std::string& place, EventWriter& events) {
  for (const std::string& piece : HalvesOf(call.arguments)) {
    events.Add("response.function_call_arguments.delta", absl::StrCat(place, R"("delta":)", json::Quote(piece)));
  }
  events.Add("response.function_call_arguments.done", absl::StrCat(place, R"("name":)", json::Quote(call.name),
                                                                   R"(,"arguments":)", json::Quote(call.arguments)));
}

void AddMessage(const Answer& answer, const std::string& item, EventWriter& events) {
  const std::string place = absl::StrCat(item, R"("content_index":0,)");
  const std::string part =
      absl::StrCat(place, R"("part":{"type":"output_text","annotations":[],"logprobs":[],"text":)");
  events.Add("response.content_part.added", absl::StrCat(part, "\"\"}"));
  for (const std::string& word : answer.words) {
    events.Add("response.output_text.delta", absl::StrCat(place, R"("logprobs":[],"delta":)", json::Quote(word)));
  }
  const std::string text = json::Quote(answer.Text());
  events.Add("response.output_text.done", absl::StrCat(place, R"("logprobs":[],"text":)", text));
  events.Add("response.content_part.done", absl::StrCat(part, text, "}"));
}

void AddSummary(const Answer& answer, const std::string& item, EventWriter& events) {
  if (answer.thoughts.empty()) return;
  const std::string place = absl::StrCat(item, R"("summary_index":0,)");
  const std::string part = absl::StrCat(place, R"("part":{"type":"summary_text","text":)");
  events.Add("response.reasoning_summary_part.added", absl::StrCat(part, "\"\"}"));
  for (const std::string& word : answer.thoughts) {
    events.Add("response.reasoning_summary_text.delta", absl::StrCat(place, R"("delta":)", json::Quote(word)));
  }
  const std::string text = json::Quote(answer.Thought());
  events.Add("response.reasoning_summary_text.done", absl::StrCat(place, R"("text":)", text));
  events.Add("response.reasoning_summary_part.done", absl::StrCat(part, text, "}"));
}

void AddItem(const Item& item, std::size_t index, const Answer& answer, const Stamp& stamp, EventWriter& events) {
  const std::string head = absl::StrCat(R"("output_index":)", index, R"(,"item":)");
  const std::string place =
      absl::StrCat(R"("item_id":")", IdOf(item, answer, stamp), R"(","output_index":)", index, ",");
  events.Add("response.output_item.added", absl::StrCat(head, ItemJson(item, answer, stamp, "in_progress")));
  switch (item.kind) {
    case Item::Kind::kReasoning:
      AddSummary(answer, place, events);
      break;
    case Item::Kind::kMessage:
      AddMessage(answer, place, events);
      break;
    case Item::Kind::kCall:
      AddCall(answer.calls[item.call], place, events);
      break;
  }
  events.Add("response.output_item.done", absl::StrCat(head, ItemJson(item, answer, stamp, FinalStatus(answer))));
}

}  // namespace

std::string ResponsesUnary(const Ask& ask, const Answer& answer, const Stamp& stamp) {
  return Response(ask, answer, stamp, FinalStatus(answer));
}

std::vector<std::string> ResponsesStream(const Ask& ask, const Answer& answer, const Stamp& stamp) {
  EventWriter events;
  const std::string begun = absl::StrCat(R"("response":)", Response(ask, answer, stamp, "in_progress"));
  events.Add("response.created", begun);
  events.Add("response.in_progress", begun);
  const std::vector<Item> items = ItemsOf(answer);
  for (std::size_t i = 0; i < items.size(); ++i) AddItem(items[i], i, answer, stamp, events);
  const std::string_view status = FinalStatus(answer);
  events.Add(absl::StrCat("response.", ToAbsl(status)),
             absl::StrCat(R"("response":)", Response(ask, answer, stamp, status)));
  return events.Take();
}

}  // namespace ag::sandbox
