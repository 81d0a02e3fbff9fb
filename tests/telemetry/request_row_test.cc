#include "gatewayd/telemetry/request_row.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace ag::telemetry {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

RequestRecord Record(Arena& arena) {
  RequestRecord record;
  record.id = "req_019a3b4c5d6e0123456789ab";
  record.trace_id = "0af7651916cd43dd8448eb211c80319c";
  record.started = WallTime(milliseconds(1'793'491'200'123));
  record.dialect = Dialect::kMessages;
  record.operation = Operation::kGenerate;
  record.model = "asked";
  record.user_agent = "curl/8";
  record.stream = true;
  record.status = 200;
  AttemptRecord& attempt = AddAttempt(record, arena);
  attempt.account = "acc_1";
  attempt.account_label = "one";
  attempt.model = "served";
  attempt.status = 200;
  attempt.head = microseconds(900);
  attempt.duration = microseconds(4000);
  attempt.reused_connection = true;
  record.usage.input = 10;
  record.usage.reasoning = 0;
  record.stop_reason = StopReason::kEndTurn;
  record.first_byte = microseconds(1000);
  record.duration = microseconds(5000);
  record.upstream = microseconds(4200);
  return record;
}

TEST(RequestRow, TellsACommonRequestBriefly) {
  Arena arena;
  std::string details = "of the row before";
  const store::RequestRow row = ToRow(Record(arena), details);
  EXPECT_EQ(row.id, "req_019a3b4c5d6e0123456789ab");
  EXPECT_EQ(row.started_ms, 1'793'491'200'123);
  EXPECT_EQ(row.model, "asked");
  EXPECT_EQ(row.upstream_model, "served");
  EXPECT_EQ(row.account_label, "one");
  EXPECT_EQ(row.error_kind, "");
  std::string shown(row.details);
  for (char& c : shown) c = c == '\x1f' ? '|' : c == '\x1d' ? '#' : c;
  EXPECT_EQ(shown,
            "messages|generate|s|200||1000|5000|4200|10||||0|end_turn|curl/8|0af7651916cd43dd8448eb211c80319c"
            "#A|acc_1|||chat|200|0|900|4000||r");
}

TEST(RequestRow, ComesBackAsItWas) {
  Arena arena;
  RequestRecord record = Record(arena);
  const ErrorDetail refused{.kind = ErrorKind::kRateMinute,
                            .scope = ErrorScope::kModel,
                            .http_status = 429,
                            .retry_after = milliseconds(1500),
                            .provider_code = "slow_down",
                            .provider_text = "slow \"down\"",
                            .param = "model"};
  record.attempts = {};
  AttemptRecord& failed = AddAttempt(record, arena);
  failed.account = "acc_0";
  failed.account_label = "zero";
  failed.model = "other";
  failed.dialect = Dialect::kGemini;
  failed.error = Describe(refused, arena);
  failed.connect = microseconds(70);
  failed.violation = "a second start";
  AddAttempt(record, arena) = Record(arena).attempts[0];
  const Reason chosen{"affinity", {{"rank", "1"}, {"of", ""}}};
  AttemptRecord& served = AddAttempt(record, arena);
  served.account = "acc_2";
  served.account_label = "two";
  served.model = "served";
  served.chosen = Describe(chosen, arena);
  record.losses = Describe({Loss{LossClass::kApprox, "top_k", Reason{"no_such_field", {{"dialect", "chat"}}}},
                            Loss{LossClass::kDrop, "seed", Reason{"unknown", {}}}},
                           arena);
  const std::array passed_over{PassedOverView{"acc_3", "three", "other", "cooling", WallTime(milliseconds(1234))},
                               PassedOverView{"acc_4", "four", "other", "disabled", {}}};
  record.passed_over = passed_over;
  record.cost = 22'500'000;
  record.translated = true;
  record.error = Describe(refused, arena);
  record.error_text = "refused";

  std::string details;
  const RequestRecord back = FromRow(ToRow(record, details), arena);
  EXPECT_EQ(back.id, record.id);
  EXPECT_EQ(back.started, record.started);
  EXPECT_EQ(back.dialect, Dialect::kMessages);
  EXPECT_EQ(back.operation, Operation::kGenerate);
  EXPECT_TRUE(back.stream && back.translated);
  EXPECT_EQ(back.usage, record.usage);
  EXPECT_EQ(back.cost, 22'500'000);
  EXPECT_EQ(back.stop_reason, StopReason::kEndTurn);
  EXPECT_EQ(back.first_byte, record.first_byte);
  EXPECT_EQ(back.upstream, record.upstream);
  EXPECT_EQ(back.user_agent, "curl/8");
  EXPECT_EQ(back.trace_id, record.trace_id);
  ASSERT_NE(back.error, nullptr);
  EXPECT_EQ(back.error->kind, ErrorKind::kRateMinute);
  ASSERT_EQ(back.attempts.size(), 3U);
  const AttemptRecord& first = back.attempts[0];
  EXPECT_EQ(first.account_label, "zero");
  EXPECT_EQ(first.model, "other");
  EXPECT_EQ(first.dialect, Dialect::kGemini);
  EXPECT_EQ(first.head, microseconds(-1));
  EXPECT_EQ(first.connect, microseconds(70));
  ASSERT_NE(first.error, nullptr);
  EXPECT_EQ(first.error->scope, ErrorScope::kModel);
  EXPECT_EQ(first.error->http_status, 429);
  EXPECT_EQ(first.error->retry_after, milliseconds(1500));
  EXPECT_EQ(first.error->provider_code, "slow_down");
  EXPECT_EQ(first.error->provider_text, "slow \"down\"");
  EXPECT_EQ(first.error->param, "model");
  EXPECT_EQ(first.violation, "a second start");
  EXPECT_EQ(back.attempts[1].violation, "");
  EXPECT_TRUE(back.attempts[1].reused_connection);
  EXPECT_EQ(back.attempts[1].error, nullptr);
  const AttemptRecord& last = back.attempts[2];
  EXPECT_EQ(last.account_label, "two");
  EXPECT_EQ(last.model, "served");
  EXPECT_EQ(last.chosen.code, "affinity");
  ASSERT_EQ(last.chosen.args.size(), 2U);
  EXPECT_EQ(last.chosen.args[0].name, "rank");
  EXPECT_EQ(last.chosen.args[0].value, "1");
  ASSERT_EQ(back.losses.size(), 2U);
  EXPECT_EQ(back.losses[0].loss_class, LossClass::kApprox);
  EXPECT_EQ(back.losses[0].reason.args[0].value, "chat");
  EXPECT_EQ(back.losses[1].field, "seed");
  ASSERT_EQ(back.passed_over.size(), 2U);
  EXPECT_EQ(back.passed_over[0].account, "acc_3");
  EXPECT_EQ(back.passed_over[0].account_label, "three");
  EXPECT_EQ(back.passed_over[0].model, "other");
  EXPECT_EQ(back.passed_over[0].reason, "cooling");
  EXPECT_EQ(back.passed_over[0].until, WallTime(milliseconds(1234)));
  EXPECT_EQ(back.passed_over[1].until, WallTime());
}

