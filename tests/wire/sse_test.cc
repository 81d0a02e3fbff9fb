#include "gatewayd/wire/sse.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/base/random.h"

namespace ag::wire {
namespace {

class Collector final : public SseHandler {
 public:
  bool OnSseEvent(const SseEvent& event) override {
    events.push_back(std::string(event.name) + "|" + std::string(event.data));
    raw += event.raw;
    last_data = event.data.data();
    return events.size() < stop_after;
  }
  bool OnSseOther(std::string_view bytes) override {
    raw += bytes;
    return true;
  }
  std::vector<std::string> events;
  std::string raw;
  const char* last_data = nullptr;
  std::size_t stop_after = SIZE_MAX;
};

Collector Feed(std::string_view stream, std::size_t step) {
  SseParser parser;
  Collector collector;
  for (std::size_t at = 0; at < stream.size(); at += step) {
    const std::string piece(stream.substr(at, step));
    EXPECT_TRUE(parser.Feed(piece, collector).ok());
  }
  EXPECT_TRUE(parser.End(collector).ok());
  return collector;
}

TEST(SseParser, GivesTheSameEventsForAnySplitAndLineEnd) {
  const std::string text =
      ": hello\n\nevent: ping\ndata: {\"é\":1}\n\ndata:no space\n\n\n\nid: 7\nretry: 5\n\n"
      "data: a\ndata:\ndata:  b\n\nevent: only\n\ndata\n\n:c\ndata: [DONE]\n\n";
  const std::vector<std::string> expected{"ping|{\"é\":1}", "|no space", "|a\n\n b", "|", "|[DONE]"};
  for (const char* line_end : {"\n", "\r\n", "\r"}) {
    std::string stream = "\xEF\xBB\xBF";
    for (const char c : text) stream += c == '\n' ? std::string(line_end) : std::string(1, c);
    for (std::size_t step = 1; step <= stream.size(); ++step) {
      const auto collector = Feed(stream, step);
      EXPECT_EQ(collector.events, expected) << step;
      EXPECT_EQ(collector.raw, stream) << step;
    }
  }
}

TEST(SseParser, DeliversALastEventWithoutItsBlankLine) {
  for (const char* stream : {"data: x\n\ndata: y", "data: x\n\ndata: y\n", "data: x\r\n\r\ndata: y\r\n"}) {
    const auto collector = Feed(stream, 3);
    EXPECT_EQ(collector.events, (std::vector<std::string>{"|x", "|y"})) << stream;
    EXPECT_EQ(collector.raw, stream);
  }
}

TEST(SseParser, DeliversAnEventAtTheFirstByteThatEndsIt) {
  SseParser parser;
  Collector collector;
  ASSERT_TRUE(parser.Feed("data: x\r\n\r", collector).ok());
  EXPECT_EQ(collector.events.size(), 1U);
  ASSERT_TRUE(parser.Feed("\ndata: y\n\n", collector).ok());
  EXPECT_EQ(collector.events.size(), 2U);
  EXPECT_EQ(collector.raw, "data: x\r\n\r\ndata: y\n\n");
}

TEST(SseParser, DoesNotCopyAnEventThatIsWhole) {
  SseParser parser;
  Collector collector;
  const std::string stream = "data: first\n\ndata: second\n\n";
  ASSERT_TRUE(parser.Feed(stream, collector).ok());
  EXPECT_EQ(collector.last_data, stream.data() + 19);
  EXPECT_EQ(parser.pending_bytes(), 0U);
}

TEST(SseParser, ReadsAnEventOfManyMegabytesInSmallPieces) {
  SseParser parser;
  Collector collector;
  const std::string piece(1024, 'x');
  ASSERT_TRUE(parser.Feed("data: ", collector).ok());
  constexpr std::size_t kPieces = SseParser::kMaxEventBytes / 1024 - 1;
  for (std::size_t i = 0; i < kPieces; ++i) ASSERT_TRUE(parser.Feed(piece, collector).ok());
  ASSERT_TRUE(parser.Feed("\n\n", collector).ok());
  ASSERT_EQ(collector.events.size(), 1U);
  EXPECT_EQ(collector.events[0].size(), kPieces * 1024 + 1);
}

TEST(SseParser, RefusesAnEventThatIsTooLarge) {
  SseParser parser;
  Collector collector;
  const std::string piece(SseParser::kMaxEventBytes, 'x');
  ASSERT_TRUE(parser.Feed(piece, collector).ok());
  const auto status = parser.Feed("y", collector);
  EXPECT_EQ(KindOf(status), ErrorKind::kProtocol);
}

TEST(SseParser, StopsWhenTheHandlerHasEnough) {
  SseParser parser;
  Collector collector;
  collector.stop_after = 1;
  ASSERT_TRUE(parser.Feed("data: 1\n\ndata: 2\n\n", collector).ok());
  EXPECT_EQ(collector.events.size(), 1U);
}

TEST(SseParser, LosesNoByteOfArbitraryInput) {
  FastRandom random(7);
  constexpr std::string_view kAlphabet = "\n\n\n\r\r: adet\xEF\xBB\xBF";
  for (int round = 0; round < 2000; ++round) {
    std::string stream;
    const auto length = random.Next() % 60;
    for (std::uint64_t i = 0; i < length; ++i) stream += kAlphabet[random.Next() % kAlphabet.size()];
    const auto whole = Feed(stream, stream.size() + 1);
    EXPECT_EQ(whole.raw, stream);
    const auto split = Feed(stream, 1 + random.Next() % 5);
    EXPECT_EQ(split.raw, stream);
    EXPECT_EQ(split.events, whole.events);
  }
}

}  // namespace
}  // namespace ag::wire
