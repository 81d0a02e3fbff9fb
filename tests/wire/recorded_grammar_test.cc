#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/wire/registry.h"
#include "gatewayd/wire/sse.h"
#include "recorded_streams.h"
#include "reply_trip.h"

// The grammars take what the providers themselves send, and find out when an end is lost or doubled.
namespace ag::wire {
namespace {

using Events = std::vector<std::pair<std::string, std::string>>;  // name, data

class Collector final : public SseHandler {
 public:
  bool OnSseEvent(const SseEvent& event) override {
    if (!event.data.empty()) events.emplace_back(event.name, event.data);
    return true;
  }
  Events events;
};

Events EventsOf(std::string_view body) {
  Collector collector;
  SseParser parser;
  EXPECT_TRUE(parser.Feed(body, collector).ok() && parser.End(collector).ok());
  return std::move(collector.events);
}

// The first thing that the grammar finds wrong; empty = nothing.
std::string_view Verdict(Dialect dialect, const Events& events) {
  const std::unique_ptr<StreamGrammar> grammar = CodecOf(dialect).make_grammar();
  for (const auto& [name, data] : events) {
    if (const std::string_view wrong = grammar->OnEvent(name, data); !wrong.empty()) return wrong;
  }
  return grammar->OnEnd();
}

// A stream that its provider ended well.
bool IsWhole(const RecordedStream& stream) {
  if (stream.failed || CodecOf(stream.dialect).make_reply_decoder == nullptr) return !stream.failed;
  ReplyTrip trip(stream.dialect, stream.dialect);
  trip.Feed(stream.body);
  trip.End();
  return trip.completed();
}

TEST(RecordedGrammar, TakesEveryWholeStreamAndFindsLostAndDoubledEnds) {
  const std::vector<RecordedStream> streams = RecordedStreams();
  if (streams.empty()) GTEST_SKIP() << "AG_RECORDINGS_DIR is not set";
  std::array<int, kDialectCount> seen{};
  for (const RecordedStream& stream : streams) {
    if (!IsWhole(stream) || CodecOf(stream.dialect).make_grammar == nullptr) continue;
    Events events = EventsOf(stream.body);
    ASSERT_FALSE(events.empty()) << stream.name;
    EXPECT_EQ(Verdict(stream.dialect, events), "") << stream.name;
    events.push_back(events.back());
    // Gemini has no event for the end alone; what may follow the last candidate, its own test knows.
    if (stream.dialect != Dialect::kGemini) {
      EXPECT_NE(Verdict(stream.dialect, events), "") << stream.name << " with two ends";
    }
    events.resize(events.size() - 2);
    EXPECT_NE(Verdict(stream.dialect, events), "") << stream.name << " without its end";
    ++seen[static_cast<std::size_t>(stream.dialect)];
  }
  EXPECT_GT(seen[static_cast<std::size_t>(Dialect::kChat)], 100);
  EXPECT_GT(seen[static_cast<std::size_t>(Dialect::kCompletions)], 4);
  EXPECT_GT(seen[static_cast<std::size_t>(Dialect::kMessages)], 150);
  EXPECT_GT(seen[static_cast<std::size_t>(Dialect::kGemini)], 100);
}

}  // namespace
}  // namespace ag::wire
