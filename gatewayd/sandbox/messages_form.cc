#include <absl/strings/str_cat.h>

#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/sandbox/forms.h"

namespace ag::sandbox {
namespace {

std::string StopReason(const Answer& answer) {
  switch (answer.stop) {
    case Answer::Stop::kLength:
      return "\"max_tokens\"";
    case Answer::Stop::kSequence:
      return "\"stop_sequence\"";
    case Answer::Stop::kTool:
      return "\"tool_use\"";
    case Answer::Stop::kEnd:
      break;
  }
  return "\"end_turn\"";
}

std::string StopSequence(const Answer& answer) {
  return answer.stop == Answer::Stop::kSequence ? json::Quote(answer.stop_sequence) : "null";
}

std::string ToolUse(const Answer& answer, const Stamp& stamp, std::string_view input) {
  return absl::StrCat(R"({"type":"tool_use","id":"toolu_sandbox_)", stamp.number, R"(","name":)",
                      json::Quote(answer.call->name), R"(,"input":)", ToAbsl(input), "}");
}

std::string Message(const Ask& ask, const Stamp& stamp, std::string_view content, std::string_view stop_reason,
                    std::string_view stop_sequence, std::int64_t output_tokens) {
  constexpr std::string_view kForm =
      R"({"model":$model,"id":"msg_sandbox_$number","type":"message","role":"assistant","content":[$content],)"
      R"("stop_reason":$reason,"stop_sequence":$sequence,"usage":{"input_tokens":$input,)"
      R"("cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":$output,)"
      R"("service_tier":"standard"}})";
  return Fill(kForm, {{"$model", json::Quote(ask.model)},
                      {"$number", absl::StrCat(stamp.number)},
                      {"$content", std::string(content)},
                      {"$reason", std::string(stop_reason)},
                      {"$sequence", std::string(stop_sequence)},
                      {"$input", absl::StrCat(ask.input_tokens)},
                      {"$output", absl::StrCat(output_tokens)}});
}

std::string Event(std::string_view type, std::string_view members) {
  return absl::StrCat("event: ", ToAbsl(type), "\ndata: {\"type\":\"", ToAbsl(type), "\"", ToAbsl(members), "}\n\n");
}

std::string Delta(std::string_view type, std::string_view key, std::string_view text) {
  return Event("content_block_delta", absl::StrCat(R"(,"index":0,"delta":{"type":")", ToAbsl(type), R"(",")",
                                                   ToAbsl(key), "\":", json::Quote(text), "}"));
}

}  // namespace

std::string MessagesUnary(const Ask& ask, const Answer& answer, const Stamp& stamp) {
  const std::string content = answer.call ? ToolUse(answer, stamp, answer.call->arguments)
                                          : absl::StrCat(R"({"type":"text","text":)", json::Quote(answer.Text()), "}");
  return Message(ask, stamp, content, StopReason(answer), StopSequence(answer), answer.output_tokens);
}

std::vector<std::string> MessagesStream(const Ask& ask, const Answer& answer, const Stamp& stamp) {
  std::vector<std::string> frames;
  frames.push_back(Event("message_start", absl::StrCat(R"(,"message":)", Message(ask, stamp, "", "null", "null", 1))));
  const std::string block = answer.call ? ToolUse(answer, stamp, "{}") : R"({"type":"text","text":""})";
  frames.push_back(Event("content_block_start", absl::StrCat(R"(,"index":0,"content_block":)", block)));
  frames.push_back(Event("ping", ""));
  if (answer.call) {
    const std::string& input = answer.call->arguments;
    const std::size_t half = input.size() / 2;
    frames.push_back(Delta("input_json_delta", "partial_json", ""));
    frames.push_back(Delta("input_json_delta", "partial_json", input.substr(0, half)));
    frames.push_back(Delta("input_json_delta", "partial_json", input.substr(half)));
  }
  for (const std::string& word : answer.words) frames.push_back(Delta("text_delta", "text", word));
  frames.push_back(Event("content_block_stop", R"(,"index":0)"));
  frames.push_back(Event("message_delta", absl::StrCat(R"(,"delta":{"stop_reason":)", StopReason(answer),
                                                       R"(,"stop_sequence":)", StopSequence(answer),
                                                       R"(},"usage":{"output_tokens":)", answer.output_tokens, "}")));
  frames.push_back(Event("message_stop", ""));
  return frames;
}

}  // namespace ag::sandbox
