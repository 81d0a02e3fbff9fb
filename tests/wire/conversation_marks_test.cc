#include "gatewayd/wire/conversation_marks.h"

#include <gtest/gtest.h>

#include <string>

namespace ag::wire {
namespace {

TEST(OpeningOf, IsTheFirstMessageOfTheUser) {
  const std::string first = R"([{"role":"system","content":"be brief"},{"role":"user","content":"hi"}])";
  const std::string later = R"([{"role":"system","content":"be brief"},{"role":"user","content":"hi"},)"
                            R"({"role":"assistant","content":"hello"},{"role":"user","content":"again"}])";
  EXPECT_EQ(OpeningOf(first), R"({"role":"user","content":"hi")");
  EXPECT_EQ(OpeningOf(later), OpeningOf(first));
}

TEST(OpeningOf, DoesNotDependOnACacheMarkThatMovesOn) {
  const std::string marked = R"([{"role":"user","content":[{"type":"text","text":"hi",)"
                             R"("cache_control":{"type":"ephemeral"}}]}])";
  const std::string later = R"([{"role":"user","content":[{"type":"text","text":"hi"}]},)"
                            R"({"role":"assistant","content":"hello"}])";
  EXPECT_EQ(OpeningOf(marked), R"({"role":"user","content":[{"type":"text","text":"hi")");
  EXPECT_EQ(OpeningOf(later), OpeningOf(marked));
}

TEST(OpeningOf, TakesAMessageWithoutARoleForTheUsers) {
  EXPECT_EQ(OpeningOf(R"([{"parts":[{"text":"hi"}]},{"role":"model","parts":[]}])"), R"({"parts":[{"text":"hi")");
}

TEST(OpeningOf, PassesOverALongSystemMessage) {
  const std::string system = R"({"role":"system","content":")" + std::string(30'000, 's') + R"("},)";
  EXPECT_EQ(OpeningOf("[" + system + R"({"role":"user","content":"one"}])"), R"({"role":"user","content":"one")");
}

TEST(OpeningOf, TakesTheBeginningOfWhatIsTooLong) {
  const std::string message = R"({"role":"user","content":")" + std::string(100'000, 'x');
  const std::string turns = "[" + message + R"("},{"role":"assistant","content":"y"}])";
  EXPECT_EQ(OpeningOf(turns), std::string_view(message).substr(0, 64 * 1024 - 1));
}

TEST(OpeningOf, TakesPlainTextAndNothingAsTheyAre) {
  EXPECT_EQ(OpeningOf(R"("hi there")"), R"("hi there")");
  EXPECT_EQ(OpeningOf(""), "");
  EXPECT_EQ(OpeningOf("[]"), "");
}

}  // namespace
}  // namespace ag::wire
