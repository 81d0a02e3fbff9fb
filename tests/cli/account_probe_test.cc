#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/cli/agctl_process.h"
#include "tests/cli/json_value.h"
#include "tests/control/control_harness.h"

// agctl accounts test --deep
namespace ag::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class CliProbe : public testing::Test {
 protected:
  CliProbe() {
    client::v1::CreateAccountRequest request;
    request.mutable_account()->set_provider("openai");
    request.mutable_account()->set_label("work");
    request.mutable_account()->set_api_key("sk-0123456789abcdef");
    const auto created = harness_.client().CreateAccount(request);
    EXPECT_TRUE(created.ok()) << created.status();
    if (created.ok()) id_ = created->account().id();
    harness_.OnControl([this] {
      harness_.pool().SetModels(AccountId(id_), {"gpt-5-mini", "gpt-5-nano", "of-tomorrow", "whisper-1"});
      harness_.probe().answer = Answer;
    });
  }
  // One model works, one has no quota, the rest is refused with the account.
  static pool::ModelTest Answer(const std::string& model) {
    pool::ModelTest test;
    test.request_id = "req_1";
    if (model == "gpt-5-mini") {
      test.usage.input = 9;
      test.usage.output = 2;
      test.cost = 6'250;
      test.took = std::chrono::milliseconds(312);
      return test;
    }
    ErrorDetail detail;
    detail.kind = model == "gpt-5-nano" ? ErrorKind::kBilling : ErrorKind::kAccountAuth;
    detail.provider_text = "no";
    test.error = MakeError(detail, "no");
    if (model == "gpt-5-nano") test.fact = pool::LearnedFact{model, {}, "limit: 0", {}, {}};
    return test;
  }
  std::vector<std::string> Asked() {
    std::vector<std::string> asked;
    harness_.OnControl([&] { asked = harness_.probe().asked; });
    return asked;
  }
  // Runs agctl on a terminal of its own and types `answer` where it asks; `seen` is what the terminal shows until `end`
  // stands there, or all of it.
  pid_t OnTerminal(const std::vector<std::string>& arguments, const std::string& answer, std::string& seen,
                   const std::string& end = {}) {
    int terminal = -1;
    int slave = -1;
    EXPECT_EQ(::openpty(&terminal, &slave, nullptr, nullptr, nullptr), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
      posix_spawn_file_actions_adddup2(&actions, slave, stream);
    }
    posix_spawn_file_actions_addclose(&actions, terminal);
    const pid_t child = agctl_.Spawn(arguments, actions);
    posix_spawn_file_actions_destroy(&actions);
    ::close(slave);
    bool answered = false;
    char bytes[1024];
    for (ssize_t got = 0; (got = ::read(terminal, bytes, sizeof bytes)) > 0;) {
      seen.append(bytes, static_cast<std::size_t>(got));
      if (!end.empty() && seen.find(end) != std::string::npos) break;
      if (answered || !seen.ends_with("[y/N] ")) continue;
      answered = true;
      EXPECT_EQ(::write(terminal, answer.data(), answer.size()), static_cast<ssize_t>(answer.size()));
    }
    if (!end.empty()) terminal_ = terminal;  // to be closed at the end: its end would end the child
    if (end.empty()) ::close(terminal);
    return child;
  }
  ~CliProbe() override {
    if (terminal_ >= 0) ::close(terminal_);
  }

  ControlHarness harness_;
  Agctl agctl_{harness_.target()};
  std::string id_;
  int terminal_ = -1;
};

