#include "tests/fakes/provider_replies.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <absl/strings/str_replace.h>

#include "gatewayd/base/strings.h"

namespace ag::test {
namespace {

// "$m", "$t", … in a template replaced.
std::string Fill(std::string_view form, std::string_view model, std::string_view text = {}) {
  return absl::StrReplaceAll(ToAbsl(form), {{"$m", ToAbsl(model)}, {"$t", ToAbsl(text)}});
}

std::string Join(const std::vector<std::string>& parts) { return absl::StrJoin(parts, ""); }

}  // namespace

Reply OpenAiChatUnary(std::string_view text, std::string_view model) {
  return Reply(200)
      .Header("x-request-id", "req_chat")
      .Json(Fill(
          R"({"id":"chatcmpl-1","object":"chat.completion","created":1790000000,"model":"$m","choices":[{"index":0,)"
          R"("message":{"role":"assistant","content":"$t","refusal":null,"annotations":[]},"logprobs":null,)"
          R"("finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18,)"
          R"("prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}},)"
          R"("service_tier":"default","system_fingerprint":null})",
          model, text));
}

Reply OpenAiChatStream(const std::vector<std::string>& deltas, std::string_view model) {
  Reply reply(200);
  reply.Header("Content-Type", "text/event-stream; charset=utf-8").Header("x-request-id", "req_chat").Chunked();
  constexpr std::string_view kHead =
      R"(data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1790000000,"model":"$m",)";
  const auto chunk = [&](std::string_view rest, std::string_view text = {}) {
    reply.Piece(Fill(absl::StrCat(ToAbsl(kHead), ToAbsl(rest), "}\n\n"), model, text));
  };
  chunk(R"("choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"finish_reason":null}],)"
        R"("usage":null)");
  for (const std::string& delta : deltas) {
    chunk(R"("choices":[{"index":0,"delta":{"content":"$t"},"finish_reason":null}],"usage":null)", delta);
  }
  chunk(R"("choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null)");
  chunk(R"("choices":[],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18})");
  reply.Piece("data: [DONE]\n\n");
  return reply;
}

namespace {

constexpr std::string_view kResponseObject =
    R"({"id":"resp_1","object":"response","created_at":1790000000,"status":"completed","error":null,)"
    R"("incomplete_details":null,"instructions":null,"max_output_tokens":null,"model":"$m","output":[{"id":"msg_1",)"
    R"("type":"message","status":"completed","content":[{"type":"output_text","annotations":[],"logprobs":[],)"
    R"("text":"$t"}],"role":"assistant"}],"parallel_tool_calls":true,"previous_response_id":null,"store":true,)"
    R"("temperature":1.0,"tool_choice":"auto","tools":[],"top_p":1.0,"usage":{"input_tokens":11,)"
    R"("input_tokens_details":{"cached_tokens":0},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":0},)"
    R"("total_tokens":18},"metadata":{}})";
constexpr std::string_view kResponseBegun =
    R"({"id":"resp_1","object":"response","created_at":1790000000,"status":"in_progress","error":null,"model":"$m",)"
    R"("output":[],"parallel_tool_calls":true,"tool_choice":"auto","tools":[],"usage":null,"metadata":{}})";

}  // namespace

Reply OpenAiResponsesUnary(std::string_view text, std::string_view model) {
  return Reply(200).Header("x-request-id", "req_resp").Json(Fill(kResponseObject, model, text));
}

