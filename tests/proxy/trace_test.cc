#include "gatewayd/proxy/trace.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>
#include <string_view>

namespace ag::proxy {
namespace {

constexpr WallTime kNow{std::chrono::milliseconds(1'795'000'000'000)};

constexpr std::string_view kTraceId = "0af7651916cd43dd8448eb211c80319c";
constexpr std::string_view kSpan = "b7ad6b7169203331";

bool IsHex(std::string_view text) { return text.find_first_not_of("0123456789abcdef") == std::string_view::npos; }

std::string Parent(std::string_view version, std::string_view trace_id, std::string_view span, std::string_view flags) {
  return std::string(version) + "-" + std::string(trace_id) + "-" + std::string(span) + "-" + std::string(flags);
}

// The whole form of what goes upstream (https://www.w3.org/TR/trace-context/#traceparent-header).
void ExpectWellFormed(const TraceContext& trace) {
  ASSERT_EQ(trace.traceparent.size(), 55U) << trace.traceparent;
  EXPECT_EQ(trace.traceparent.substr(0, 3), "00-");
  EXPECT_EQ(trace.traceparent.substr(3, 32), trace.trace_id);
  EXPECT_EQ(trace.traceparent[35], '-');
  EXPECT_TRUE(IsHex(trace.trace_id)) << trace.trace_id;
  EXPECT_TRUE(IsHex(trace.traceparent.substr(36, 16))) << trace.traceparent;
  EXPECT_NE(trace.traceparent.substr(36, 16), std::string(16, '0'));
  EXPECT_NE(trace.trace_id, std::string(32, '0'));
  EXPECT_EQ(trace.traceparent[52], '-');
}

class TraceTest : public testing::Test {
 protected:
  TraceContext Continue(std::string_view traceparent) { return ContinueTrace(traceparent, random_, arena_); }
  void ExpectFresh(std::string_view traceparent) {
    SCOPED_TRACE(traceparent);
    const TraceContext trace = Continue(traceparent);
    ExpectWellFormed(trace);
    EXPECT_NE(trace.trace_id, kTraceId);
    EXPECT_EQ(trace.traceparent.substr(52), "-00");
  }

  FastRandom random_{3};
  Arena arena_;
};

TEST_F(TraceTest, ContinuesTheClientsTraceWithASpanOfItsOwn) {
  const TraceContext trace = Continue(Parent("00", kTraceId, kSpan, "01"));
  ExpectWellFormed(trace);
  EXPECT_EQ(trace.trace_id, kTraceId);
  EXPECT_NE(trace.traceparent.substr(36, 16), kSpan);
  EXPECT_EQ(trace.traceparent.substr(53), "01");
  EXPECT_EQ(Continue(Parent("00", kTraceId, kSpan, "00")).traceparent.substr(53), "00");
}

TEST_F(TraceTest, AnswersAFutureVersionInItsOwn) {
  const TraceContext trace = Continue(Parent("cc", kTraceId, kSpan, "01"));
  ExpectWellFormed(trace);
  EXPECT_EQ(trace.trace_id, kTraceId);
  EXPECT_EQ(Continue(Parent("cc", kTraceId, kSpan, "01") + "-what-comes-then").trace_id, kTraceId);
  ExpectFresh(Parent("cc", kTraceId, kSpan, "01") + "what-comes-then");
}

// "Vendors MUST set those to zero": only the sampled and the random flag have a meaning.
TEST_F(TraceTest, ClearsFlagsThatItDoesNotKnow) {
  EXPECT_EQ(Continue(Parent("00", kTraceId, kSpan, "ff")).traceparent.substr(53), "03");
  EXPECT_EQ(Continue(Parent("cc", kTraceId, kSpan, "fe")).traceparent.substr(53), "02");
  EXPECT_EQ(Continue(Parent("00", kTraceId, kSpan, "3c")).traceparent.substr(53), "00");
  EXPECT_EQ(Continue(Parent("00", kTraceId, kSpan, "a5")).traceparent.substr(53), "01");
}

TEST_F(TraceTest, BeginsAFreshTraceWithoutAValidOne) {
  const std::string good = Parent("00", kTraceId, kSpan, "01");
  ExpectFresh("");
  ExpectFresh("00");
  ExpectFresh(good.substr(0, 54));
  ExpectFresh(good + "0");
  ExpectFresh(good + "-00");  // version 00 has exactly four fields
  ExpectFresh(Parent("ff", kTraceId, kSpan, "01"));
  ExpectFresh(Parent("0g", kTraceId, kSpan, "01"));
  ExpectFresh(Parent("00", kTraceId, kSpan, "0x"));
  ExpectFresh(Parent("00", "0AF7651916CD43DD8448EB211C80319C", kSpan, "01"));
  ExpectFresh(Parent("00", kTraceId, "b7ad6b716920333z", "01"));
  ExpectFresh(Parent("00", std::string(32, '0'), kSpan, "01"));
  ExpectFresh(Parent("00", kTraceId, std::string(16, '0'), "01"));
  for (const std::size_t dash : {2U, 35U, 52U}) {
    std::string broken = good;
    broken[dash] = '_';
    ExpectFresh(broken);
  }
  ExpectFresh(std::string(100'000, '0'));
}

TEST_F(TraceTest, GivesEachRequestItsOwnIds) {
  std::set<std::string> traces;
  std::set<std::string> requests;
  for (int i = 0; i < 100; ++i) {
    traces.emplace(Continue("").trace_id);
    requests.emplace(NewRequestId(kNow, random_, arena_));
  }
  EXPECT_EQ(traces.size(), 100U);
  EXPECT_EQ(requests.size(), 100U);
}

TEST_F(TraceTest, NamesRequestsByTwentyFourHexDigits) {
  const std::string_view id = NewRequestId(kNow, random_, arena_);
  ASSERT_EQ(id.size(), 28U);
  EXPECT_EQ(id.substr(0, 4), "req_");
  EXPECT_TRUE(IsHex(id.substr(4))) << id;
}

TEST_F(TraceTest, NamesRequestsInTheOrderOfTime) {
  const std::string_view earlier = NewRequestId(kNow, random_, arena_);
  EXPECT_LT(earlier, NewRequestId(kNow + std::chrono::milliseconds(1), random_, arena_));
}

}  // namespace
}  // namespace ag::proxy
