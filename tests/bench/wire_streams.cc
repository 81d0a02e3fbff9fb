#include "tests/bench/wire_streams.h"

#include <absl/strings/str_cat.h>

#include <string_view>
#include <utility>

#include "gatewayd/base/strings.h"

namespace ag::wire::bench {
namespace {

std::string Data(std::string_view json) { return absl::StrCat("data: ", ToAbsl(json), "\n\n"); }
std::string Named(std::string_view name, std::string_view fields) {
  return absl::StrCat("event: ", ToAbsl(name), "\ndata: {\"type\":\"", ToAbsl(name), "\"", ToAbsl(fields), "}\n\n");
}

// A fragment of the arguments {"n":[0,1,2,…,63]}, as a JSON string's text.
std::string Fragment(int i) { return absl::StrCat(i == 0 ? R"({\"n\":[)" : ",", i, i == kDeltas - 1 ? "]}" : ""); }

Stream ChatStream(Kind kind) {
  const auto chunk = [](std::string_view choice) {
    return Data(
        absl::StrCat(R"({"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"g","choices":[)",
                     R"({"index":0,)", ToAbsl(choice), "}]}"));
  };
  Stream stream;
  if (kind == Kind::kText) {
    stream.before.push_back(chunk(R"("delta":{"role":"assistant","content":""},"finish_reason":null)"));
  } else {
    stream.before.push_back(
        chunk(R"("delta":{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_1",)"
              R"("type":"function","function":{"name":"f","arguments":""}}]},"finish_reason":null)"));
  }
  for (int i = 0; i < kDeltas; ++i) {
    const std::string delta =
        kind == Kind::kText
            ? absl::StrCat(R"("content":" some words )", i, "\"")
            : absl::StrCat(R"("tool_calls":[{"index":0,"function":{"arguments":")", Fragment(i), "\"}}]");
    stream.deltas.push_back(chunk(absl::StrCat("\"delta\":{", delta, "},\"finish_reason\":null")));
  }
  stream.after.push_back(
      chunk(absl::StrCat("\"delta\":{},\"finish_reason\":\"", kind == Kind::kText ? "stop" : "tool_calls", "\"")));
  stream.after.push_back("data: [DONE]\n\n");
  return stream;
}

Stream MessagesStream(Kind kind) {
  const bool text = kind == Kind::kText;
  Stream stream;
  stream.before.push_back(Named("message_start",
                                R"(,"message":{"id":"msg_1","type":"message","role":"assistant","model":"g",)"
                                R"("content":[],"usage":{"input_tokens":9,"output_tokens":1}})"));
  stream.before.push_back(
      Named("content_block_start", absl::StrCat(R"(,"index":0,"content_block":)",
                                                text ? R"({"type":"text","text":""})"
                                                     : R"({"type":"tool_use","id":"toolu_1","name":"f","input":{}})")));
  for (int i = 0; i < kDeltas; ++i) {
    const std::string delta = text ? absl::StrCat(R"({"type":"text_delta","text":" some words )", i, "\"}")
                                   : absl::StrCat(R"({"type":"input_json_delta","partial_json":")", Fragment(i), "\"}");
    stream.deltas.push_back(Named("content_block_delta", absl::StrCat(R"(,"index":0,"delta":)", delta)));
  }
  stream.after.push_back(Named("content_block_stop", R"(,"index":0)"));
  stream.after.push_back(
      Named("message_delta", absl::StrCat(R"(,"delta":{"stop_reason":")", text ? "end_turn" : "tool_use",
                                          R"("},"usage":{"output_tokens":64})")));
  stream.after.push_back(Named("message_stop", ""));
  return stream;
}

Stream GeminiStream(Kind kind) {
  const auto chunk = [](std::string_view part, std::string_view more) {
    return Data(
        absl::StrCat(R"({"responseId":"r","modelVersion":"g","candidates":[{"index":0,"content":{"role":"model",)",
                     R"("parts":[)", ToAbsl(part), "]}", ToAbsl(more), "}]}"));
  };
  Stream stream;
  for (int i = 0; i < kDeltas; ++i) {  // calls come whole
    stream.deltas.push_back(chunk(kind == Kind::kText
                                      ? absl::StrCat(R"({"text":" some words )", i, "\"}")
                                      : absl::StrCat(R"({"functionCall":{"name":"f","args":{"n":[)", i, "]}}}"),
                                  ""));
  }
  stream.after.push_back(chunk(R"({"text":""})", R"(,"finishReason":"STOP")"));
  return stream;
}

// https://platform.openai.com/docs/api-reference/responses-streaming
class ResponsesStream {
 public:
  Stream Make(Kind kind) && {
    constexpr std::string_view kBegun =
        R"(,"response":{"id":"resp_1","object":"response","status":"in_progress","model":"g","output":[]})";
    Add(stream_.before, "response.created", kBegun);
    Add(stream_.before, "response.in_progress", kBegun);
    const std::string item = kind == Kind::kText ? Text() : Call();
    Add(stream_.after, "response.output_item.done", absl::StrCat(R"(,"output_index":0,"item":)", item));
    Add(stream_.after, "response.completed",
        absl::StrCat(R"(,"response":{"id":"resp_1","object":"response","status":"completed","model":"g","output":[)",
                     item, R"(],"usage":{"input_tokens":9,"output_tokens":64,"total_tokens":73}})"));
    return std::move(stream_);
  }

