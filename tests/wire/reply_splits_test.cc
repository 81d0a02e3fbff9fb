#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/random.h"
#include "gatewayd/wire/registry.h"
#include "recorded_streams.h"
#include "reply_trip.h"

// However the network cuts a recorded stream, a client of any dialect gets the same bytes from decoder and encoder.
namespace ag::wire {
namespace {

constexpr std::size_t kEveryBoundary = 4096;  // bodies up to this size are cut at each of them
constexpr int kRandomSplits = 50;
constexpr std::array<Dialect, kDialectCount> kClients{Dialect::kChat, Dialect::kCompletions, Dialect::kResponses,
                                                      Dialect::kMessages, Dialect::kGemini};

// What the client gets of `stream` when it is cut at `cuts`. Each piece has a buffer of its own, gone before the next.
std::string Translate(const RecordedStream& stream, Dialect client, const std::vector<std::size_t>& cuts) {
  const std::string_view body = stream.body;
  ReplyTrip trip(stream.dialect, client);
  std::size_t at = 0;
  for (const std::size_t cut : cuts) {
    if (!trip.Feed(std::string(body.substr(at, cut - at)))) return trip.End();
    at = cut;
  }
  trip.Feed(std::string(body.substr(at)));
  return trip.End();
}

std::vector<std::size_t> EveryByte(std::size_t size) {
  std::vector<std::size_t> cuts;
  for (std::size_t at = 1; at < size; ++at) cuts.push_back(at);
  return cuts;
}

// Pieces of up to a few bytes in some splits, of up to 2 KB in others.
std::vector<std::size_t> RandomCuts(std::size_t size, RandomSource& random) {
  const std::size_t largest = std::size_t{2} << (random.Next() % 11);
  std::vector<std::size_t> cuts;
  for (std::size_t at = 1 + random.Next() % largest; at < size; at += 1 + random.Next() % largest) cuts.push_back(at);
  return cuts;
}

class ReplySplits : public testing::Test {
 protected:
  void SetUp() override {
    streams_ = RecordedStreams();
    if (streams_.empty()) GTEST_SKIP() << "AG_RECORDINGS_DIR is not set";
    // No request is translated to the others' dialect.
    std::erase_if(streams_, [](const auto& stream) { return CodecOf(stream.dialect).make_reply_decoder == nullptr; });
  }

  std::vector<RecordedStream> streams_;
};

TEST_F(ReplySplits, ByteByByteGivesEachClientTheSameReply) {
  for (const RecordedStream& stream : streams_) {
    const std::vector<std::size_t> cuts = EveryByte(stream.body.size());
    for (const Dialect client : kClients) {
      const std::string whole = Translate(stream, client, {});
      EXPECT_FALSE(whole.empty()) << stream.name;
      EXPECT_EQ(Translate(stream, client, cuts), whole) << stream.name << " for a client of " << NameOf(client);
    }
  }
  EXPECT_GT(streams_.size(), 600U);
}

// The clients take turns, so that each meets streams of every provider.
TEST_F(ReplySplits, EveryBoundaryOfAShortStreamGivesTheSameReply) {
  std::size_t seen = 0;
  for (const RecordedStream& stream : streams_) {
    if (stream.body.size() > kEveryBoundary) continue;
    const Dialect client = kClients[seen++ % kClients.size()];
    const std::string whole = Translate(stream, client, {});
    for (std::size_t cut = 1; cut < stream.body.size(); ++cut) {
      ASSERT_EQ(Translate(stream, client, {cut}), whole) << stream.name << " cut at " << cut << ", " << NameOf(client);
    }
  }
  EXPECT_GT(seen, 300U);
}

TEST_F(ReplySplits, RandomSplitsOfALongStreamGiveTheSameReply) {
  FastRandom random(2026);
  std::size_t seen = 0;
  for (const RecordedStream& stream : streams_) {
    if (stream.body.size() <= kEveryBoundary) continue;
    const Dialect client = kClients[seen++ % kClients.size()];
    const std::string whole = Translate(stream, client, {});
    for (int i = 0; i < kRandomSplits; ++i) {
      const std::vector<std::size_t> cuts = RandomCuts(stream.body.size(), random);
      ASSERT_EQ(Translate(stream, client, cuts), whole) << stream.name << " split " << i << ", " << NameOf(client);
    }
  }
  EXPECT_GT(seen, 250U);
}

TEST_F(ReplySplits, RecordedRepliesKeepEachClientsGrammar) {
  for (const RecordedStream& stream : streams_) {
    for (const Dialect client : kClients) {
      ReplyTrip trip(stream.dialect, client);
      trip.Feed(stream.body);
      const std::string text = trip.End();
      EXPECT_TRUE(trip.ended_once()) << stream.name;
      EXPECT_EQ(ReplyTrip::Violation(client, text, trip.completed()), "") << stream.name << ", " << NameOf(client);
    }
  }
}

}  // namespace
}  // namespace ag::wire
