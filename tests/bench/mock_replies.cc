#include "tests/bench/mock_replies.h"

#include <cstdio>
#include <map>
#include <tuple>

namespace ag::bench {
namespace {

enum class Protocol { kChat, kResponses, kMessages, kGemini, kModels };

std::string Replace(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

// $t is the text. Written after the providers' documentation.
struct Form {
  const char* unary;
  std::vector<const char*> before;
  const char* delta;
  std::vector<const char*> after;
};

const Form& FormOf(Protocol protocol) {
  static const std::map<Protocol, Form> kForms = {
      {Protocol::kChat,
       {R"({"id":"chatcmpl-1","object":"chat.completion","created":1790000000,"model":"gpt-5","choices":[{"index":0,)"
        R"("message":{"role":"assistant","content":"$t","refusal":null},"finish_reason":"stop"}],)"
        R"("usage":{"prompt_tokens":11,"completion_tokens":64,"total_tokens":75}})",
        {R"(data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1790000000,"model":"gpt-5",)"
         R"("choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]})"},
        R"(data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1790000000,"model":"gpt-5",)"
        R"("choices":[{"index":0,"delta":{"content":"$t"},"finish_reason":null}]})",
        {R"(data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1790000000,"model":"gpt-5",)"
         R"("choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})",
         R"(data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1790000000,"model":"gpt-5",)"
         R"("choices":[],"usage":{"prompt_tokens":11,"completion_tokens":64,"total_tokens":75}})",
         "data: [DONE]"}}},
      {Protocol::kResponses,
       {R"({"id":"resp_1","object":"response","created_at":1790000000,"status":"completed","model":"gpt-5","output":[)"
        R"({"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text",)"
        R"("annotations":[],"text":"$t"}]}],"usage":{"input_tokens":11,"output_tokens":64,"total_tokens":75}})",
        {"event: response.created\n"
         R"(data: {"type":"response.created","response":{"id":"resp_1","object":"response","status":"in_progress",)"
         R"("model":"gpt-5","output":[]}})"},
        "event: response.output_text.delta\n"
        R"(data: {"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,)"
        R"("delta":"$t"})",
        {"event: response.completed\n"
         R"(data: {"type":"response.completed","response":{"id":"resp_1","object":"response","status":"completed",)"
         R"("model":"gpt-5","output":[],"usage":{"input_tokens":11,"output_tokens":64,"total_tokens":75}}})"}}},
      {Protocol::kMessages,
       {R"({"model":"claude-sonnet-4-5","id":"msg_1","type":"message","role":"assistant","content":[{"type":"text",)"
        R"("text":"$t"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":11,)"
        R"("output_tokens":64}})",
        {"event: message_start\n"
         R"(data: {"type":"message_start","message":{"model":"claude-sonnet-4-5","id":"msg_1","type":"message",)"
         R"("role":"assistant","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":11,)"
         R"("output_tokens":1}}})",
         "event: content_block_start\n"
         R"(data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})"},
        "event: content_block_delta\n"
        R"(data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"$t"}})",
        {"event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}",
         "event: message_delta\n"
         R"(data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},)"
         R"("usage":{"output_tokens":64}})",
         "event: message_stop\ndata: {\"type\":\"message_stop\"}"}}},
      {Protocol::kGemini,
       {R"({"candidates":[{"content":{"parts":[{"text":"$t"}],"role":"model"},"finishReason":"STOP","index":0}],)"
        R"("usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":64,"totalTokenCount":75},)"
        R"("modelVersion":"gemini-2.5-flash"})",
        {},
        R"(data: {"candidates":[{"content":{"parts":[{"text":"$t"}],"role":"model"},"index":0}],)"
        R"("usageMetadata":{"promptTokenCount":11,"totalTokenCount":11},"modelVersion":"gemini-2.5-flash"})",
        {R"(data: {"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"finishReason":"STOP","index":0}],)"
         R"("usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":64,"totalTokenCount":75},)"
         R"("modelVersion":"gemini-2.5-flash"})"}}},
      {Protocol::kModels,
       {R"({"object":"list","data":[{"id":"gpt-5-bench-1k","object":"model"},{"id":"gpt-5-bench-10k",)"
        R"("object":"model"},{"id":"gpt-5-bench-100k","object":"model"},{"id":"gpt-5-bench-1k-hang",)"
        R"("object":"model"}],"models":[{"name":)"
        R"("models/gemini-bench-1k","supportedGenerationMethods":["generateContent"]}]})",
        {},
        "",
        {}}},
  };
  return kForms.at(protocol);
}

std::string WithLength(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-request-id: req_bench\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string Chunk(const std::string& event) {
  char size[32];
  std::snprintf(size, sizeof size, "%zx\r\n", event.size() + 2);
  return size + event + "\n\n\r\n";
}

MockReply StreamReply(const Form& form, std::size_t text_size) {
  MockReply reply;
  const std::string delta = Replace(form.delta, "$t", std::string(text_size / kDeltas, 'x'));
  std::string head =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nx-request-id: req_bench\r\n"
      "Transfer-Encoding: chunked\r\n\r\n";
  for (const char* event : form.before) head += Chunk(event);
  reply.writes.push_back(std::move(head));
  for (int i = 0; i < kDeltas; ++i) reply.writes.push_back(Chunk(delta));
  std::string tail;
  for (const char* event : form.after) tail += Chunk(event);
  reply.writes.push_back(tail + "0\r\n\r\n");
  return reply;
}

Protocol ProtocolOf(std::string_view path) {
  const auto has = [path](std::string_view part) { return path.find(part) != std::string_view::npos; };
  if (has("/responses")) return Protocol::kResponses;
  if (has("/messages")) return Protocol::kMessages;
  if (has("enerateContent")) return Protocol::kGemini;
  return has("/models") ? Protocol::kModels : Protocol::kChat;
}

}  // namespace

const MockReply& ReplyFor(std::string_view path, std::string_view body) {
  static std::map<std::tuple<Protocol, std::size_t, bool, bool>, MockReply> replies;
  const Protocol protocol = ProtocolOf(path);
  // The model stands near the front of the body; Gemini's stands in the path. `stream` may stand at either end.
  const std::string_view start = body.substr(0, 300);
  const auto names = [&](std::string_view part) {
    return start.find(part) != std::string_view::npos || path.find(part) != std::string_view::npos;
  };
  const std::size_t size = names("100k") ? 100'000 : names("10k") ? 10'000 : 1'000;
  const std::string_view end = body.size() > 300 ? body.substr(body.size() - 300) : body;
  const bool stream = path.find(":stream") != std::string_view::npos || names("\"stream\":true") ||
                      end.find("\"stream\":true") != std::string_view::npos;
  const bool hang = names("hang");
  auto [found, fresh] = replies.try_emplace({protocol, size, stream, hang});
  MockReply& reply = found->second;
  if (!fresh) return reply;
  if (stream) {
    reply = StreamReply(FormOf(protocol), size);
    if (hang) reply.writes.resize(3);
    reply.hang = hang;
  } else {
    reply.writes.push_back(WithLength(Replace(FormOf(protocol).unary, "$t", std::string(size, 'x'))));
  }
  return reply;
}

}  // namespace ag::bench