TEST(RequestRow, KeepsItsFormWhateverTextsHold) {
  Arena arena;
  RequestRecord record = Record(arena);
  record.user_agent =
      "a\x1f"
      "b\x1d"
      "A";
  record.client_key = "\x1c\x1e";
  std::string details;
  const RequestRecord back = FromRow(ToRow(record, details), arena);
  EXPECT_EQ(back.user_agent, "a b A");
  EXPECT_EQ(back.client_key, "  ");
  EXPECT_EQ(back.attempts.size(), 1U);
}

TEST(RequestRow, LeavesOutWhatCannotBeRead) {
  Arena arena;
  store::RequestRow row;
  row.details =
      "cobol\x1f\x1f\x1fmany\x1d"
      "A\x1d"
      "Z\x1fnews\x1d\x1d"
      "A\x1f"
      "acc";
  const RequestRecord record = FromRow(row, arena);
  EXPECT_EQ(record.dialect, Dialect::kChat);
  EXPECT_EQ(record.status, 0);
  ASSERT_EQ(record.attempts.size(), 2U);
  EXPECT_EQ(record.attempts[1].account, "acc");
  row.details = "";
  EXPECT_TRUE(FromRow(row, arena).attempts.empty());
}

TEST(RequestRow, IsFilteredWithoutBeingReadWhole) {
  Arena arena;
  RequestRecord record;
  record.id = "req_1";
  record.dialect = Dialect::kMessages;
  record.client_key = "key_1";
  for (const std::string_view account : {"acc_1", "acc_2"}) AddAttempt(record, arena).account = account;
  std::string details;
  const store::RequestRow row = ToRow(record, details);
  EXPECT_TRUE(Matches(row, {}));
  EXPECT_TRUE(Matches(row, {"acc_1", Dialect::kMessages, "key_1"})) << "each attempt counts";
  EXPECT_TRUE(Matches(row, {"acc_2", std::nullopt, std::nullopt}));
  EXPECT_FALSE(Matches(row, {"acc_", std::nullopt, std::nullopt}));
  EXPECT_FALSE(Matches(row, {"", Dialect::kChat, std::nullopt}));
  EXPECT_FALSE(Matches(row, {"", std::nullopt, ""})) << "the primary key or none";
  store::RequestRow bare;
  EXPECT_TRUE(Matches(bare, {"", std::nullopt, ""}));
  EXPECT_FALSE(Matches(bare, {"acc_1", std::nullopt, std::nullopt}));
}

}  // namespace
}  // namespace ag::telemetry
