#include "gatewayd/wire/translated.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "client_reader.h"
#include "translation_testing.h"

namespace ag::wire {
namespace {

constexpr Dialect kDialects[] = {Dialect::kChat, Dialect::kMessages, Dialect::kGemini};

enum class Form { kPlain, kStream, kArray };

struct Client {
  Endpoint endpoint;
  std::string body;
};

Client ClientOf(Dialect dialect, Form form) {
  const std::string stream = form == Form::kPlain ? "" : R"("stream":true,)";
  if (dialect == Dialect::kChat) {
    return {ChatEndpoint(), "{" + stream +
                                R"("stream_options":{"include_usage":true},"model":"m",)"
                                R"("messages":[{"role":"user","content":"x"}]})"};
  }
  if (dialect == Dialect::kMessages) {
    return {MessagesEndpoint(),
            "{" + stream + R"("model":"m","max_tokens":99,"messages":[{"role":"user","content":"x"}]})"};
  }
  const StreamFraming framings[] = {StreamFraming::kNone, StreamFraming::kSse, StreamFraming::kJsonArray};
  return {GeminiEndpoint(framings[static_cast<int>(form)]), R"({"contents":[{"role":"user","parts":[{"text":"x"}]}]})"};
}

constexpr const char* kText = "Hé \"wörld\" \\ 世界 😀\n";
constexpr const char* kJsonText = R"(Hé \"wörld\" \\ 世\u754c \ud83d\ude00\n)";

// The same answer, as each provider would give it: 12 prompt tokens of which 4 cached, 7 output of which 2 reasoning
// where the provider tells.
std::string UpstreamReply(Dialect dialect, Form form) {
  const std::string text = kJsonText;
  if (dialect == Dialect::kChat) {
    const std::string usage = R"("usage":{"prompt_tokens":12,"completion_tokens":7,"total_tokens":19,)"
                              R"("prompt_tokens_details":{"cached_tokens":4}})";
    if (form == Form::kPlain) {
      return R"({"id":"c","model":"g","choices":[{"index":0,"message":{"role":"assistant","content":")" + text +
             R"("},"finish_reason":"length"}],)" + usage + "}";
    }
    return ": hello\r\n\r\ndata: "
           "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\r\n\r\n"
           "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" +
           text +
           "\"}}]}\n\n"
           "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"length\"}]}\n\n"
           "data: {\"choices\":[]," +
           usage + "}\n\ndata: [DONE]\n\n";
  }
  if (dialect == Dialect::kMessages) {
    if (form == Form::kPlain) {
      return R"({"id":"m","type":"message","content":[{"type":"text","text":")" + text +
             R"("}],"stop_reason":"max_tokens",)"
             R"("usage":{"input_tokens":8,"cache_read_input_tokens":4,"output_tokens":7}})";
    }
    return "event: message_start\ndata: "
           "{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"usage\":{\"input_tokens\":8,"
           "\"cache_read_input_tokens\":4,\"output_tokens\":1}}}\n\nevent: ping\ndata: {\"type\": \"ping\"}\n\n"
           "event: content_block_start\ndata: "
           "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":"
           "\"text\",\"text\":\"\"}}\n\nevent: content_block_delta\ndata: "
           "{\"type\":\"content_block_delta\",\"index\":0,"
           "\"delta\":{\"type\":\"text_delta\",\"text\":\"" +
           text +
           "\"}}\n\n"
           "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\nevent: message_delta\n"
           "data: "
           "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"max_tokens\"},\"usage\":{\"output_tokens\":7}}"
           "\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
  }
  const std::string first = R"({"candidates":[{"content":{"parts":[{"text":")" + text + R"("}],"role":"model"}}]})";
  const std::string last = R"({"candidates":[{"content":{"parts":[{"text":""}]},"finishReason":"MAX_TOKENS"}],)"
                           R"("usageMetadata":{"promptTokenCount":12,"cachedContentTokenCount":4,)"
                           R"("candidatesTokenCount":5,"thoughtsTokenCount":2,"totalTokenCount":19}})";
  if (form == Form::kArray) return "[" + first + "\n,\r\n" + last + "\n]";
  if (form == Form::kStream) return "data: " + first + "\r\n\r\ndata: " + last + "\r\n\r\n";
  return R"({"candidates":[{"content":{"parts":[{"text":")" + text + "\"}]}," +
         last.substr(last.find("\"finishReason\""));
}

