#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_replace.h>

#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/sandbox/forms.h"

namespace ag::sandbox {

std::string Fill(std::string_view form, const std::vector<std::pair<std::string_view, std::string>>& values) {
  std::vector<std::pair<absl::string_view, absl::string_view>> replacements;
  replacements.reserve(values.size());
  for (const auto& [name, value] : values) replacements.emplace_back(ToAbsl(name), value);
  return absl::StrReplaceAll(ToAbsl(form), replacements);
}

std::string CallId(std::string_view prefix, const Stamp& stamp, std::size_t index) {
  return absl::StrCat(ToAbsl(prefix), stamp.number, index == 0 ? "" : absl::StrCat("_", index + 1));
}

std::vector<std::string> HalvesOf(const std::string& arguments) {
  const std::size_t half = arguments.size() / 2;
  return {arguments.substr(0, half), arguments.substr(half)};
}

namespace {

std::string FinishReason(const Answer& answer) {
  switch (answer.stop) {
    case Answer::Stop::kLength:
      return "\"length\"";
    case Answer::Stop::kTool:
      return "\"tool_calls\"";
    case Answer::Stop::kEnd:
    case Answer::Stop::kSequence:
      break;
  }
  return "\"stop\"";
}

std::string UsageOf(const Ask& ask, const Answer& answer) {
  const std::int64_t output = answer.output_tokens + answer.reasoning_tokens;
  return absl::StrCat(R"({"prompt_tokens":)", ask.input_tokens, R"(,"completion_tokens":)", output,
                      R"(,"total_tokens":)", ask.input_tokens + output,
                      R"(,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},)",
                      R"("completion_tokens_details":{"reasoning_tokens":)", answer.reasoning_tokens,
                      R"(,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}})");
}

std::string ToolCalls(const Answer& answer, const Stamp& stamp) {
  std::vector<std::string> calls;
  for (std::size_t i = 0; i < answer.calls.size(); ++i) {
    calls.push_back(absl::StrCat(R"({"id":")", CallId("call_sandbox_", stamp, i),
                                 R"(","type":"function","function":{"name":)", json::Quote(answer.calls[i].name),
                                 R"(,"arguments":)", json::Quote(answer.calls[i].arguments), "}}"));
  }
  return absl::StrCat("[", absl::StrJoin(calls, ","), "]");
}

// The members of a chat.completion.chunk around its choices.
class ChunkWriter {
 public:
  ChunkWriter(const Ask& ask, const Stamp& stamp, std::string_view id_prefix, std::string_view object)
      : head_(absl::StrCat(R"(data: {"id":")", ToAbsl(id_prefix), "sandbox-", stamp.number, R"(","object":")",
                           ToAbsl(object), R"(","created":)", stamp.created_s, R"(,"model":)", json::Quote(ask.model))),
        usage_null_(ask.include_usage ? R"(,"usage":null)" : "") {}

  std::string Delta(std::string_view delta, std::string_view finish) const {
    return absl::StrCat(head_, R"(,"service_tier":"default","system_fingerprint":"fp_sandbox","choices":[{"index":0,)",
                        R"("delta":)", ToAbsl(delta), R"(,"logprobs":null,"finish_reason":)", ToAbsl(finish), "}]",
                        usage_null_, "}\n\n");
  }
  std::string Text(std::string_view text, std::string_view finish) const {
    return absl::StrCat(head_, R"(,"choices":[{"text":)", json::Quote(text),
                        R"(,"index":0,"logprobs":null,"finish_reason":)", ToAbsl(finish), "}]", usage_null_, "}\n\n");
  }
  std::string Usage(const std::string& usage) const {
    return absl::StrCat(head_, R"(,"choices":[],"usage":)", usage, "}\n\n");
  }

 private:
  std::string head_;
  const char* usage_null_;
};

void AddToolChunks(const Answer& answer, const Stamp& stamp, const ChunkWriter& chunk,
                   std::vector<std::string>& frames) {
  for (std::size_t i = 0; i < answer.calls.size(); ++i) {
    const Ask::Tool& call = answer.calls[i];
    const std::string head = absl::StrCat(R"({"tool_calls":[{"index":)", i);
    frames.push_back(chunk.Delta(
        absl::StrCat(head, R"(,"id":")", CallId("call_sandbox_", stamp, i),
                     R"(","type":"function","function":{"name":)", json::Quote(call.name), R"(,"arguments":""}}]})"),
        "null"));
    for (const std::string& piece : HalvesOf(call.arguments)) {
      frames.push_back(
          chunk.Delta(absl::StrCat(head, R"(,"function":{"arguments":)", json::Quote(piece), "}}]}"), "null"));
    }
  }
}

}  // namespace

