#include <absl/strings/str_cat.h>

#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/sandbox/forms.h"

namespace ag::sandbox {
namespace {

std::string MessageItem(const Answer& answer, const Stamp& stamp, std::string_view status) {
  return Fill(
      R"({"id":"msg_sandbox_$number","type":"message","status":"$status","content":[$content],"role":"assistant"})",
      {{"$number", absl::StrCat(stamp.number)},
       {"$status", std::string(status)},
       {"$content", status == "in_progress" ? ""
                                            : absl::StrCat(R"({"type":"output_text","annotations":[],"logprobs":[],)",
                                                           R"("text":)", json::Quote(answer.Text()), "}")}});
}

std::string CallItem(const Answer& answer, const Stamp& stamp, std::string_view status) {
  return Fill(R"({"id":"fc_sandbox_$number","type":"function_call","status":"$status","arguments":$arguments,)"
              R"("call_id":"call_sandbox_$number","name":$name})",
              {{"$number", absl::StrCat(stamp.number)},
               {"$status", std::string(status)},
               {"$arguments", status == "in_progress" ? "\"\"" : json::Quote(answer.call->arguments)},
               {"$name", json::Quote(answer.call->name)}});
}

std::string Item(const Answer& answer, const Stamp& stamp, std::string_view status) {
  return answer.call ? CallItem(answer, stamp, status) : MessageItem(answer, stamp, status);
}

std::string_view FinalStatus(const Answer& answer) {
  return answer.stop == Answer::Stop::kLength ? "incomplete" : "completed";
}

std::string Usage(const Ask& ask, const Answer& answer) {
  return absl::StrCat(R"({"input_tokens":)", ask.input_tokens, R"(,"input_tokens_details":{"cached_tokens":0},)",
                      R"("output_tokens":)", answer.output_tokens,
                      R"(,"output_tokens_details":{"reasoning_tokens":0},)", R"("total_tokens":)",
                      ask.input_tokens + answer.output_tokens, "}");
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
                      {"$output", begun ? "" : Item(answer, stamp, status)},
                      {"$usage", begun ? "null" : Usage(ask, answer)}});
}

// Numbers the events as it writes them.
class EventWriter {
 public:
  explicit EventWriter(const Stamp& stamp) : number_(absl::StrCat(stamp.number)) {}

  void Add(std::string_view type, std::string_view members) {
    frames_.push_back(absl::StrCat("event: ", ToAbsl(type), "\ndata: {\"type\":\"", ToAbsl(type),
                                   R"(","sequence_number":)", frames_.size(), ",", ToAbsl(members), "}\n\n"));
  }
  void AddText(std::string_view type, std::string_view key, std::string_view text) {
    Add(type,
        absl::StrCat(R"("item_id":"msg_sandbox_)", number_, R"(","output_index":0,"content_index":0,"logprobs":[],)",
                     "\"", ToAbsl(key), "\":", json::Quote(text)));
  }
  std::vector<std::string> Take() { return std::move(frames_); }

 private:
  std::string number_;
  std::vector<std::string> frames_;
};

void AddCall(const Answer& answer, const Stamp& stamp, EventWriter& events) {
  const std::string& arguments = answer.call->arguments;
  const std::size_t half = arguments.size() / 2;
  const std::string item = absl::StrCat(R"("item_id":"fc_sandbox_)", stamp.number, R"(","output_index":0,)");
  for (const std::string& piece : {arguments.substr(0, half), arguments.substr(half)}) {
    events.Add("response.function_call_arguments.delta", absl::StrCat(item, R"("delta":)", json::Quote(piece)));
  }
  events.Add("response.function_call_arguments.done", absl::StrCat(item, R"("arguments":)", json::Quote(arguments)));
}

void AddMessage(const Answer& answer, const Stamp& stamp, EventWriter& events) {
  const std::string part =
      absl::StrCat(R"("item_id":"msg_sandbox_)", stamp.number, R"(","output_index":0,"content_index":0,)",
                   R"("part":{"type":"output_text","annotations":[],"logprobs":[],"text":)");
  events.Add("response.content_part.added", absl::StrCat(part, "\"\"}"));
  for (const std::string& word : answer.words) events.AddText("response.output_text.delta", "delta", word);
  events.AddText("response.output_text.done", "text", answer.Text());
  events.Add("response.content_part.done", absl::StrCat(part, json::Quote(answer.Text()), "}"));
}

}  // namespace

std::string ResponsesUnary(const Ask& ask, const Answer& answer, const Stamp& stamp) {
  return Response(ask, answer, stamp, FinalStatus(answer));
}

std::vector<std::string> ResponsesStream(const Ask& ask, const Answer& answer, const Stamp& stamp) {
  EventWriter events(stamp);
  const std::string begun = absl::StrCat(R"("response":)", Response(ask, answer, stamp, "in_progress"));
  events.Add("response.created", begun);
  events.Add("response.in_progress", begun);
  events.Add("response.output_item.added",
             absl::StrCat(R"("output_index":0,"item":)", Item(answer, stamp, "in_progress")));
  if (answer.call) {
    AddCall(answer, stamp, events);
  } else {
    AddMessage(answer, stamp, events);
  }
  const std::string_view status = FinalStatus(answer);
  events.Add("response.output_item.done", absl::StrCat(R"("output_index":0,"item":)", Item(answer, stamp, status)));
  events.Add(absl::StrCat("response.", ToAbsl(status)),
             absl::StrCat(R"("response":)", Response(ask, answer, stamp, status)));
  return events.Take();
}

}  // namespace ag::sandbox
