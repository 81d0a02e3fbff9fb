#include <gtest/gtest.h>

#include <string>

#include "tests/control/control_harness.h"

// What the request log and its sums are asked.
namespace ag::test {
namespace {

namespace v1 = client::v1;
using client::ErrorParamOf;

class Log : public testing::Test {
 protected:
  client::ControlClient& client() { return harness_.client(); }

  ControlHarness harness_;
};

TEST_F(Log, FiltersTheLog) {
  harness_.Store({ControlHarness::Record(1), ControlHarness::Record(2), ControlHarness::Record(3)});
  const auto found = [&](const v1::ListRequestsRequest& request) {
    const auto page = client().ListRequests(request);
    EXPECT_TRUE(page.ok()) << page.status().message();
    return page.ok() ? page->requests_size() : -1;
  };
  v1::ListRequestsRequest request;
  request.set_account_id("a-1");
  request.set_dialect(v1::DIALECT_MESSAGES);
  request.set_model("gpt-5");
  request.set_client_key_id("");
  EXPECT_EQ(found(request), 3);
  request.mutable_start_time()->set_seconds(1'793'491'202);
  EXPECT_EQ(found(request), 2);
  request.mutable_end_time()->set_seconds(1'793'491'203);
  EXPECT_EQ(found(request), 1);
  request.set_client_key_id("key_1");
  EXPECT_EQ(found(request), 0);
  request.clear_client_key_id();
  request.set_dialect(v1::DIALECT_CHAT);
  EXPECT_EQ(found(request), 0);
  request.clear_dialect();
  request.add_error_kinds(v1::ERROR_KIND_BILLING);
  EXPECT_EQ(found(request), 0);
  request.add_error_kinds(v1::ERROR_KIND_UNSPECIFIED);
  EXPECT_EQ(ErrorParamOf(client().ListRequests(request).status()), "error_kinds");
  request.mutable_end_time()->set_seconds(1);
  EXPECT_EQ(ErrorParamOf(client().ListRequests(request).status()), "end_time");
}

TEST_F(Log, SumsTokens) {
  harness_.Store({ControlHarness::Record(1), ControlHarness::Record(2)});
  v1::QueryTokensRequest request;
  request.set_group_by(v1::TOKEN_GROUPING_ACCOUNT);
  const auto answer = client().QueryTokens(request);
  ASSERT_TRUE(answer.ok()) << answer.status().message();
  ASSERT_EQ(answer->rows_size(), 1);
  EXPECT_EQ(answer->rows(0).bucket(), "second");
  EXPECT_EQ(answer->total().request_count(), 2);
  EXPECT_EQ(answer->total().input(), 2400);
  request.mutable_start_time()->set_seconds(10);
  request.mutable_end_time()->set_seconds(5);
  EXPECT_EQ(ErrorParamOf(client().QueryTokens(request).status()), "end_time");
}

TEST_F(Log, SplitsTokensOfATime) {
  harness_.Store({ControlHarness::Record(1)});
  v1::QueryTokensRequest request;
  request.set_split_by(v1::TOKEN_GROUPING_DIALECT);
  const auto answer = client().QueryTokens(request);
  ASSERT_TRUE(answer.ok()) << answer.status().message();
  ASSERT_EQ(answer->rows_size(), 1);
  EXPECT_EQ(answer->rows(0).bucket(), "2026-11-01");
  EXPECT_EQ(answer->rows(0).part(), "messages");
  EXPECT_EQ(answer->rows(0).sums().cache_share(), 0);
  request.set_split_by(v1::TOKEN_GROUPING_HOUR);
  EXPECT_EQ(ErrorParamOf(client().QueryTokens(request).status()), "split_by");
  request.set_split_by(v1::TOKEN_GROUPING_MODEL);
  request.set_group_by(v1::TOKEN_GROUPING_ACCOUNT);
  EXPECT_EQ(ErrorParamOf(client().QueryTokens(request).status()), "split_by");
}

}  // namespace
}  // namespace ag::test
