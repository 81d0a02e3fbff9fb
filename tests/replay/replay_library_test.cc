#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>

#include "tests/replay/compare.h"
#include "tests/replay/recording.h"
#include "tests/replay/replay.h"
#include "tests/support/temp_dir.h"

namespace ag::test {
namespace {

using ::testing::HasSubstr;

TEST(CompareJson, IgnoresOrderAndEscapesButNotNumberSpelling) {
  EXPECT_EQ(CompareJson(R"({"a":"é","b":[1,{}]})", R"({ "b":[1,{}], "a":"\u00e9" })"), "");
  EXPECT_THAT(CompareJson(R"({"a":[1.0]})", R"({"a":[1]})"), HasSubstr("$.a[0]"));
  EXPECT_THAT(CompareJson(R"({"a":1})", R"({"a":1,"b":null})"), HasSubstr("$.b: was added"));
  EXPECT_THAT(CompareJson(R"({"a":1,"b":2})", R"({"a":1})"), HasSubstr("$.b: is missing"));
  EXPECT_THAT(CompareJson("[1]", "[1,2]"), HasSubstr("1 elements, got 2"));
  EXPECT_THAT(CompareJson("{}", "<html>"), HasSubstr("no JSON"));
}

TEST(CompareBytes, NamesTheFirstDifferentByte) {
  EXPECT_EQ(CompareBytes("abc", "abc"), "");
  EXPECT_THAT(CompareBytes("abc", "abX"), HasSubstr("byte 2 of 3"));
  EXPECT_THAT(CompareBytes("abc", "ab"), HasSubstr("byte 2 of 3"));
}

TEST(CompareModelLists, AcceptsMoreButNotLessOrOther) {
  const std::string two = R"({"data":[{"id":"a","n":1},{"id":"b"}]})";
  EXPECT_EQ(CompareModelLists(R"({"data":[{"id":"b"}]})", two), "");
  EXPECT_THAT(CompareModelLists(R"({"data":[{"id":"c"}]})", two), HasSubstr("model c: is missing"));
  EXPECT_THAT(CompareModelLists(R"({"data":[{"id":"a","n":2}]})", two), HasSubstr("model a.n"));
}

// A recording folder of one exchange.
class RecordingTest : public ::testing::Test {
 protected:
  std::unique_ptr<Recording> Make(const std::string& provider, const std::string& api, const std::string& text) {
    RecordingEntry entry;
    entry.id = "one";
    entry.provider = provider;
    entry.api = api;
    entry.file = folder_.File("one.json");
    entry.status = 200;
    entry.stream = text.find("body_text") != std::string::npos;
    WriteFile(entry.file, text);
    absl::StatusOr<std::unique_ptr<Recording>> recording = Recording::Load(entry);
    EXPECT_TRUE(recording.ok()) << recording.status();
    return recording.ok() ? *std::move(recording) : nullptr;
  }
  TempDir folder_;
};

TEST_F(RecordingTest, MovesVertexToTheGeminiPath) {
  const auto recording = Make("vertex", "generateContent",
                              R"({"request":{"method":"POST","path":"/v1beta1/projects/p/locations/l/publishers/google)"
                              R"(/models/gemini-x:generateContent?alt=sse","headers":{},"body":{"a":1.50}},)"
                              R"("response":{"status":200,"headers":{},"body":{}}})");
  ASSERT_NE(recording, nullptr);
  EXPECT_EQ(recording->target(), "/v1beta/models/gemini-x:generateContent?alt=sse");
  EXPECT_EQ(recording->model(), "gemini-x");
  EXPECT_EQ(recording->request_body(), R"({"a":1.50})");
  EXPECT_EQ(recording->OutOfScope(), "");
}

// The fake provider itself in the gateway's place: what a perfect passthrough would be.
class Nothing final : public ReplayTarget {
 public:
  explicit Nothing(std::uint16_t port) : port_(port) {}
  std::uint16_t port() const override { return port_; }

 private:
  std::uint16_t port_;
};
std::unique_ptr<ReplayTarget> NoGateway(const Recording&, const FakeUpstream& upstream) {
  return std::make_unique<Nothing>(upstream.port());
}

constexpr const char* kStream =
    R"({"request":{"method":"POST","path":"/v1/chat/completions","headers":{},"body":{"model":"m","stream":true}},)"
    R"("response":{"status":200,"headers":{},"body_text":"data: {\"a\":1}\n\ndata: [DONE]\n\n"}})";

TEST_F(RecordingTest, ReplayPassesAPerfectGateway) {
  const auto recording = Make("openai", "chat.completions", kStream);
  ASSERT_NE(recording, nullptr);
  EXPECT_EQ(ReplayOne(*recording, NoGateway, {}), "");
}

TEST_F(RecordingTest, ReplayNoticesAChangedByte) {
  const auto recording = Make("openai", "chat.completions", kStream);
  ASSERT_NE(recording, nullptr);
  FakeUpstream other;
  other.Respond([](const RecordedRequest&) { return Reply(200).Sse("data: {\"a\":2}\n\ndata: [DONE]\n\n"); });
  const auto lying = [&](const Recording&, const FakeUpstream&) { return std::make_unique<Nothing>(other.port()); };
  EXPECT_THAT(ReplayOne(*recording, lying, {}), HasSubstr("byte 11"));
}

TEST(Recordings, PassThroughNothingUnchanged) {
  const std::optional<std::string> folder = FindRecordings();
  if (!folder) {
    ASSERT_FALSE(RecordingsRequired()) << "AG_REQUIRE_RECORDINGS is set, but there are no recordings";
    GTEST_SKIP() << "no recordings: set AG_RECORDINGS_DIR";
  }
  const absl::StatusOr<std::vector<RecordingEntry>> entries = ReadIndex(*folder);
  ASSERT_TRUE(entries.ok()) << entries.status();
  ReplayOptions options;
  options.filter = [count = 0](const RecordingEntry&) mutable { return count++ % 20 == 0; };
  const ReplayResult result = ReplayAll(*entries, NoGateway, options);
  std::cout << result.Summary() << '\n';
  EXPECT_GT(result.passed, 100u);
  EXPECT_THAT(result.failures, ::testing::IsEmpty());
}

}  // namespace
}  // namespace ag::test
