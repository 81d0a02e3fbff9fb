#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "gatewayd/base/error.h"
#include "tests/cli/agctl_process.h"
#include "tests/cli/json_value.h"
#include "tests/control/control_harness.h"

// What programs read of commands that come to their result by steps, or not in one piece.
namespace ag::test {
namespace {

using testing::HasSubstr;

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

class CliJson : public testing::Test {
 protected:
  Finished Run(const std::vector<std::string>& arguments, const std::string& input = {}) {
    return agctl_.Run(arguments, input);
  }
  std::string AddAccount(const std::string& label) {
    const auto added = Run(
        {"accounts", "add", "--provider", "anthropic", "--label", label, "--api-key-file", "-", "--json"}, "sk-ant-1");
    EXPECT_EQ(added.code, 0) << added.err;
    return Text(Json(added.out), "id");
  }
  Finished SignIn(const std::string& input) {
    return Run({"accounts", "sign-in", "--provider", "gemini", "--client-id", "c", "--no-browser", "--json"}, input);
  }

  ControlHarness harness_;
  Agctl agctl_{harness_.target()};
};

TEST_F(CliJson, ASignInTellsItsAddressFirstAndItsAccountLast) {
  const std::string id = AddAccount("me");
  harness_.OnControl([&] {
    harness_.sign_ins().on_paste = [&](control::SignInStatus& status) {
      status.state = control::SignInStatus::State::kExchanging;
      harness_.sign_ins().on_get = [&id, asked = 0](control::SignInStatus& status) mutable {
        if (++asked < 2) return;
        status.state = control::SignInStatus::State::kDone;
        status.account = AccountId(id);
      };
    };
  });
  const auto finished = SignIn("wrong\nhttp://127.0.0.1:1/?code=c\n");
  EXPECT_EQ(finished.code, 0) << finished.err;
  EXPECT_EQ(finished.err, "") << "no prose for programs";
  const auto lines = Lines(finished.out);
  ASSERT_EQ(lines.size(), 4U) << finished.out;
  const Value first = Json(lines[0]);
  EXPECT_EQ(Text(first, "sign_in"), "waiting");
  EXPECT_EQ(Text(first, "url"), "https://example.org/authorize?client_id=x");
  EXPECT_EQ(Text(Json(lines[1]), "sign_in"), "waiting");
  EXPECT_THAT(Text(Json(lines[1]), "error"), HasSubstr("that is no code"));
  EXPECT_EQ(Text(Json(lines[2]), "sign_in"), "exchanging");
  const Value last = Json(lines[3]);
  EXPECT_EQ(Text(last, "sign_in"), "done");
  EXPECT_EQ(Text(last, "id"), id);
  EXPECT_TRUE(At(At(last, "test"), "ok").bool_value());
}

TEST_F(CliJson, ASignInThatFailsEndsWithItsError) {
  harness_.OnControl([&] {
    harness_.sign_ins().on_get = [](control::SignInStatus& status) {
      status.state = control::SignInStatus::State::kFailed;
      status.error = MakeError(ErrorKind::kAccountAuth, "access_denied");
    };
  });
  const auto finished = SignIn({});
  EXPECT_EQ(finished.code, 1);
  const auto lines = Lines(finished.out);
  ASSERT_EQ(lines.size(), 1U) << finished.out;
  EXPECT_EQ(Text(Json(lines[0]), "url"), "https://example.org/authorize?client_id=x");
  EXPECT_THAT(Text(At(Json(finished.err), "error"), "message"), HasSubstr("access_denied"));
}

TEST_F(CliJson, TellsWhichOfSeveralAccountsWereAdded) {
  AddAccount("me-3");
  const auto added = Run({"accounts", "add", "--provider", "gemini", "--label", "me", "--client-id", "c",
                          "--refresh-token-file", "-", "--no-test", "--json"},
                         "1//one\n1//two\n1//three\n1//four\n");
  EXPECT_EQ(added.code, 1);
  const Value list = Json(added.out);
  ASSERT_EQ(list.list_value().values_size(), 2) << added.out;
  EXPECT_EQ(Text(Item(list, 0), "label"), "me-1");
  EXPECT_EQ(Text(Item(list, 1), "label"), "me-2");
  EXPECT_THAT(Text(At(Json(added.err), "error"), "message"), HasSubstr("\"me-3\" already"));
  const auto none = Run({"accounts", "add", "--provider", "gemini", "--label", "me-3", "--client-id", "c",
                         "--refresh-token-file", "-", "--no-test", "--json"},
                        "1//five\n");
  EXPECT_EQ(none.code, 1);
  EXPECT_EQ(none.out, "");
}

TEST_F(CliJson, WarningsOfARouteAreInItsObject) {
  AddAccount("work");
  const auto doubtful =
      Run({"routes", "set", "--match", "mine", "--provider", "anthropic", "--model", "modle-a", "--json"});
  EXPECT_EQ(doubtful.code, 0) << doubtful.err;
  EXPECT_EQ(doubtful.err, "");
  const Value route = Json(doubtful.out);
  EXPECT_EQ(Text(route, "pattern"), "mine");
  ASSERT_EQ(At(route, "warnings").list_value().values_size(), 1) << doubtful.out;
  const Value warning = Item(At(route, "warnings"), 0);
  EXPECT_EQ(Text(warning, "code"), "model_not_listed");
  EXPECT_EQ(Text(At(warning, "args"), "model"), "modle-a");
  EXPECT_THAT(Text(warning, "message"), HasSubstr("modle-a"));
  const auto fine = Run({"routes", "set", "--match", "mine", "--provider", "anthropic", "--json"});
  EXPECT_EQ(At(Json(fine.out), "warnings").list_value().values_size(), 0) << fine.out;
}

}  // namespace
}  // namespace ag::test