Reply OpenAiResponsesStream(const std::vector<std::string>& deltas, std::string_view model) {
  Reply reply(200);
  reply.Header("Content-Type", "text/event-stream; charset=utf-8").Chunked();
  int sequence = 0;
  const auto event = [&](const char* type, std::string_view rest, std::string_view text = {}) {
    reply.Piece(absl::StrCat("event: ", type, "\ndata: {\"type\":\"", type, "\",\"sequence_number\":", sequence++, ",",
                             Fill(rest, model, text), "}\n\n"));
  };
  const std::string all = Join(deltas);
  event("response.created", absl::StrCat("\"response\":", ToAbsl(kResponseBegun)));
  event("response.in_progress", absl::StrCat("\"response\":", ToAbsl(kResponseBegun)));
  event("response.output_item.added",
        R"("output_index":0,"item":{"id":"msg_1","type":"message","status":"in_progress","content":[],)"
        R"("role":"assistant"})");
  event("response.content_part.added", R"("item_id":"msg_1","output_index":0,"content_index":0,)"
                                       R"("part":{"type":"output_text","annotations":[],"text":""})");
  for (const std::string& delta : deltas) {
    event("response.output_text.delta", R"("item_id":"msg_1","output_index":0,"content_index":0,"delta":"$t")", delta);
  }
  event("response.output_text.done", R"("item_id":"msg_1","output_index":0,"content_index":0,"text":"$t")", all);
  event("response.content_part.done",
        R"("item_id":"msg_1","output_index":0,"content_index":0,)"
        R"("part":{"type":"output_text","annotations":[],"text":"$t"})",
        all);
  event("response.output_item.done",
        R"("output_index":0,"item":{"id":"msg_1","type":"message","status":"completed","content":[)"
        R"({"type":"output_text","annotations":[],"text":"$t"}],"role":"assistant"})",
        all);
  event("response.completed", absl::StrCat("\"response\":", ToAbsl(kResponseObject)), all);
  return reply;
}

Reply AnthropicUnary(std::string_view text, std::string_view model) {
  return Reply(200)
      .Header("request-id", "req_msg")
      .Json(Fill(
          R"({"model":"$m","id":"msg_1","type":"message","role":"assistant","content":[{"type":"text","text":"$t"}],)"
          R"("stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":11,)"
          R"("cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":7,)"
          R"("service_tier":"standard"}})",
          model, text));
}

Reply AnthropicStream(const std::vector<std::string>& deltas, std::string_view model) {
  Reply reply(200);
  reply.Header("Content-Type", "text/event-stream; charset=utf-8").Header("request-id", "req_msg").Chunked();
  reply.Piece(
      Fill("event: message_start\ndata: "
           R"({"type":"message_start","message":{"model":"$m","id":"msg_1","type":"message","role":"assistant",)"
           R"("content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":11,)"
           R"("cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1}}})"
           "\n\n",
           model));
  reply.Piece(
      "event: content_block_start\ndata: "
      R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})"
      "\n\nevent: ping\ndata: {\"type\": \"ping\"}\n\n");
  for (const std::string& delta : deltas) {
    reply.Piece(
        Fill("event: content_block_delta\ndata: "
             R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"$t"}})"
             "\n\n",
             model, delta));
  }
  reply.Piece("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n");
  reply.Piece(
      "event: message_delta\ndata: "
      R"({"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":7}})"
      "\n\n");
  reply.Piece("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
  return reply;
}

namespace {

constexpr std::string_view kGeminiUsage =
    R"("usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":7,"totalTokenCount":18,)"
    R"("promptTokensDetails":[{"modality":"TEXT","tokenCount":11}]},"modelVersion":"$m","responseId":"gem_1")";

}  // namespace

Reply GeminiUnary(std::string_view text, std::string_view model) {
  return Reply(200)
      .Header("Content-Type", "application/json; charset=UTF-8")
      .Json(Fill(absl::StrCat(R"({"candidates":[{"content":{"parts":[{"text":"$t"}],"role":"model"},)",
                              R"("finishReason":"STOP","index":0}],)", ToAbsl(kGeminiUsage), "}"),
                 model, text));
}

Reply GeminiStream(const std::vector<std::string>& deltas, std::string_view model) {
  Reply reply(200);
  reply.Header("Content-Type", "text/event-stream").Chunked();
  for (std::size_t i = 0; i < deltas.size(); ++i) {
    const char* finish = i + 1 == deltas.size() ? R"("finishReason":"STOP",)" : "";
    const std::string event =
        absl::StrCat(R"(data: {"candidates":[{"content":{"parts":[{"text":"$t"}],"role":"model"},)", finish,
                     R"("index":0}],)", ToAbsl(kGeminiUsage), "}\r\n\r\n");
    reply.Piece(Fill(event, model, deltas[i]));
  }
  return reply;
}

