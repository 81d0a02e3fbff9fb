#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

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

std::string ToolUse(const Answer& answer, const Stamp& stamp, std::size_t index, std::string_view input) {
  return absl::StrCat(R"({"type":"tool_use","id":")", CallId("toolu_sandbox_", stamp, index), R"(","name":)",
                      json::Quote(answer.calls[index].name), R"(,"input":)", ToAbsl(input), "}");
}

std::string Signature(const Answer& answer) { return answer.State(MessagesBinding(answer.Thought())); }

std::vector<std::string> Blocks(const Answer& answer, const Stamp& stamp) {
  std::vector<std::string> blocks;
  if (answer.thought) {
    blocks.push_back(absl::StrCat(R"({"type":"thinking","thinking":)", json::Quote(answer.Thought()),
                                  R"(,"signature":)", json::Quote(Signature(answer)), "}"));
  }
  for (std::size_t i = 0; i < answer.calls.size(); ++i) {
    blocks.push_back(ToolUse(answer, stamp, i, answer.calls[i].arguments));
  }
  if (answer.calls.empty())
    blocks.push_back(absl::StrCat(R"({"type":"text","text":)", json::Quote(answer.Text()), "}"));
  return blocks;
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

// Writes the events of content blocks, one block after the other.
class BlockWriter {
 public:
  explicit BlockWriter(std::vector<std::string>& frames) : frames_(frames) {}

  void Start(std::string_view block) {
    Add("content_block_start", absl::StrCat(R"(,"content_block":)", ToAbsl(block)));
    if (index_ == 0) frames_.push_back(Event("ping", ""));
  }
  void Delta(std::string_view type, std::string_view key, std::string_view text) {
    Add("content_block_delta",
        absl::StrCat(R"(,"delta":{"type":")", ToAbsl(type), R"(",")", ToAbsl(key), "\":", json::Quote(text), "}"));
  }
  void Stop() {
    Add("content_block_stop", "");
    ++index_;
  }

 private:
  void Add(std::string_view type, std::string_view members) {
    frames_.push_back(Event(type, absl::StrCat(R"(,"index":)", index_, ToAbsl(members))));
  }

  std::vector<std::string>& frames_;
  int index_ = 0;
};

void AddBlocks(const Answer& answer, const Stamp& stamp, std::vector<std::string>& frames) {
  BlockWriter writer(frames);
  if (answer.thought) {
    writer.Start(R"({"type":"thinking","thinking":"","signature":""})");
    for (const std::string& word : answer.thoughts) writer.Delta("thinking_delta", "thinking", word);
    writer.Delta("signature_delta", "signature", Signature(answer));
    writer.Stop();
  }
  for (std::size_t i = 0; i < answer.calls.size(); ++i) {
    writer.Start(ToolUse(answer, stamp, i, "{}"));
    writer.Delta("input_json_delta", "partial_json", "");
    for (const std::string& piece : HalvesOf(answer.calls[i].arguments)) {
      writer.Delta("input_json_delta", "partial_json", piece);
    }
    writer.Stop();
  }
  if (!answer.calls.empty()) return;
  writer.Start(R"({"type":"text","text":""})");
  for (const std::string& word : answer.words) writer.Delta("text_delta", "text", word);
  writer.Stop();
}

}  // namespace

std::string MessagesUnary(const Ask& ask, const Answer& answer, const Stamp& stamp) {
  return Message(ask, stamp, absl::StrJoin(Blocks(answer, stamp), ","), StopReason(answer), StopSequence(answer),
                 answer.output_tokens + answer.reasoning_tokens);
}

std::vector<std::string> MessagesStream(const Ask& ask, const Answer& answer, const Stamp& stamp) {
  std::vector<std::string> frames;
  frames.push_back(Event("message_start", absl::StrCat(R"(,"message":)", Message(ask, stamp, "", "null", "null", 1))));
  AddBlocks(answer, stamp, frames);
  frames.push_back(Event(
      "message_delta",
      absl::StrCat(R"(,"delta":{"stop_reason":)", StopReason(answer), R"(,"stop_sequence":)", StopSequence(answer),
                   R"(},"usage":{"output_tokens":)", answer.output_tokens + answer.reasoning_tokens, "}")));
  frames.push_back(Event("message_stop", ""));
  return frames;
}

}  // namespace ag::sandbox