// Every client on every foreign upstream; the upstream may answer in another form than it was asked for; any split.
TEST(Translated, KeepsTextStopAndUsageForEveryPairFormAndSplit) {
  int exchanges = 0;
  for (const Dialect client : kDialects) {
    for (const Dialect upstream : kDialects) {
      for (const Form asked : {Form::kPlain, Form::kStream, Form::kArray}) {
        for (const Form answered : {Form::kPlain, Form::kStream, Form::kArray}) {
          if (client == upstream || (asked == Form::kArray && client != Dialect::kGemini) ||
              (answered == Form::kArray && upstream != Dialect::kGemini)) {
            continue;
          }
          const auto [endpoint, body] = ClientOf(client, asked);
          const std::string reply = UpstreamReply(upstream, answered);
          Exchange whole(endpoint, body, TargetOf(upstream));
          ASSERT_TRUE(whole.status().ok()) << whole.status();
          ASSERT_EQ(whole.Reply(reply), Step::kDone);
          const ReadReply read = ClientReader(client).Read(whole.text());
          EXPECT_EQ(read.text, kText);
          EXPECT_EQ(read.stop, "length");
          EXPECT_EQ(read.input, 12);
          EXPECT_EQ(read.output, 7);
          EXPECT_EQ(whole.report().usage.cache_read, 4);
          EXPECT_EQ(whole.report().stop_reason, StopReason::kMaxTokens);
          for (const std::size_t step : {1U, 2U, 3U, 17U}) {
            Exchange split(endpoint, body, TargetOf(upstream));
            EXPECT_EQ(split.Reply(reply, step), Step::kDone);
            EXPECT_EQ(split.text(), whole.text());
          }
          ++exchanges;
        }
      }
    }
  }
  EXPECT_EQ(exchanges, 2 * (2 + 3) + 2 * (2 + 3) + 3 * (2 + 2));  // client forms × upstream forms
}

TEST(Translated, HoldsEverythingUntilTheFirstContent) {
  for (const Dialect upstream : {Dialect::kMessages, Dialect::kGemini}) {
    const auto [endpoint, body] = ClientOf(Dialect::kChat, Form::kStream);
    Exchange exchange(endpoint, body, TargetOf(upstream));
    const std::string reply = UpstreamReply(upstream, Form::kStream);
    const std::size_t text_at = reply.find("H\xc3\xa9");
    EXPECT_EQ(exchange.Feed(std::string_view(reply).substr(0, text_at)), Step::kHold);
    EXPECT_EQ(exchange.text(), "");
    const std::size_t event_end = reply.find("\n\n", text_at) == std::string::npos ? reply.find("\r\n\r\n", text_at) + 4
                                                                                   : reply.find("\n\n", text_at) + 2;
    const std::size_t crlf_end = reply.find("\r\n\r\n", text_at);
    const std::size_t end = crlf_end == std::string::npos ? event_end : crlf_end + 4;
    EXPECT_EQ(exchange.Feed(std::string_view(reply).substr(text_at, end - text_at)), Step::kContent);
    EXPECT_NE(exchange.text().find("\"role\":\"assistant\""), std::string::npos);
  }
}