TEST_F(CliProbe, WithoutATerminalItNeedsAYes) {
  const auto refused = agctl_.Run({"accounts", "test", "work", "--deep"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("3 requests, about 60 tokens in and at most 48 out: at most "));
  EXPECT_THAT(refused.err, HasSubstr("and 1 of unknown price. Say --yes to do it"));
  EXPECT_THAT(Asked(), IsEmpty());
}

TEST_F(CliProbe, TellsALineAModelAndStopsWhereTheAccountIsRefused) {
  const auto done = agctl_.Run({"accounts", "test", id_, "--deep", "--yes"});
  EXPECT_EQ(done.code, 1);
  EXPECT_THAT(done.out, HasSubstr("Left out, since no short question can be put to them: whisper-1"));
  EXPECT_THAT(done.out, HasSubstr("gpt-5-mini   works (312 ms, 9 tokens in, 2 out, <$0.0001)\n"));
  EXPECT_THAT(done.out, HasSubstr("gpt-5-nano   no quota for it on this account: limit: 0\n"));
  EXPECT_THAT(done.out, HasSubstr("of-tomorrow  the credential is refused: no\n"));
  EXPECT_THAT(done.out, Not(HasSubstr("\x1b["))) << "colours are for terminals";
  EXPECT_THAT(done.err, HasSubstr("refuses the account"));
  EXPECT_THAT(done.err, HasSubstr("agctl accounts why " + id_));
  EXPECT_THAT(Asked(), ElementsAre("gpt-5-mini", "gpt-5-nano", "of-tomorrow"));
}

TEST_F(CliProbe, AsksForTheNamedModelsOnly) {
  const auto done = agctl_.Run(
      {"accounts", "test", "work", "--deep", "--yes", "--model", "gpt-5-nano", "--model", "gpt-5-mini", "--json"});
  ASSERT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(Asked(), ElementsAre("gpt-5-nano", "gpt-5-mini"));
  const Value json = Json(done.out);
  EXPECT_EQ(At(At(json, "plan"), "request_count").number_value(), 2);
  const Value first = Item(At(json, "results"), 0);
  EXPECT_EQ(Text(first, "outcome"), "no_quota");
  EXPECT_EQ(Text(first, "learned"), "no_quota");
  EXPECT_EQ(Text(Item(At(json, "results"), 1), "outcome"), "works");
  EXPECT_EQ(At(json, "works_count").number_value(), 1);
}

TEST_F(CliProbe, OnATerminalItShowsThePriceAndAsksFirst) {
  std::string seen;
  EXPECT_EQ(Agctl::Wait(OnTerminal({"accounts", "test", "work", "--deep"}, "n\n", seen)), 1);
  EXPECT_THAT(seen, HasSubstr("unknown price"));
  EXPECT_THAT(Asked(), IsEmpty());
  seen.clear();
  EXPECT_EQ(Agctl::Wait(OnTerminal({"accounts", "test", "work", "--deep", "--model", "gpt-5-mini"}, "y\n", seen)), 0);
  EXPECT_THAT(seen, HasSubstr("\x1b[32mworks\x1b[0m"));
  EXPECT_THAT(Asked(), ElementsAre("gpt-5-mini"));
}

TEST_F(CliProbe, StoppedInTheMiddleItAsksNoMore) {
  harness_.OnControl([this] { harness_.probe().hold = "gpt-5-nano"; });
  std::string seen;
  const pid_t child = OnTerminal({"accounts", "test", "work", "--deep", "--yes"}, "", seen, "tokens in, 2 out");
  for (int i = 0; i < 10'000 && Asked().size() < 2; ++i) std::this_thread::yield();
  ::kill(child, SIGINT);  // as the terminal does at Ctrl-C
  EXPECT_EQ(Agctl::Wait(child), 128 + SIGINT);
  EXPECT_THAT(Asked(), ElementsAre("gpt-5-mini", "gpt-5-nano"));
}

TEST_F(CliProbe, TellsWhatToDoWhenNothingCanBeAsked) {
  harness_.OnControl([this] { harness_.pool().SetModels(AccountId(id_), {}); });
  const auto empty = agctl_.Run({"accounts", "test", "work", "--deep", "--yes"});
  EXPECT_EQ(empty.code, 1);
  EXPECT_THAT(empty.err, HasSubstr("--model M asks for one that you know"));
  ASSERT_EQ(agctl_.Run({"accounts", "disable", "work"}).code, 0);
  const auto off = agctl_.Run({"accounts", "test", "work", "--deep", "--yes", "--model", "gpt-5-mini"});
  EXPECT_EQ(off.code, 1);
  EXPECT_THAT(off.out, HasSubstr("will not be asked: disabled"));
  EXPECT_THAT(off.err, HasSubstr("nothing can be asked now: agctl accounts why " + id_));
  EXPECT_EQ(agctl_.Run({"accounts", "test", "--all", "--deep", "--yes"}).code, 2);
  EXPECT_EQ(agctl_.Run({"accounts", "test", "work", "--yes"}).code, 2) << "--yes is of --deep";
  EXPECT_THAT(Asked(), IsEmpty());
}

}  // namespace
}  // namespace ag::test
