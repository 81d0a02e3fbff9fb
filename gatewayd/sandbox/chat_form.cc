#include <absl/strings/str_cat.h>
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
  return absl::StrCat(R"({"prompt_tokens":)", ask.input_tokens, R"(,"completion_tokens":)", answer.output_tokens,
                      R"(,"total_tokens":)", ask.input_tokens + answer.output_tokens,
                      R"(,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},)",
                      R"("completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,)",
                      R"("accepted_prediction_tokens":0,"rejected_prediction_tokens":0}})");
}

std::string ToolCalls(const Answer& answer, const Stamp& stamp) {
  return absl::StrCat(R"([{"id":"call_sandbox_)", stamp.number, R"(","type":"function","function":{"name":)",
                      json::Quote(answer.call->name), R"(,"arguments":)", json::Quote(answer.call->arguments), "}}]");
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

// Tool arguments arrive in two pieces, so that clients prove that they join them.
void AddToolChunks(const Answer& answer, const Stamp& stamp, const ChunkWriter& chunk,
                   std::vector<std::string>& frames) {
  const std::string& arguments = answer.call->arguments;
  const std::size_t half = arguments.size() / 2;
  frames.push_back(
      chunk.Delta(absl::StrCat(R"({"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_sandbox_)",
                               stamp.number, R"(","type":"function","function":{"name":)",
                               json::Quote(answer.call->name), R"(,"arguments":""}}],"refusal":null})"),
                  "null"));
  for (const std::string& piece : {arguments.substr(0, half), arguments.substr(half)}) {
    frames.push_back(chunk.Delta(
        absl::StrCat(R"({"tool_calls":[{"index":0,"function":{"arguments":)", json::Quote(piece), "}}]}"), "null"));
  }
}

}  // namespace

std::string ChatUnary(const Ask& ask, const Answer& answer, const Stamp& stamp) {
  constexpr std::string_view kForm =
      R"({"id":"chatcmpl-sandbox-$number","object":"chat.completion","created":$created,"model":$model,"choices":[)"
      R"({"index":0,"message":{"role":"assistant","content":$text$calls,"refusal":null,"annotations":[]},)"
      R"("logprobs":null,"finish_reason":$finish}],"usage":$usage,"service_tier":"default",)"
      R"("system_fingerprint":"fp_sandbox"})";
  return Fill(kForm, {{"$number", absl::StrCat(stamp.number)},
                      {"$created", absl::StrCat(stamp.created_s)},
                      {"$model", json::Quote(ask.model)},
                      {"$text", answer.call ? "null" : json::Quote(answer.Text())},
                      {"$calls", answer.call ? absl::StrCat(R"(,"tool_calls":)", ToolCalls(answer, stamp)) : ""},
                      {"$finish", FinishReason(answer)},
                      {"$usage", UsageOf(ask, answer)}});
}

std::vector<std::string> ChatStream(const Ask& ask, const Answer& answer, const Stamp& stamp) {
  const ChunkWriter chunk(ask, stamp, "chatcmpl-", "chat.completion.chunk");
  std::vector<std::string> frames;
  if (answer.call) {
    AddToolChunks(answer, stamp, chunk, frames);
  } else {
    frames.push_back(chunk.Delta(R"({"role":"assistant","content":"","refusal":null})", "null"));
    for (const std::string& word : answer.words) {
      frames.push_back(chunk.Delta(absl::StrCat(R"({"content":)", json::Quote(word), "}"), "null"));
    }
  }
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