 private:
  // Each answers with the whole item.
  std::string Text() {
    constexpr std::string_view kPlace = R"(,"item_id":"msg_1","output_index":0,"content_index":0,)";
    Add(stream_.before, "response.output_item.added",
        R"(,"output_index":0,"item":{"id":"msg_1","type":"message","status":"in_progress","role":"assistant",)"
        R"("content":[]})");
    const auto part = [](std::string_view text) {
      return absl::StrCat(R"({"type":"output_text","annotations":[],"text":")", ToAbsl(text), "\"}");
    };
    Add(stream_.before, "response.content_part.added", absl::StrCat(ToAbsl(kPlace), "\"part\":", part("")));
    std::string whole;
    for (int i = 0; i < kDeltas; ++i) {
      const std::string piece = absl::StrCat(" some words ", i);
      Add(stream_.deltas, "response.output_text.delta", absl::StrCat(ToAbsl(kPlace), "\"delta\":\"", piece, "\""));
      whole += piece;
    }
    Add(stream_.after, "response.output_text.done", absl::StrCat(ToAbsl(kPlace), "\"text\":\"", whole, "\""));
    Add(stream_.after, "response.content_part.done", absl::StrCat(ToAbsl(kPlace), "\"part\":", part(whole)));
    return absl::StrCat(R"({"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[)",
                        part(whole), "]}");
  }

  std::string Call() {
    const auto item = [](std::string_view status, std::string_view arguments) {
      return absl::StrCat(R"({"id":"fc_1","type":"function_call","status":")", ToAbsl(status),
                          R"(","call_id":"call_1","name":"f","arguments":")", ToAbsl(arguments), "\"}");
    };
    constexpr std::string_view kPlace = R"(,"item_id":"fc_1","output_index":0,)";
    Add(stream_.before, "response.output_item.added",
        absl::StrCat(R"(,"output_index":0,"item":)", item("in_progress", "")));
    std::string whole;
    for (int i = 0; i < kDeltas; ++i) {
      const std::string piece = Fragment(i);
      Add(stream_.deltas, "response.function_call_arguments.delta",
          absl::StrCat(ToAbsl(kPlace), "\"delta\":\"", piece, "\""));
      whole += piece;
    }
    Add(stream_.after, "response.function_call_arguments.done",
        absl::StrCat(ToAbsl(kPlace), "\"arguments\":\"", whole, "\""));
    return item("completed", whole);
  }

  void Add(std::vector<std::string>& events, std::string_view name, std::string_view fields) {
    events.push_back(Named(name, absl::StrCat(",\"sequence_number\":", sequence_++, ToAbsl(fields))));
  }

  Stream stream_;
  int sequence_ = 0;
};

}  // namespace

Stream StreamOf(Dialect upstream, Kind kind) {
  switch (upstream) {
    case Dialect::kChat:
    case Dialect::kCompletions:
      return ChatStream(kind);
    case Dialect::kResponses:
      return ResponsesStream().Make(kind);
    case Dialect::kMessages:
      return MessagesStream(kind);
    case Dialect::kGemini:
      return GeminiStream(kind);
  }
  return {};
}

std::string RequestOf(Dialect client, Kind kind) {
  constexpr std::string_view kSchema =
      R"({"type":"object","properties":{"n":{"type":"array","items":{"type":"integer"}}}})";
  const bool tool = kind == Kind::kTool;
  switch (client) {
    case Dialect::kChat:
      return absl::StrCat(R"({"model":"m","stream":true,"messages":[{"role":"user","content":"x"}])",
                          tool ? absl::StrCat(R"(,"tools":[{"type":"function","function":{"name":"f","parameters":)",
                                              ToAbsl(kSchema), "}}]")
                               : "",
                          "}");
    case Dialect::kCompletions:
      return R"({"model":"m","stream":true,"prompt":"x"})";
    case Dialect::kResponses:
      return absl::StrCat(R"({"model":"m","stream":true,"input":"x")",
                          tool ? absl::StrCat(R"(,"tools":[{"type":"function","name":"f","strict":false,"parameters":)",
                                              ToAbsl(kSchema), "}]")
                               : "",
                          "}");
    case Dialect::kMessages:
      return absl::StrCat(R"({"model":"m","stream":true,"max_tokens":4096,"messages":[{"role":"user","content":"x"}])",
                          tool ? absl::StrCat(R"(,"tools":[{"name":"f","input_schema":)", ToAbsl(kSchema), "}]") : "",
                          "}");
    case Dialect::kGemini:
      return absl::StrCat(R"({"contents":[{"role":"user","parts":[{"text":"x"}]}])",
                          tool ? absl::StrCat(R"(,"tools":[{"functionDeclarations":[{"name":"f","parameters":)",
                                              ToAbsl(kSchema), "}]}]")
                               : "",
                          "}");
  }
  return {};
}

}  // namespace ag::wire::bench
