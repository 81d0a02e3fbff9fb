#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/wire/equal_members.h"
#include "gatewayd/wire/sse.h"
#include "translation_testing.h"

// What a translation must survive whatever the dialects are: sizes, splits, depth, odd JSON and exact numbers.
namespace ag::wire {
namespace {

struct Client {
  Endpoint endpoint;
  std::string name;    // of the test's output
  std::string before;  // the request up to the user's text …
  std::string after;   // … and from there
};

std::vector<Client> Clients() {
  return {{ChatEndpoint(), "chat", R"({"stream":true,"model":"m","messages":[{"role":"user","content":")", R"("}]})"},
          {MessagesEndpoint(), "messages",
           R"({"stream":true,"model":"m","max_tokens":99,"messages":[{"role":"user","content":")", R"("}]})"},
          {GeminiEndpoint(StreamFraming::kSse), "gemini", R"({"contents":[{"role":"user","parts":[{"text":")",
           R"("}]}]})"}};
}

// A stream of one text delta, as each provider sends it.
std::string StreamOf(Dialect upstream, const std::string& json_text) {
  if (upstream == Dialect::kChat) {
    return R"(data: {"id":"c","object":"chat.completion.chunk","model":"g","choices":[{"index":0,"delta":{"role":"assistant",)"
           R"("content":")" +
           json_text +
           "\"},\"finish_reason\":null}]}\n\n"
           "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: "
           "[DONE]\n\n";
  }
  if (upstream == Dialect::kMessages) {
    return "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"model\":\"g\","
           "\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}\n\n"
           "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
           "{\"type\":\"text\",\"text\":\"\"}}\n\n"
           "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":"
           "\"text_delta\",\"text\":\"" +
           json_text +
           "\"}}\n\n"
           "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
           "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},"
           "\"usage\":{\"output_tokens\":2}}\n\nevent: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
  }
  return R"(data: {"responseId":"r","candidates":[{"index":0,"content":{"role":"model","parts":[{"text":")" +
         json_text +
         "\"}]},\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":1,\"candidatesTokenCount\":1,"
         "\"totalTokenCount\":2}}\n\n";
}

constexpr Dialect kUpstreams[] = {Dialect::kChat, Dialect::kMessages, Dialect::kGemini};