std::string ChatUnary(const Ask& ask, const Answer& answer, const Stamp& stamp) {
  constexpr std::string_view kForm =
      R"({"id":"chatcmpl-sandbox-$number","object":"chat.completion","created":$created,"model":$model,"choices":[)"
      R"({"index":0,"message":{"role":"assistant","content":$text$thought$calls,"refusal":null,"annotations":[]},)"
      R"("logprobs":null,"finish_reason":$finish}],"usage":$usage,"service_tier":"default",)"
      R"("system_fingerprint":"fp_sandbox"})";
  return Fill(kForm,
              {{"$number", absl::StrCat(stamp.number)},
               {"$created", absl::StrCat(stamp.created_s)},
               {"$model", json::Quote(ask.model)},
               {"$text", answer.calls.empty() ? json::Quote(answer.Text()) : "null"},
               {"$thought",
                answer.thoughts.empty() ? "" : absl::StrCat(R"(,"reasoning_content":)", json::Quote(answer.Thought()))},
               {"$calls", answer.calls.empty() ? "" : absl::StrCat(R"(,"tool_calls":)", ToolCalls(answer, stamp))},
               {"$finish", FinishReason(answer)},
               {"$usage", UsageOf(ask, answer)}});
}

std::vector<std::string> ChatStream(const Ask& ask, const Answer& answer, const Stamp& stamp) {
  const ChunkWriter chunk(ask, stamp, "chatcmpl-", "chat.completion.chunk");
  std::vector<std::string> frames;
  const char* content = answer.calls.empty() ? "\"\"" : "null";
  frames.push_back(
      chunk.Delta(absl::StrCat(R"({"role":"assistant","content":)", content, R"(,"refusal":null})"), "null"));
  for (const std::string& word : answer.thoughts) {
    frames.push_back(chunk.Delta(absl::StrCat(R"({"reasoning_content":)", json::Quote(word), "}"), "null"));
  }
  for (const std::string& word : answer.words) {
    frames.push_back(chunk.Delta(absl::StrCat(R"({"content":)", json::Quote(word), "}"), "null"));
  }
  AddToolChunks(answer, stamp, chunk, frames);
  frames.push_back(chunk.Delta("{}", FinishReason(answer)));
  if (ask.include_usage) frames.push_back(chunk.Usage(UsageOf(ask, answer)));
  frames.emplace_back("data: [DONE]\n\n");
  return frames;
}

std::string CompletionsUnary(const Ask& ask, const Answer& answer, const Stamp& stamp) {
  constexpr std::string_view kForm =
      R"({"id":"cmpl-sandbox-$number","object":"text_completion","created":$created,"model":$model,"choices":[)"
      R"({"text":$text,"index":0,"logprobs":null,"finish_reason":$finish}],"usage":$usage})";
  return Fill(kForm, {{"$number", absl::StrCat(stamp.number)},
                      {"$created", absl::StrCat(stamp.created_s)},
                      {"$model", json::Quote(ask.model)},
                      {"$text", json::Quote(answer.Text())},
                      {"$finish", FinishReason(answer)},
                      {"$usage", UsageOf(ask, answer)}});
}

std::vector<std::string> CompletionsStream(const Ask& ask, const Answer& answer, const Stamp& stamp) {
  const ChunkWriter chunk(ask, stamp, "cmpl-", "text_completion");
  std::vector<std::string> frames;
  for (const std::string& word : answer.words) frames.push_back(chunk.Text(word, "null"));
  frames.push_back(chunk.Text("", FinishReason(answer)));
  if (ask.include_usage) frames.push_back(chunk.Usage(UsageOf(ask, answer)));
  frames.emplace_back("data: [DONE]\n\n");
  return frames;
}

}  // namespace ag::sandbox
