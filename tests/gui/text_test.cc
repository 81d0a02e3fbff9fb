#include "gui/models/text.h"

#include <gtest/gtest.h>

#include <QFile>
#include <QRegularExpression>

#include "ag/gateway/v1/common.pb.h"
#include "gui/models/reason_text.h"
#include "gui/models/request_convert.h"

namespace ag::gui {
namespace {

namespace v1 = ::ag::gateway::v1;

v1::Reason Reason(const char* code, const std::vector<std::pair<const char*, const char*>>& args = {}) {
  v1::Reason reason;
  reason.set_code(code);
  for (const auto& [name, value] : args) {
    v1::Reason::Arg& arg = *reason.add_args();
    arg.set_name(name);
    arg.set_value(value);
  }
  return reason;
}

TEST(ShortUsd, LeavesOutWhatDoesNotCount) {
  EXPECT_EQ(ShortUsd(99'990'000'000), "$99.99");
  EXPECT_EQ(ShortUsd(198'230'000'000), "$198");
  EXPECT_EQ(ShortUsd(1'234'000'000'000), "$1.23K");
}

TEST(UsdSum, SaysWhatItLacks) {
  EXPECT_EQ(UsdSum(1'500'000'000, 0), "$1.50");
  EXPECT_EQ(UsdSum(1'500'000'000, 2), QStringLiteral("≥ $1.50"));
  EXPECT_EQ(UsdSum(0, 2), "?");
  EXPECT_EQ(UsdSum(0, 0), "$0");
}

TEST(Text, ShortensCounts) {
  EXPECT_EQ(ShortCount(0), "0");
  EXPECT_EQ(ShortCount(999), "999");
  EXPECT_EQ(ShortCount(1'234), "1.23K");
  EXPECT_EQ(ShortCount(45'210), "45.2K");
  EXPECT_EQ(ShortCount(1'234'567), "1.23M");
  EXPECT_EQ(ShortCount(7'000'000'000), "7.00B");
}

TEST(Text, SaysDurations) {
  EXPECT_EQ(Duration(-1), QStringLiteral("–"));
  EXPECT_EQ(Duration(250), QStringLiteral("250 µs"));
  EXPECT_EQ(Duration(12'345), "12 ms");
  EXPECT_EQ(Duration(3'200'000), "3.2 s");
  EXPECT_EQ(Duration(125'000'000), "2 min 5 s");
}

TEST(Text, CountsDown) {
  EXPECT_EQ(Countdown(1'000, 2'000), "now");
  EXPECT_EQ(Countdown(31'000, 1'000), "in 30 s");
  EXPECT_EQ(Countdown(181'000, 1'000), "in 3 min");
  EXPECT_EQ(Countdown(7'501'000, 1'000), "in 2 h 5 min");
  EXPECT_EQ(Countdown(97'201'000, 1'000), "in 1 d 3 h");
}

TEST(Text, SaysHowLongAgo) {
  EXPECT_EQ(Ago(5'000, 6'000), "just now");
  EXPECT_EQ(Ago(0, 42'000), "42 s ago");
  EXPECT_EQ(Ago(0, 5 * 60'000), "5 min ago");
  EXPECT_EQ(Ago(0, 3 * 3'600'000), "3 h ago");
}

TEST(Text, HasWordsForEveryErrorKind) {
  for (int kind = v1::ERROR_KIND_INTERNAL; kind <= v1::ErrorKind_MAX; ++kind) {
    const QString name = NameOf(static_cast<v1::ErrorKind>(kind));
    EXPECT_NE(ErrorKindText(name), name) << name.toStdString();
  }
  EXPECT_EQ(ErrorKindText("of_a_later_version"), "of_a_later_version");
  EXPECT_TRUE(ErrorKindHint("client_left").isEmpty());
  EXPECT_FALSE(ErrorKindHint("rate_minute").isEmpty());
}

TEST(ReasonText, PutsArgumentsIntoTheSentence) {
  EXPECT_EQ(ReasonText(Reason("route", {{"pattern", "gpt-*"}, {"model", "gpt-5.2"}})),
            "The route gpt-* sends it to gpt-5.2");
}

TEST(ReasonText, AddsArgumentsThatTheSentenceLeavesOut) {
  EXPECT_EQ(ReasonText(Reason("clamped", {{"from", "9000"}, {"to", "8192"}})),
            "Lowered to the most that the model or its API takes (from 9000, to 8192)");
}

TEST(ReasonText, LeavesBracesInValuesAlone) {
  EXPECT_EQ(ReasonText(Reason("route", {{"pattern", "{model}"}, {"model", "m"}})), "The route {model} sends it to m");
}

TEST(ReasonText, ShowsAnUnknownCodeByItsWords) {
  EXPECT_EQ(ReasonText(Reason("of_a_later_version", {{"count", "3"}})), "of a later version (count 3)");
}

// Whatever a translation may lose (docs/wire-mapping.md is made from the daemon's table), and what decides on a way.
TEST(ReasonText, HasWordsForEveryCodeOfTheDaemon) {
  QFile page("docs/wire-mapping.md");
  ASSERT_TRUE(page.open(QIODevice::ReadOnly));
  QStringList codes;
  static const QRegularExpression row(QStringLiteral("^\\| `([a-z_]+)` \\|"), QRegularExpression::MultilineOption);
  const QString text = QString::fromUtf8(page.readAll());
  for (auto found = row.globalMatch(text); found.hasNext();) codes << found.next().captured(1);
  EXPECT_GE(codes.size(), 50);
  codes << "background_route" << "background_route_matches" << "effort_set_by_route"
        << "route_is_for_background_tasks" << "thinking_budget_set_by_route";
  // Why an account has its rank (route.proto, AccountCandidate.rank_reason).
  codes << "only_candidate" << "only_of_priority" << "holds_state" << "fixed_account" << "by_conversation" << "by_load"
        << "sooner_answers" << "later_answers" << "after_fixed_account" << "later_in_chain" << "lower_priority";
  for (const QString& code : codes) {
    const QString words = QString(code).replace('_', ' ');
    EXPECT_NE(ReasonText(Reason(code.toUtf8().constData())), words) << words.toStdString();
  }
}

TEST(ReasonText, IsEmptyWithoutACode) { EXPECT_TRUE(ReasonText(v1::Reason()).isEmpty()); }

TEST(ReasonText, MarksAMissingArgument) {
  EXPECT_EQ(ReasonText(Reason("route_matches")), QStringLiteral("The route … matches"));
}

TEST(DialectText, NamesOneOrBoth) {
  EXPECT_EQ(DialectsText("chat", ""), "Chat");
  EXPECT_EQ(DialectsText("gemini", "gemini"), "Gemini");
  EXPECT_EQ(DialectsText("messages", "responses"), QStringLiteral("Messages → Responses"));
  EXPECT_EQ(DialectText("of_a_later_version"), "of_a_later_version");
}

}  // namespace
}  // namespace ag::gui