TEST(Translated, ErrorEventBeforeContentLeavesTheClientUntouched) {
  struct Case {
    Dialect upstream;
    const char* bytes;
    ErrorKind kind;
    const char* code;
  };
  const Case kCases[] = {
      {Dialect::kMessages,
       "event: error\ndata: "
       "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n",
       ErrorKind::kOverloaded, "overloaded_error"},
      {Dialect::kMessages, R"({"type":"error","error":{"type":"rate_limit_error","message":"slow"}})",
       ErrorKind::kRateMinute, "rate_limit_error"},
      {Dialect::kGemini, "data: {\"error\":{\"code\":503,\"message\":\"busy\",\"status\":\"UNAVAILABLE\"}}\n\n",
       ErrorKind::kOverloaded, "UNAVAILABLE"},
      {Dialect::kGemini, R"([{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED"}}])",
       ErrorKind::kRateMinute, "RESOURCE_EXHAUSTED"},
  };
  for (const Case& c : kCases) {
    const auto [endpoint, body] = ClientOf(Dialect::kChat, Form::kStream);
    Exchange exchange(endpoint, body, TargetOf(c.upstream));
    EXPECT_EQ(exchange.Reply(c.bytes, 5), Step::kFailed) << c.bytes;
    EXPECT_EQ(KindOf(exchange.report().error), c.kind) << c.bytes;
    EXPECT_EQ(DetailOf(exchange.report().error).provider_code, c.code);
    EXPECT_NE(exchange.report().stream_error_json.find("\"error\""), std::string::npos);
    EXPECT_EQ(exchange.text(), "");
  }
  const auto [endpoint, body] = ClientOf(Dialect::kMessages, Form::kStream);
  Exchange chat(endpoint, body, TargetOf(Dialect::kChat));
  EXPECT_EQ(chat.Reply("data: {\"error\":{\"message\":\"no\",\"type\":\"x\",\"code\":\"insufficient_quota\"}}\n\n"),
            Step::kFailed);
  EXPECT_EQ(KindOf(chat.report().error), ErrorKind::kBilling);
}

TEST(Translated, ErrorAfterContentBecomesTheClientsErrorEvent) {
  struct Case {
    Dialect client;
    Form form;
    const char* begin;
    const char* end;
  };
  const Case kCases[] = {{Dialect::kChat, Form::kStream, "data: {\"error\":{", "data: [DONE]\n\n"},
                         {Dialect::kMessages, Form::kStream, "event: error\ndata: {\"type\":\"error\"", "\n\n"},
                         {Dialect::kGemini, Form::kStream, "data: {\"error\":{", "\n\n"},
                         {Dialect::kGemini, Form::kArray, "\n,\n{\"error\":{", "]"}};
  for (const Case& c : kCases) {
    const Dialect upstream = c.client == Dialect::kChat ? Dialect::kMessages : Dialect::kChat;
    const auto [endpoint, body] = ClientOf(c.client, c.form);
    Exchange exchange(endpoint, body, TargetOf(upstream));
    const std::string reply = UpstreamReply(upstream, Form::kStream);
    const std::size_t cut = reply.find("\n\n", reply.find("H\xc3\xa9")) + 2;
    EXPECT_EQ(exchange.Feed(std::string_view(reply).substr(0, cut)), Step::kContent);
    EXPECT_EQ(exchange.translation().OnUpstreamEnd(exchange.sink()), Step::kFailed);
    EXPECT_EQ(KindOf(exchange.report().error), ErrorKind::kStreamCut);
    const std::size_t before = exchange.text().size();
    exchange.translation().OnUpstreamError(DetailOf(exchange.report().error), exchange.sink());
    const std::string event = exchange.text().substr(before);
    EXPECT_EQ(event.rfind(c.begin, 0), 0U) << event;
    EXPECT_EQ(event.substr(event.size() - std::string(c.end).size()), c.end);
    // Nothing follows the end, whatever happens.
    const std::size_t after = exchange.text().size();
    exchange.translation().OnUpstreamError(ErrorDetail{}, exchange.sink());
    EXPECT_EQ(exchange.text().size(), after);
  }
}

// Cut anywhere, a stream is never a clean end and never a success with less text.
TEST(Translated, StreamCutAnywhereFails) {
  for (const Dialect upstream : kDialects) {
    const Dialect client = upstream == Dialect::kChat ? Dialect::kMessages : Dialect::kChat;
    const std::string reply = UpstreamReply(upstream, Form::kStream);
    // Chat and Gemini end with the last finish reason; messages with message_stop.
    const char* terminal = upstream == Dialect::kChat     ? "\"finish_reason\":\"length\""
                           : upstream == Dialect::kGemini ? "\"finishReason\""
                                                          : "event: message_stop";
    const std::size_t safe = reply.find(terminal);
    for (std::size_t cut = 0; cut < safe; ++cut) {
      const auto [endpoint, body] = ClientOf(client, Form::kStream);
      Exchange exchange(endpoint, body, TargetOf(upstream));
      ASSERT_EQ(exchange.Reply(std::string_view(reply).substr(0, cut)), Step::kFailed) << NameOf(upstream) << cut;
      EXPECT_EQ(exchange.text().find("\"length\""), std::string::npos);
    }
  }
}

