#include "gatewayd/telemetry/event_feed.h"

#include <gtest/gtest.h>

namespace ag::telemetry {
namespace {

std::vector<RecordPtr> Records(std::size_t count) {
  std::vector<RecordPtr> records;
  for (std::size_t i = 0; i < count; ++i) records.push_back(std::make_shared<const RequestRecord>());
  return records;
}

TEST(EventFeed, NumbersEventsWithoutGapsForEachWatcher) {
  EventFeed feed;
  int first_calls = 0;
  int second_calls = 0;
  const auto first = feed.Subscribe([&] { ++first_calls; });
  feed.OnRecords(Records(2));
  const auto second = feed.Subscribe([&] { ++second_calls; });
  feed.OnRecords(Records(3));
  EXPECT_EQ(first_calls, 2);
  EXPECT_EQ(second_calls, 1);
  bool overflowed = true;
  const auto some = first->Take(4, overflowed);
  EXPECT_FALSE(overflowed);
  ASSERT_EQ(some.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(some[i].sequence, i + 1);
  EXPECT_EQ(first->Take(4, overflowed).front().sequence, 5U);
  EXPECT_TRUE(first->Take(4, overflowed).empty());
  const auto later = second->Take(100, overflowed);
  ASSERT_EQ(later.size(), 3U);
  EXPECT_EQ(later.front().sequence, 3U);
}

TEST(EventFeed, RemindsAWatcherThatLeftEventsWaiting) {
  EventFeed feed;
  int calls = 0;
  const auto watcher = feed.Subscribe([&] { ++calls; });
  feed.OnRecords(Records(2));
  bool overflowed = false;
  watcher->Take(1, overflowed);
  feed.OnRecords(Records(1));
  EXPECT_EQ(calls, 2);
}

TEST(EventFeed, TellsASlowWatcherOnceThatItLostEvents) {
  EventFeed feed;
  const auto slow = feed.Subscribe([] {});
  feed.OnRecords(Records(EventFeed::kQueueLimit + 5));
  feed.OnRecords(Records(3));
  bool overflowed = false;
  EXPECT_TRUE(slow->Take(100, overflowed).empty());
  EXPECT_TRUE(overflowed);
  const auto snapshot = feed.Recent(10);
  ASSERT_EQ(snapshot.size(), 10U);
  EXPECT_EQ(snapshot.back().sequence, EventFeed::kQueueLimit + 8);
  feed.OnRecords(Records(1));
  const auto next = slow->Take(100, overflowed);
  EXPECT_FALSE(overflowed);
  ASSERT_EQ(next.size(), 1U);
  EXPECT_EQ(next[0].sequence, snapshot.back().sequence + 1);
}

TEST(EventFeed, KeepsABoundedNumberOfRecentRecords) {
  EventFeed feed;
  feed.OnRecords(Records(EventFeed::kRecentLimit + 10));
  const auto recent = feed.Recent(100'000);
  ASSERT_EQ(recent.size(), EventFeed::kRecentLimit);
  EXPECT_EQ(recent.front().sequence, 11U);
}

TEST(EventFeed, LetsAWatcherLeaveInItsOwnCall) {
  EventFeed feed;
  std::shared_ptr<EventFeed::Subscription> watcher;
  int calls = 0;
  int others = 0;
  watcher = feed.Subscribe([&] {
    ++calls;
    feed.Unsubscribe(watcher);
  });
  const auto other = feed.Subscribe([&] { ++others; });
  feed.OnRecords(Records(1));
  feed.OnRecords(Records(1));
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(others, 2);
}

}  // namespace
}  // namespace ag::telemetry