// LESSONS 3 and 10: one event may hold an inline image of many megabytes.
TEST(Robustness, CarriesAnEventOfManyMegabytes) {
  const std::string large(SseParser::kMaxEventBytes - 4096, 'x');
  for (const Client& client : Clients()) {
    for (const Dialect upstream : kUpstreams) {
      if (client.endpoint.dialect == upstream) continue;
      SCOPED_TRACE(client.name + " on " + std::string(NameOf(upstream)));
      Exchange exchange(client.endpoint, client.before + "x" + client.after, TargetOf(upstream));
      ASSERT_TRUE(exchange.status().ok()) << exchange.status();
      EXPECT_EQ(exchange.Reply(StreamOf(upstream, large), 61'441), Step::kDone) << exchange.report().error;
      EXPECT_NE(exchange.text().find(large), std::string::npos);
    }
  }
}

TEST(Robustness, GivesTheSameBytesForEverySplit) {
  const std::string text = R"(Hé \"wörld\" \\ 世\u754c \ud83d\ude00\n)";
  for (const Client& client : Clients()) {
    for (const Dialect upstream : kUpstreams) {
      if (client.endpoint.dialect == upstream) continue;
      std::string whole;
      for (const std::size_t step : {std::string::npos, std::size_t{1}, std::size_t{2}, std::size_t{7}}) {
        Exchange exchange(client.endpoint, client.before + "x" + client.after, TargetOf(upstream));
        ASSERT_EQ(exchange.Reply(StreamOf(upstream, text), step), Step::kDone) << exchange.report().error;
        if (whole.empty()) whole = exchange.text();
        EXPECT_EQ(exchange.text(), whole) << client.name << " on " << NameOf(upstream) << " by " << step;
      }
      EXPECT_NE(whole.find("世界"), std::string::npos) << whole;
    }
  }
}

// The last of equal members counts, as in every client's own JSON reader.
TEST(Robustness, TakesTheLastOfEqualMembers) {
  const Client clients[] = {
      {ChatEndpoint(), "chat",
       R"({"model":"a","temperature":0.1,"messages":[{"role":"system","content":"old"}],"temperature":0.75,"model":"b",)"
       R"("messages":[{"role":"user","content":"old","content":"new"}]})",
       ""},
      {MessagesEndpoint(), "messages",
       R"({"model":"a","temperature":0.1,"max_tokens":1,"system":"old","messages":[{"role":"assistant","content":"old"}],)"
       R"("max_tokens":9,"temperature":0.75,"system":"sys","messages":[{"role":"user","content":"old","content":"new"}]})",
       ""},
      {GeminiEndpoint(), "gemini",
       R"({"generationConfig":{"temperature":0.1},"contents":[{"role":"model","parts":[{"text":"old"}]}],)"
       R"("generationConfig":{"temperature":0.1,"temperature":0.75},)"
       R"("contents":[{"role":"user","parts":[{"text":"old"}],"parts":[{"text":"old","text":"new"}]}]})",
       ""},
  };
  for (const Client& client : clients) {
    for (const Dialect upstream : kUpstreams) {
      if (client.endpoint.dialect == upstream) continue;
      Exchange exchange(client.endpoint, client.before, TargetOf(upstream));
      ASSERT_TRUE(exchange.status().ok()) << client.name << ": " << exchange.status();
      const std::string& body = exchange.upstream_body();
      EXPECT_EQ(body.find("old"), std::string::npos) << client.name << ": " << body;
      EXPECT_NE(body.find("new"), std::string::npos) << client.name << ": " << body;
      EXPECT_NE(body.find("0.75"), std::string::npos) << client.name << ": " << body;
      EXPECT_EQ(body.find("0.1"), std::string::npos) << client.name << ": " << body;
    }
  }
}

TEST(Robustness, RemovesEqualMembersAndKeepsTheRestAsWritten) {
  Arena arena;
  const auto clean = [&](std::string_view text) {
    const auto parsed = json::Parse(text, arena);
    EXPECT_TRUE(parsed.ok());
    return HasEqualMembers(**parsed) ? WithoutEqualMembers(**parsed) : "as it is";
  };
  EXPECT_EQ(clean(R"({"a":{"a":[{"b":1},{"b":2}]}})"), "as it is");
  EXPECT_EQ(clean(R"([{"a" : 1.50, "\u0061" : [ 0.95 ] }])"), R"([{"a":[ 0.95 ]}])");
  EXPECT_EQ(clean(R"({"x":{"k":1,"k":{"z":1,"z":2}}, "y": [ 1 ]})"), R"({"x":{"k":{"z":2}},"y":[ 1 ]})");
  std::string many = "{";
  for (int i = 0; i < 100; ++i) many += "\"k" + std::to_string(i) + "\":" + std::to_string(i) + ",";
  EXPECT_EQ(clean(many + "\"last\":0}"), "as it is");
  EXPECT_EQ(clean(many + "\"k0\":\"again\"}").substr(0, 8), "{\"k1\":1,");
}

TEST(Robustness, NamesTheByteOfInvalidUtf8) {
  for (const Client& client : Clients()) {
    for (const std::string_view broken : {"\xC3(", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xC0\xAF"}) {
      const std::string body = client.before + "fine " + std::string(broken) + client.after;
      Exchange exchange(client.endpoint, body, TargetOf(client.name == "gemini" ? Dialect::kChat : Dialect::kGemini));
      ASSERT_FALSE(exchange.status().ok()) << client.name;
      EXPECT_EQ(exchange.error().kind, ErrorKind::kInvalidRequest);
      const std::string expected = "byte " + std::to_string(client.before.size() + 5) + ": invalid UTF-8";
      EXPECT_NE(std::string(exchange.status().message()).find(expected), std::string::npos) << exchange.status();
    }
  }
}

TEST(Robustness, ReportsAnUpstreamStreamThatIsNoUtf8) {
  for (const Client& client : Clients()) {
    for (const Dialect upstream : kUpstreams) {
      if (client.endpoint.dialect == upstream) continue;
      Exchange exchange(client.endpoint, client.before + "x" + client.after, TargetOf(upstream));
      EXPECT_EQ(exchange.Reply(StreamOf(upstream, "a\xC3(")), Step::kFailed);
      EXPECT_EQ(KindOf(exchange.report().error), ErrorKind::kProtocol) << exchange.report().error;
    }
  }
}

TEST(Robustness, BoundsTheDepthOfRequestsAndReplies) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  for (const Client& client : Clients()) {
    const Dialect upstream = client.name == "gemini" ? Dialect::kChat : Dialect::kGemini;
    const std::string body = client.before + R"(x","metadata":)" + deep + R"(,"y":")" + client.after;
    Exchange request(client.endpoint, body, TargetOf(upstream));
    EXPECT_EQ(request.error().kind, ErrorKind::kInvalidRequest) << client.name;
    Exchange reply(client.endpoint, client.before + "x" + client.after, TargetOf(upstream));
    EXPECT_EQ(reply.Reply(StreamOf(upstream, R"(x","more":)" + deep + R"(,"y":")")), Step::kFailed);
    EXPECT_EQ(KindOf(reply.report().error), ErrorKind::kProtocol) << client.name;
  }
}

// LESSONS 15: doubles, and as the client wrote them.
TEST(Robustness, KeepsNumbersAsTheyAreWritten) {
  for (const std::string_view number : {"0.95", "0.1", "1e-7", "0.30000000000000004", "1.0", "0"}) {
    for (const Dialect upstream : kUpstreams) {
      if (upstream == Dialect::kGemini) continue;
      Exchange exchange(GeminiEndpoint(),
                        R"({"contents":[{"role":"user","parts":[{"text":"x"}]}],"generationConfig":{"temperature":)" +
                            std::string(number) + "}}",
                        TargetOf(upstream));
      EXPECT_NE(exchange.upstream_body().find("\"temperature\":" + std::string(number)), std::string::npos)
          << exchange.upstream_body();
    }
    Exchange exchange(ChatEndpoint(),
                      R"({"model":"m","messages":[{"role":"user","content":"x"}],"top_p":)" + std::string(number) + "}",
                      TargetOf(Dialect::kGemini));
    EXPECT_NE(exchange.upstream_body().find("\"topP\":" + std::string(number)), std::string::npos)
        << exchange.upstream_body();
  }
}

}  // namespace
}  // namespace ag::wire