// Whatever a provider sends, the translation ends in one of its two ways and writes nothing after a failure.
TEST(Translated, SurvivesDamagedReplies) {
  for (const Dialect upstream : kDialects) {
    const Dialect client = upstream == Dialect::kChat ? Dialect::kMessages : Dialect::kChat;
    for (const Form form : {Form::kPlain, Form::kStream}) {
      const std::string reply = UpstreamReply(upstream, form);
      for (std::size_t at = 0; at < reply.size(); ++at) {
        for (const char damage : {'"', '{', ']', '\\', '\n', '0', '\xff'}) {
          std::string damaged = reply;
          damaged[at] = damage;
          const auto [endpoint, body] = ClientOf(client, form);
          Exchange exchange(endpoint, body, TargetOf(upstream));
          const Step step = exchange.Reply(damaged);
          EXPECT_TRUE(step == Step::kDone || step == Step::kFailed);
          EXPECT_EQ(step == Step::kFailed, !exchange.report().error.ok());
          const std::size_t size = exchange.text().size();
          if (step == Step::kFailed) {
            EXPECT_EQ(exchange.Feed(reply), Step::kFailed);
          }
          EXPECT_EQ(exchange.text().size(), size);
        }
      }
    }
  }
}

TEST(Translated, UnreadableRepliesAreProtocolFailures) {
  for (const char* bytes : {"{\"choices\":[", "{\"choices\":[]}", "data: nonsense\n\n", "data: []\n\n",
                            "{\"choices\":[{\"index\":0,\"message\":{\"tool_calls\":[{\"id\":\"x\"}]}}]}"}) {
    const auto [endpoint, body] = ClientOf(Dialect::kMessages, Form::kPlain);
    Exchange exchange(endpoint, body, TargetOf(Dialect::kChat));
    EXPECT_EQ(exchange.Reply(bytes), Step::kFailed) << bytes;
    EXPECT_EQ(KindOf(exchange.report().error), ErrorKind::kProtocol) << bytes;
  }
  const auto [endpoint, body] = ClientOf(Dialect::kMessages, Form::kPlain);
  Exchange html(endpoint, body, TargetOf(Dialect::kChat));
  EXPECT_EQ(html.Reply("<html>Bad gateway</html>"), Step::kFailed);
}

TEST(Translated, KeepAlivesAreTheClientsOwn) {
  const std::pair<Dialect, const char*> kCases[] = {
      {Dialect::kChat, ": "}, {Dialect::kMessages, "event: ping\n"}, {Dialect::kGemini, ""}};
  for (const auto& [client, begin] : kCases) {
    const Dialect upstream = client == Dialect::kChat ? Dialect::kGemini : Dialect::kChat;
    for (const Form form : {Form::kStream, Form::kPlain}) {
      const auto [endpoint, body] = ClientOf(client, form);
      Exchange exchange(endpoint, body, TargetOf(upstream));
      exchange.translation().KeepAlive(exchange.sink());
      const std::string expected = form == Form::kStream ? begin : "";
      EXPECT_EQ(exchange.text().substr(0, expected.size()), expected);
      EXPECT_EQ(exchange.text().empty(), expected.empty());
    }
  }
}

