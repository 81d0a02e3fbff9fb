// The first use that the README promises: three commands, and an Anthropic client speaks through a Gemini key.
#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "tests/daemon/daemon.h"
#include "tests/fakes/fake_proxy.h"
#include "tests/fakes/fake_upstream.h"
#include "tests/fakes/provider_replies.h"
#include "tests/fakes/tls_identity.h"
#include "tests/support/http_client.h"

namespace ag::test {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr const char* kAsk =
    R"({"model":"claude-sonnet-4-5","max_tokens":512,"stream":true,"messages":[{"role":"user","content":"Say hi"}]})";

void SpeakGemini(FakeUpstream& upstream) {
  upstream.On("GET", "/v1beta/models", GeminiModels({"gemini-2.5-pro", "gemini-2.5-flash"}));
  upstream.Respond([](const RecordedRequest& request) -> std::optional<Reply> {
    if (!request.Path().ends_with(":streamGenerateContent")) return std::nullopt;
    return GeminiStream({"Good ", "morning ", "to you."});
  });
}

// Commands two and three; the first started the daemon.
void AddKeyAndPreset(const DaemonHome& home, const std::string& base_url) {
  const Finished added = home.Agctl(
      {"accounts", "add", "--provider", "gemini", "--base-url", base_url, "--api-key-file", "-"}, "AIzaTestKey\n");
  ASSERT_EQ(added.code, 0) << added.err;
  EXPECT_THAT(added.out, HasSubstr("agctl routes preset claude-code --provider gemini")) << added.err;
  const Finished preset = home.Agctl({"routes", "preset", "claude-code", "--provider", "gemini"});
  ASSERT_EQ(preset.code, 0) << preset.err;
}

// The text that an Anthropic client puts together from the stream.
std::string TextOf(std::string_view stream) {
  constexpr std::string_view kData = "data: ";
  std::string text;
  for (std::size_t at = 0; at < stream.size();) {
    const std::size_t end = std::min(stream.find('\n', at), stream.size());
    const std::string_view line = stream.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with(kData) || line.find("\"text_delta\"") == std::string_view::npos) continue;
    text += JsonText(JsonText(line.substr(kData.size()), "delta"), "text");
  }
  return text;
}

void ExpectStreamedText(std::uint16_t port) {
  const HttpResponse reply =
      HttpPost(port, "/v1/messages", kAsk, {{"anthropic-version", "2023-06-01"}, {"x-api-key", "anything"}});
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_TRUE(reply.complete);
  EXPECT_THAT(std::string(reply.Header("content-type")), HasSubstr("text/event-stream"));
  EXPECT_EQ(TextOf(reply.body), "Good morning to you.");
  EXPECT_THAT(reply.body, HasSubstr("event: message_stop"));
}

TEST(ThreeCommands, AnAnthropicClientReachesAGeminiKey) {
  FakeUpstream upstream;
  SpeakGemini(upstream);
  DaemonHome home;
  Daemon daemon(home);
  const std::uint16_t port = daemon.port();
  AddKeyAndPreset(home, upstream.Origin());
  ExpectStreamedText(port);
  const RecordedRequest request = upstream.requests().back();
  EXPECT_EQ(request.Header("x-goog-api-key"), "AIzaTestKey");
  EXPECT_EQ(request.Header("x-api-key"), "");
  EXPECT_THAT(request.target, testing::StartsWith("/v1beta/models/gemini-"));
}

TEST(ThreeCommands, BehindAnEgressProxyWithAPrivateCa) {
  const TlsIdentity identity("gemini.test");
  FakeUpstream upstream(identity);
  SpeakGemini(upstream);
  FakeProxy proxy;
  proxy.Map("gemini.test:443", upstream.port());
  proxy.RequireBasic("dXNlcjpwYXNz");  // user:pass
  DaemonHome home;
  WriteFile(home.folder().File("ca.pem"), identity.ca_pem());
  DaemonOptions options;
  options.environment = {absl::StrCat("AG_UPSTREAM_PROXY_URL=http://user:pass@127.0.0.1:", proxy.port()),
                         "AG_UPSTREAM_CA_FILE=" + home.folder().File("ca.pem")};
  Daemon daemon(home, options);
  const std::uint16_t port = daemon.port();
  AddKeyAndPreset(home, "https://gemini.test");
  ExpectStreamedText(port);
  EXPECT_THAT(proxy.seen(), Contains(testing::Field(&FakeProxy::Seen::line, "CONNECT gemini.test:443 HTTP/1.1")));
}

TEST(ThreeCommands, ProxyAndCaCanBeSetWhileItRuns) {
  const TlsIdentity identity("gemini.test");
  FakeUpstream upstream(identity);
  SpeakGemini(upstream);
  FakeProxy proxy;
  proxy.Map("gemini.test:443", upstream.port());
  DaemonHome home;
  WriteFile(home.folder().File("ca.pem"), identity.ca_pem());
  Daemon daemon(home);
  const std::uint16_t port = daemon.port();
  ASSERT_EQ(home.Agctl({"config", "set", "upstream.proxy_url", proxy.Url()}).code, 0);
  const Finished untrusted = home.Agctl(
      {"accounts", "add", "--provider", "gemini", "--base-url", "https://gemini.test", "--api-key-file", "-"}, "AIza");
  EXPECT_THAT(untrusted.err, HasSubstr(TlsIdentity::kCaName));
  ASSERT_EQ(home.Agctl({"config", "set", "upstream.ca_file", home.folder().File("ca.pem")}).code, 0);
  ASSERT_EQ(home.Agctl({"accounts", "test", "gemini-1"}).code, 0);
  ASSERT_EQ(home.Agctl({"routes", "preset", "claude-code", "--provider", "gemini"}).code, 0);
  ExpectStreamedText(port);
}

}  // namespace
}  // namespace ag::test