namespace {

std::string List(const std::vector<std::string>& ids, std::string_view form) {
  std::string out;
  for (const std::string& id : ids) absl::StrAppend(&out, out.empty() ? "" : ",", Fill(form, id));
  return out;
}

}  // namespace

Reply OpenAiModels(const std::vector<std::string>& ids) {
  const std::string data = List(ids, R"({"id":"$m","object":"model","created":1790000000,"owned_by":"system"})");
  return Reply(200).Json(absl::StrCat(R"({"object":"list","data":[)", data, "]}"));
}

Reply AnthropicModels(const std::vector<std::string>& ids) {
  const std::string data =
      List(ids, R"({"type":"model","id":"$m","display_name":"$m","created_at":"2026-01-01T00:00:00Z"})");
  return Reply(200).Json(absl::StrCat(R"({"data":[)", data, R"(],"has_more":false,"first_id":)",
                                      ids.empty() ? "null" : "\"" + ids.front() + "\"", R"(,"last_id":)",
                                      ids.empty() ? "null" : "\"" + ids.back() + "\"", "}"));
}

Reply GeminiModels(const std::vector<std::string>& ids) {
  const std::string models =
      List(ids, R"({"name":"models/$m","version":"001","displayName":"$m","inputTokenLimit":1048576,)"
                R"("outputTokenLimit":65536,"supportedGenerationMethods":["generateContent","countTokens"]})");
  return Reply(200).Json(absl::StrCat(R"({"models":[)", models, "]}"));
}

Reply OpenAiError(int status, std::string_view type, std::string_view code, std::string_view message) {
  return Reply(status)
      .Header("x-request-id", "req_err")
      .Json(absl::StrCat(R"({"error":{"message":")", ToAbsl(message), R"(","type":")", ToAbsl(type),
                         R"(","param":null,"code":")", ToAbsl(code), "\"}}"));
}

Reply AnthropicError(int status, std::string_view type, std::string_view message) {
  return Reply(status)
      .Header("request-id", "req_err")
      .Json(absl::StrCat(R"({"type":"error","error":{"type":")", ToAbsl(type), R"(","message":")", ToAbsl(message),
                         R"("},"request_id":"req_err"})"));
}

Reply GeminiError(int status, std::string_view code, std::string_view message) {
  return Reply(status).Json(absl::StrCat(R"({"error":{"code":)", status, R"(,"message":")", ToAbsl(message),
                                         R"(","status":")", ToAbsl(code), "\"}}"));
}

Reply GeminiQuotaOfTheDay() {
  return Reply(429).Json(
      R"({"error":{"code":429,"message":"You exceeded your current quota.","status":"RESOURCE_EXHAUSTED","details":[)"
      R"({"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[)"
      R"({"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier","quotaValue":"50"}]}]}})");
}

Reply OpenAiRateLimited(std::string_view retry_after_seconds) {
  return OpenAiError(429, "requests", "rate_limit_exceeded", "Rate limit reached for requests per min (RPM).")
      .Header("retry-after", std::string(retry_after_seconds));
}

Reply AnthropicRateLimited(std::string_view retry_after_seconds) {
  return AnthropicError(429, "rate_limit_error", "This request would exceed your rate limit of 50 requests per minute.")
      .Header("retry-after", std::string(retry_after_seconds));
}

Reply AnthropicOverloaded() { return AnthropicError(529, "overloaded_error", "Overloaded"); }

Reply OpenAiBadKey() {
  return OpenAiError(401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided: sk-x.");
}

Reply AnthropicBadKey() { return AnthropicError(401, "authentication_error", "invalid x-api-key"); }

Reply GeminiBadKey() {
  return Reply(400).Json(
      R"({"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT",)"
      R"("details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID",)"
      R"("domain":"googleapis.com"}]}})");
}

}  // namespace ag::test