TEST(Translated, CountsTokensBetweenMessagesAndGemini) {
  const std::string messages = R"({"model":"m","system":"s","messages":[{"role":"user","content":"x"}]})";
  Exchange to_gemini({Dialect::kMessages, Operation::kCountTokens, {}, StreamFraming::kNone}, messages,
                     TargetOf(Dialect::kGemini));
  ASSERT_TRUE(to_gemini.status().ok()) << to_gemini.status();
  EXPECT_EQ(to_gemini.call().operation, Operation::kCountTokens);
  EXPECT_EQ(
      to_gemini.upstream_body(),
      R"({"generateContentRequest":{"model":"models/upstream-model","systemInstruction":{"parts":[{"text":"s"}]},)"
      R"("contents":[{"role":"user","parts":[{"text":"x"}]}]}})");
  EXPECT_EQ(to_gemini.Reply(R"({"totalTokens":31,"promptTokensDetails":[]})", 3), Step::kDone);
  EXPECT_EQ(to_gemini.text(), R"({"input_tokens":31})");

  Exchange to_messages({Dialect::kGemini, Operation::kCountTokens, "g", StreamFraming::kNone},
                       R"({"generateContentRequest":{"contents":[{"parts":[{"text":"x"}]}]}})",
                       TargetOf(Dialect::kMessages));
  EXPECT_EQ(to_messages.upstream_body(), R"({"model":"upstream-model","messages":[{"role":"user","content":"x"}]})");
  EXPECT_EQ(to_messages.Reply(R"({"input_tokens":12})"), Step::kDone);
  EXPECT_EQ(to_messages.text(), R"({"totalTokens":12})");

  Exchange to_chat({Dialect::kMessages, Operation::kCountTokens, {}, StreamFraming::kNone}, messages,
                   TargetOf(Dialect::kChat));
  EXPECT_EQ(to_chat.error().kind, ErrorKind::kUnsupported);
}

// Recordings of real providers, read from AG_RECORDINGS_DIR.
struct Recording {
  std::string name;
  Dialect dialect;
  std::string bytes;
};

std::string Slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::optional<Dialect> DialectOfApi(std::string_view api) {
  if (api == "chat.completions" || api == "openai_compat.chat.completions") return Dialect::kChat;
  if (api == "messages" || api == "anthropic.rawPredict" || api == "anthropic.streamRawPredict") {
    return Dialect::kMessages;
  }
  if (api == "generateContent" || api == "streamGenerateContent") return Dialect::kGemini;
  return std::nullopt;
}

std::optional<Recording> ReadRecording(const std::filesystem::path& path) {
  const std::string text = Slurp(path);
  Arena arena;
  const auto parsed = json::Parse(text, arena);
  if (!parsed.ok()) return std::nullopt;
  const json::Value* api = (*parsed)->Find("api");
  const json::Value* response = (*parsed)->FindNonNull("response");
  if (api == nullptr || response == nullptr) return std::nullopt;
  const auto dialect = DialectOfApi(api->str());
  const json::Value* status = response->Find("status");
  if (!dialect || status == nullptr || status->AsInt() != 200) return std::nullopt;
  const json::Value* body = response->FindNonNull("body");
  const json::Value* body_text = response->FindNonNull("body_text");
  if (body == nullptr && body_text == nullptr) return std::nullopt;
  return Recording{path.filename().string(), *dialect, std::string(body == nullptr ? body_text->str() : body->raw())};
}

TEST(Translated, KeepsTheTextOfRecordedReplies) {
  const char* folder = std::getenv("AG_RECORDINGS_DIR");
  if (folder == nullptr || !std::filesystem::exists(folder)) GTEST_SKIP() << "AG_RECORDINGS_DIR is not set";
  int seen = 0;
  int applicable = 0;
  int checks = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(std::string(folder) + "/open/interactions")) {
    if (entry.path().extension() != ".json") continue;
    const auto recording = ReadRecording(entry.path());
    if (!recording) continue;
    ++seen;
    const ReadReply expected = ClientReader(recording->dialect).Read(recording->bytes);
    if (!expected.text_only || expected.stop.empty() || expected.stop == "tool") continue;
    ++applicable;
    for (const Dialect client : kDialects) {
      for (const Form form : {Form::kPlain, Form::kStream}) {
        const auto [endpoint, body] = ClientOf(client, form);
        Exchange exchange(endpoint, body, TargetOf(recording->dialect));
        ASSERT_EQ(exchange.Reply(recording->bytes, 1000), Step::kDone)
            << recording->name << ": " << exchange.report().error;
        const ReadReply got = ClientReader(client).Read(exchange.text());
        const bool refusal = !expected.refusal.empty() && client != Dialect::kChat;
        EXPECT_EQ(got.text, refusal ? expected.text + expected.refusal : expected.text) << recording->name;
        EXPECT_EQ(got.stop, refusal ? "refusal" : expected.stop) << recording->name;
        EXPECT_EQ(got.input, expected.input) << recording->name;
        EXPECT_EQ(got.output, expected.output) << recording->name;
        ++checks;
      }
    }
  }
  std::cout << "recorded replies: " << seen << ", of text only: " << applicable << ", re-encodings checked: " << checks
            << "\n";
  EXPECT_GT(applicable, 300);
}

