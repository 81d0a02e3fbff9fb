#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/cli/agctl_process.h"
#include "tests/cli/json_value.h"
#include "tests/control/control_harness.h"

namespace ag::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class CliKeys : public testing::Test {
 protected:
  Finished Run(const std::vector<std::string>& arguments) { return agctl_.Run(arguments); }

  ControlHarness harness_;
  Agctl agctl_{harness_.target()};
};

TEST_F(CliKeys, MakesAKeyAndShowsItOnce) {
  const auto created = Run({"keys", "create", "Laptop", "--expires", "30d", "--model", "gpt-*", "--model",
                            "claude-haiku-4-5", "--tokens-per-day", "5000"});
  ASSERT_EQ(created.code, 0) << created.err;
  EXPECT_THAT(created.out, HasSubstr("\nsk-"));
  EXPECT_THAT(created.err, HasSubstr("stores only its hash"));
  const auto listed = Run({"keys", "list"});
  EXPECT_THAT(listed.out, HasSubstr("gpt-*, claude-haiku-4-5"));
  EXPECT_THAT(listed.out, HasSubstr("0 of 5,000 tokens this day"));
  EXPECT_THAT(listed.out, HasSubstr("in 29 d"));
  const auto shown = Run({"keys", "show", "Laptop"});
  EXPECT_THAT(shown.out, HasSubstr("Laptop"));
  EXPECT_THAT(shown.out, Not(HasSubstr("\nsk-")));
}

TEST_F(CliKeys, ChangesRotatesAndRemovesByName) {
  const Value created = Json(Run({"keys", "create", "Laptop", "--requests-per-day", "10", "--json"}).out);
  EXPECT_EQ(Text(created, "secret").substr(0, 3), "sk-");
  const auto updated = Run({"keys", "update", "Laptop", "--name", "Phone", "--disable", "--tokens-per-day", "9",
                            "--expires", "2026-12-31T18:00Z", "--json"});
  ASSERT_EQ(updated.code, 0) << updated.err;
  const Value key = Json(updated.out);
  EXPECT_EQ(Text(key, "name"), "Phone");
  EXPECT_EQ(Text(key, "state"), "disabled");
  EXPECT_EQ(Text(key, "expires_at"), "2026-12-31T18:00:00.000Z");
  EXPECT_EQ(At(key, "budgets").list_value().values_size(), 2) << "what is not named stays";
  EXPECT_EQ(Json(Run({"keys", "update", "Phone", "--clear-limits", "--enable", "--expires", "never", "--json"}).out)
                .struct_value()
                .fields()
                .count("expires_at"),
            0U);
  const Value rotated = Json(Run({"keys", "rotate", "Phone", "--json"}).out);
  EXPECT_NE(Text(rotated, "secret"), Text(created, "secret"));
  EXPECT_EQ(Text(rotated, "id"), Text(created, "id"));
  EXPECT_EQ(Run({"monitor", "list", "--key", "Phone"}).out, "The log holds no such requests.\n");
  EXPECT_EQ(Run({"keys", "remove", Text(created, "id")}).out, "removed the key \"Phone\"\n");
  EXPECT_THAT(Run({"keys", "list"}).out, HasSubstr("no further keys"));
}

TEST_F(CliKeys, SaysWhatIsWrong) {
  ASSERT_EQ(Run({"keys", "create", "Laptop"}).code, 0);
  const auto unknown = Run({"keys", "show", "Laptob"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean Laptop"));
  EXPECT_EQ(Run({"keys", "update", "Laptop"}).code, 2);
  const auto time = Run({"keys", "create", "Phone", "--expires", "tomorrow"});
  EXPECT_EQ(time.code, 2);
  EXPECT_THAT(time.err, HasSubstr("30m, 12h, 7d"));
  EXPECT_THAT(Run({"keys", "create", "Laptop"}).err, HasSubstr("already"));
}

}  // namespace
}  // namespace ag::test
