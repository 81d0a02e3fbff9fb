#include "gui/models/account_convert.h"

#include <gtest/gtest.h>

#include <QDateTime>

namespace ag::gui {
namespace {

namespace v1 = ::ag::gateway::v1;

std::int64_t Now() { return QDateTime::currentSecsSinceEpoch(); }

v1::Account Ready() {
  v1::Account account;
  account.set_id("acc_1");
  account.set_label("work");
  account.set_provider("openai");
  account.set_enabled(true);
  account.set_state(v1::ACCOUNT_STATE_READY);
  account.add_models("gpt-5.2");
  account.add_models("gpt-5-mini");
  return account;
}

void Pause(v1::Account& account, const char* model, std::int64_t seconds) {
  auto& pause = *account.add_cooldowns();
  pause.set_model(model);
  pause.set_cause(v1::ERROR_KIND_RATE_MINUTE);
  pause.mutable_end_time()->set_seconds(Now() + seconds);
}

void Budget(v1::Account& account, std::int64_t used, std::int64_t limit) {
  auto& budget = *account.add_budgets();
  budget.set_kind(v1::LIMIT_KIND_REQUESTS);
  budget.set_period(v1::BUDGET_PERIOD_DAY);
  budget.set_used(used);
  budget.set_limit(limit);
  budget.mutable_reset_time()->set_seconds(Now() + 3'600);
}

TEST(AccountConvert, SaysWhatTheWholeAccountIs) {
  v1::Account account = Ready();
  EXPECT_EQ(ToRow(account).state, "ready");
  EXPECT_EQ(ToRow(account).until_ms, 0);
  account.set_state(v1::ACCOUNT_STATE_NEEDS_SIGN_IN);
  EXPECT_EQ(ToRow(account).state, "needs_sign_in");
  account.set_state(v1::ACCOUNT_STATE_FORBIDDEN);
  EXPECT_EQ(ToRow(account).state, "forbidden");
  account.set_enabled(false);
  EXPECT_EQ(ToRow(account).state, "disabled");
}

TEST(AccountConvert, ABudgetInDollarsReadsAsMoney) {
  v1::Account account = Ready();
  Budget(account, 1'250'000, 2'500'000);
  account.mutable_budgets(0)->set_kind(v1::LIMIT_KIND_COST);
  EXPECT_EQ(ToRow(account).limits[0].toMap()["amount"], "$1.25 of $2.50 left");
  account.mutable_budgets(0)->set_used(2'500'000);
  EXPECT_EQ(ToRow(account).state, "exhausted");
  EXPECT_EQ(ToRow(account).reason, "Your limit of $2.50 a day is used up");
}

TEST(AccountConvert, CoolsWhenTheWholeAccountPauses) {
  v1::Account account = Ready();
  Pause(account, "", 60);
  const AccountModel::Row row = ToRow(account);
  EXPECT_EQ(row.state, "cooling");
  EXPECT_EQ(row.reason, "Rate limit");
  EXPECT_EQ(row.until_ms, account.cooldowns(0).end_time().seconds() * 1'000);
  account.mutable_cooldowns(0)->set_provider_hint(true);
  EXPECT_EQ(ToRow(account).reason, "Rate limit, for as long as the provider said");
}

TEST(AccountConvert, CoolsOnlyWhenAllModelsPause) {
  v1::Account account = Ready();
  Pause(account, "gpt-5.2", 90);
  EXPECT_EQ(ToRow(account).state, "ready");
  EXPECT_EQ(ToRow(account).reason, "Paused: gpt-5.2");
  Pause(account, "gpt-5-mini", 30);
  const AccountModel::Row row = ToRow(account);
  EXPECT_EQ(row.state, "cooling");
  EXPECT_EQ(row.until_ms, account.cooldowns(1).end_time().seconds() * 1'000) << "the first that is back ends it";
}

TEST(AccountConvert, DoesNotCallAnAccountWithoutKnownModelsCooling) {
  v1::Account account = Ready();
  account.clear_models();
  Pause(account, "gpt-5.2", 90);
  EXPECT_EQ(ToRow(account).state, "ready");
}

TEST(AccountConvert, IsExhaustedWhenABudgetIsUsedUp) {
  v1::Account account = Ready();
  Budget(account, 999, 1'000);
  EXPECT_EQ(ToRow(account).state, "ready");
  account.mutable_budgets(0)->set_used(1'000);
  const AccountModel::Row row = ToRow(account);
  EXPECT_EQ(row.state, "exhausted");
  EXPECT_EQ(row.reason, "Your limit of 1.00K requests a day is used up");
  EXPECT_EQ(row.until_ms, account.budgets(0).reset_time().seconds() * 1'000);
}

TEST(AccountConvert, IsExhaustedWhenOnlyTheReserveIsLeft) {
  v1::Account account = Ready();
  account.mutable_limits()->set_reserve_percent(10);
  Budget(account, 899, 1'000);
  EXPECT_EQ(ToRow(account).state, "ready");
  account.mutable_budgets(0)->set_used(900);
  EXPECT_EQ(ToRow(account).state, "exhausted");
}

TEST(AccountConvert, ShowsLimitsTightestFirst) {
  v1::Account account = Ready();
  Budget(account, 160, 1'000);
  auto& tight = *account.add_remaining_limits();
  tight.set_model("gpt-5.2");
  tight.set_kind(v1::LIMIT_KIND_TOKENS);
  tight.set_limit(200'000);
  tight.set_remaining(20'000);
  tight.mutable_reset_time()->set_seconds(Now() + 90);
  account.add_remaining_limits()->set_remaining(5);  // of how much, the provider does not say: no bar
  const QVariantList limits = ToRow(account).limits;
  ASSERT_EQ(limits.size(), 2);
  const QVariantMap first = limits[0].toMap();
  EXPECT_EQ(first["label"], "gpt-5.2");
  EXPECT_EQ(first["amount"], "20.0K of 200K tokens left");
  EXPECT_EQ(first["reset"], "resets in 2 min");
  EXPECT_EQ(first["text"], "20.0K of 200K tokens left · resets in 2 min");
  EXPECT_DOUBLE_EQ(first["fraction"].toDouble(), 0.1);
  EXPECT_TRUE(first["low"].toBool());
  const QVariantMap second = limits[1].toMap();
  EXPECT_EQ(second["label"], "Your limit a day");
  EXPECT_FALSE(second["low"].toBool());
  EXPECT_DOUBLE_EQ(second["fraction"].toDouble(), 0.84);
}

TEST(AccountConvert, IsLowBelowFifteenPercentOnly) {
  v1::Account account = Ready();
  Budget(account, 85, 100);
  EXPECT_FALSE(ToRow(account).limits[0].toMap()["low"].toBool());
  account.mutable_budgets(0)->set_used(86);
  EXPECT_TRUE(ToRow(account).limits[0].toMap()["low"].toBool());
}

TEST(AccountConvert, WritesProviderErrorsOnOneLine) {
  v1::ProviderError error;
  error.set_kind(v1::ERROR_KIND_CONNECT);
  EXPECT_EQ(ErrorLine(error), "No connection");
  error.set_kind(v1::ERROR_KIND_RATE_MINUTE);
  error.set_http_status(429);
  error.set_code("rate_limit_exceeded");
  error.set_text("Slow down");
  EXPECT_EQ(ErrorLine(error), QStringLiteral("Rate limit (HTTP 429 rate_limit_exceeded): “Slow down”"));
}

TEST(AccountConvert, TellsWhatAnAccountIsKnownByIfAnything) {
  v1::Account account = Ready();
  account.set_credential_kind(v1::CREDENTIAL_KIND_NONE);
  EXPECT_EQ(ToRow(account).known_by, "");
  account.set_credential_kind(v1::CREDENTIAL_KIND_API_KEY);
  account.set_api_key_hint("…");  // of a short one, such as local servers are content with
  EXPECT_EQ(ToRow(account).known_by, "");
  account.set_api_key_hint("sk-…f3a9");
  EXPECT_EQ(ToRow(account).known_by, "sk-…f3a9");
  account.clear_api_key_hint();
  account.set_credential_kind(v1::CREDENTIAL_KIND_OAUTH);
  EXPECT_EQ(ToRow(account).known_by, "sign-in");
  account.set_subject("lin@example.com");
  EXPECT_EQ(ToRow(account).known_by, "lin@example.com");
}

TEST(AccountConvert, KnowsTheAccountsOfASandbox) {
  v1::Account account = Ready();
  account.add_endpoints()->set_base_url("http://127.0.0.1:40123/v1");
  EXPECT_FALSE(IsOfSandbox(account, ""));
  EXPECT_TRUE(IsOfSandbox(account, "http://127.0.0.1:40123"));
  EXPECT_FALSE(IsOfSandbox(account, "http://127.0.0.1:4012"));
  account.mutable_endpoints(0)->set_base_url("https://api.openai.com/v1");
  EXPECT_FALSE(IsOfSandbox(account, "http://127.0.0.1:40123"));
}

TEST(AccountConvert, NamesWhatItSignsInWith) {
  v1::Account account = Ready();
  account.set_credential_kind(v1::CREDENTIAL_KIND_API_KEY);
  EXPECT_EQ(ToRow(account).credential, "API key");
  EXPECT_FALSE(ToRow(account).signs_in);
  account.set_credential_kind(v1::CREDENTIAL_KIND_OAUTH);
  EXPECT_EQ(ToRow(account).credential, "sign-in");
  EXPECT_TRUE(ToRow(account).signs_in);
}

}  // namespace
}  // namespace ag::gui