// All texts of a request body, wherever the dialect puts them.
std::string TextsIn(const json::Value& value) {
  std::string texts;
  for (const auto& [key, member] : value.members()) {
    const bool text = key == "text" || key == "content" || key == "system";
    texts += text && member.is_string() ? std::string(member.str()) : TextsIn(member);
  }
  for (const json::Value& item : value.items()) texts += TextsIn(item);
  return texts;
}

struct RecordedRequest {
  std::string name;
  Endpoint endpoint;
  std::string body;
};

std::optional<RecordedRequest> ReadRequest(const std::filesystem::path& path) {
  const std::string text = Slurp(path);
  Arena arena;
  const auto parsed = json::Parse(text, arena);
  if (!parsed.ok()) return std::nullopt;
  const json::Value* api = (*parsed)->Find("api");
  const json::Value* request = (*parsed)->FindNonNull("request");
  const json::Value* body = request == nullptr ? nullptr : request->FindNonNull("body");
  const auto dialect = api == nullptr ? std::nullopt : DialectOfApi(api->str());
  if (!dialect || body == nullptr || !body->is_object()) return std::nullopt;
  RecordedRequest recorded{path.filename().string(), ChatEndpoint(), std::string(body->raw())};
  if (*dialect == Dialect::kMessages) recorded.endpoint = MessagesEndpoint();
  if (*dialect == Dialect::kGemini) recorded.endpoint = GeminiEndpoint();
  return recorded;
}

// What is translated keeps every text in order; what is not is refused under a name that the client wrote.
TEST(Translated, TakesRecordedRequestsWholeOrNamesWhatItRefuses) {
  const char* folder = std::getenv("AG_RECORDINGS_DIR");
  if (folder == nullptr || !std::filesystem::exists(folder)) GTEST_SKIP() << "AG_RECORDINGS_DIR is not set";
  int translated = 0;
  int refused = 0;
  int invalid = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(std::string(folder) + "/open/interactions")) {
    if (entry.path().extension() != ".json") continue;
    const auto recorded = ReadRequest(entry.path());
    if (!recorded) continue;
    for (const Dialect upstream : kDialects) {
      if (upstream == recorded->endpoint.dialect) continue;
      UpstreamTarget target = TargetOf(upstream);
      target.model_info.prefill = true;
      Exchange exchange(recorded->endpoint, recorded->body, target);
      if (!exchange.status().ok()) {
        const ErrorKind kind = exchange.error().kind;
        EXPECT_TRUE(kind == ErrorKind::kUnsupported || kind == ErrorKind::kInvalidRequest) << recorded->name;
        EXPECT_FALSE(exchange.error().param.empty()) << recorded->name << exchange.status();
        ++(kind == ErrorKind::kUnsupported ? refused : invalid);
        continue;
      }
      ++translated;
      Arena arena;
      const auto before = json::Parse(recorded->body, arena);
      const auto after = json::Parse(exchange.upstream_body(), arena);
      ASSERT_TRUE(after.ok()) << recorded->name;
      const bool dropped_thoughts = exchange.Losses().find("other_provider_reasoning") != std::string::npos;
      const bool reordered = recorded->body.find("system") != std::string::npos;  // the key may stand anywhere
      const bool tools =
          recorded->body.find("\"tool") != std::string::npos;  // dialects put results at different places
      // Their texts may become others, or be in the clear where they were base64.
      const bool documents = recorded->body.find("\"document\"") != std::string::npos ||
                             recorded->body.find("\"text/plain\"") != std::string::npos;
      if (!dropped_thoughts && !reordered && !tools && !documents) {
        EXPECT_EQ(TextsIn(**after), TextsIn(**before)) << recorded->name;
      }
    }
  }
  std::cout << "recorded requests to foreign dialects: translated " << translated << ", refused by name " << refused
            << ", invalid " << invalid << "\n";
  EXPECT_GT(translated, 700);
}

}  // namespace
}  // namespace ag::wire
