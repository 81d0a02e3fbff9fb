#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>

#include "gatewayd/telemetry/record_keeper.h"
#include "tests/cli/agctl_process.h"
#include "tests/cli/json_value.h"
#include "tests/control/control_harness.h"

namespace ag::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr char kKey[] = "sk-ant-0123456789abcdef";

class Cli : public testing::Test {
 protected:
  Finished Run(const std::vector<std::string>& arguments, const std::string& input = {}) {
    return agctl_.Run(arguments, input);
  }
  std::string AddAccount() {
    const auto added =
        Run({"accounts", "add", "--provider", "anthropic", "--label", "work", "--api-key-file", "-", "--json"},
            std::string(kKey) + "\n");
    EXPECT_EQ(added.code, 0) << added.err;
    return Text(Json(added.out), "id");
  }

  // What it writes to a terminal, where it gets the key when it asks for one and a yes to everything else.
  std::string OnATerminal(const std::vector<std::string>& arguments) {
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
    std::string seen;
    std::size_t answered = 0;
    char bytes[1024];
    for (ssize_t got = 0; (got = ::read(terminal, bytes, sizeof bytes)) > 0;) {
      seen.append(bytes, static_cast<std::size_t>(got));
      const std::string_view fresh = std::string_view(seen).substr(answered);
      const bool asks_key = fresh.find("API key") != std::string_view::npos && fresh.ends_with(": ");
      if (!asks_key && !fresh.ends_with("[y/N] ")) continue;
      const std::string answer = asks_key ? std::string(kKey) + "\n" : "y\n";
      answered = seen.size();
      EXPECT_EQ(::write(terminal, answer.data(), answer.size()), static_cast<ssize_t>(answer.size()));
    }
    ::close(terminal);
    EXPECT_EQ(Agctl::Wait(child), 0) << seen;
    return seen;
  }

  ControlHarness harness_;
  Agctl agctl_{harness_.target()};
};

TEST_F(Cli, AddsAnAccountFromStandardInputAndTestsIt) {
  const auto added =
      Run({"accounts", "add", "--provider", "anthropic", "--label", "work", "--api-key-file", "-", "--json"},
          std::string(kKey) + "\n");
  ASSERT_EQ(added.code, 0) << added.err;
  const Value account = Json(added.out);
  EXPECT_EQ(Text(account, "label"), "work");
  EXPECT_EQ(Text(account, "provider"), "anthropic");
  EXPECT_EQ(Text(account, "state"), "ready");
  EXPECT_EQ(At(account, "models").list_value().values_size(), 2);
  EXPECT_TRUE(At(At(account, "test"), "ok").bool_value());
  EXPECT_THAT(added.out, Not(HasSubstr(kKey)));
}

TEST_F(Cli, RecognisesTheProviderByItsKeyAndHintsAtPresets) {
  WriteFile(agctl_.File("key"), kKey);
  const auto added = Run({"accounts", "add", "--api-key-file", agctl_.File("key")});
  ASSERT_EQ(added.code, 0) << added.err;
  EXPECT_THAT(added.out, HasSubstr("Added anthropic-1"));
  EXPECT_THAT(added.out, HasSubstr("model-a"));
  EXPECT_THAT(added.out, HasSubstr("agctl routes preset gemini-cli --provider anthropic"));
  EXPECT_THAT(added.out, Not(HasSubstr("preset claude-code")));
}

TEST_F(Cli, KeepsAnAccountWhoseTestFailsAndSaysSo) {
  harness_.OnControl([this] { harness_.upstream().answer = {false, "the provider refused the key (401)", {}, 3}; });
  const auto added = Run({"accounts", "add", "--provider", "anthropic", "--api-key-file", "-"}, kKey);
  EXPECT_EQ(added.code, 0);
  EXPECT_THAT(added.err, HasSubstr("refused the key (401)"));
  EXPECT_THAT(added.err, HasSubstr("agctl accounts remove"));
  EXPECT_THAT(added.out, Not(HasSubstr("routes preset"))) << "first things first";
  EXPECT_EQ(Run({"accounts", "test", "anthropic-1"}).code, 1);
}

TEST_F(Cli, AsksForTheKeyOnATerminalAndAppliesTheOfferedPreset) {
  const std::string seen = OnATerminal({"accounts", "add", "--provider", "anthropic"});
  EXPECT_THAT(seen, Not(HasSubstr(kKey)));
  EXPECT_THAT(seen, HasSubstr("routes for gemini-cli"));
  EXPECT_THAT(seen, Not(HasSubstr("It replaces")));
  EXPECT_GT(Json(Run({"routes", "list", "--json"}).out).list_value().values_size(), 0);
}

TEST_F(Cli, SaysWhichRoutesAnOfferedPresetReplaces) {
  ASSERT_EQ(Run({"routes", "set", "--match", "codex-*", "--provider", "openai", "--model", "mine"}).code, 0);
  const std::string seen = OnATerminal({"accounts", "add", "--provider", "anthropic"});
  EXPECT_THAT(seen, HasSubstr("It replaces your routes for codex-*."));
  EXPECT_THAT(Run({"routes", "list"}).out, Not(HasSubstr("mine")));
}

TEST_F(Cli, OffersNoPresetThatNoneOfItsModelsServes) {
  const std::string seen = OnATerminal({"accounts", "add", "--provider", "ollama"});
  EXPECT_THAT(seen, HasSubstr("Added ollama-1"));
  EXPECT_THAT(seen, Not(HasSubstr("Serve the models")));
}

TEST_F(Cli, ListsShowsDisablesAndRemovesByIdOrLabel) {
  const std::string id = AddAccount();
  const Value listed = Json(Run({"accounts", "list", "--json"}).out);
  ASSERT_EQ(listed.list_value().values_size(), 1);
  EXPECT_EQ(Text(Item(listed, 0), "id"), id);
  EXPECT_EQ(Text(Json(Run({"--json", "accounts", "show", "work"}).out), "id"), id);
  EXPECT_EQ(Run({"accounts", "disable", id}).out, "work is disabled\n");
  EXPECT_EQ(Text(Json(Run({"accounts", "show", id, "--json"}).out), "state"), "disabled");
  EXPECT_EQ(Run({"accounts", "enable", "work"}).code, 0);
  EXPECT_EQ(Text(Json(Run({"accounts", "show", id, "--json"}).out), "state"), "ready");
  EXPECT_EQ(Run({"accounts", "remove", "work"}).code, 0);
  const auto gone = Run({"accounts", "show", "work"});
  EXPECT_EQ(gone.code, 1);
  EXPECT_THAT(gone.err, StartsWith("agctl: there is no account \"work\""));
}

TEST_F(Cli, WorksOnSeveralAccountsAtOnce) {
  for (const char* label : {"one", "two", "three"}) {
    Run({"accounts", "add", "--provider", "anthropic", "--label", label, "--api-key-file", "-"}, kKey);
  }
  EXPECT_EQ(Run({"accounts", "disable", "one", "two", "one"}).out, "one is disabled\ntwo is disabled\n");
  const Value tested = Json(Run({"accounts", "test", "--all", "--json"}).out);
  ASSERT_EQ(tested.list_value().values_size(), 3);
  EXPECT_TRUE(At(Item(tested, 2), "ok").bool_value());
  EXPECT_EQ(Json(Run({"accounts", "enable", "--provider", "anthropic", "--json"}).out).list_value().values_size(), 3);
  EXPECT_EQ(Run({"accounts", "clear", "two", "three"}).out, "two does not pause\nthree does not pause\n");
  EXPECT_EQ(Run({"accounts", "enable"}).code, 2);
  EXPECT_EQ(Run({"accounts", "enable", "one", "--all"}).code, 2);
  EXPECT_THAT(Run({"accounts", "enable", "--provider", "antropic"}).err, HasSubstr("did you mean anthropic"));
  EXPECT_EQ(Run({"accounts", "remove", "--all"}).code, 2) << "without --yes";
  EXPECT_EQ(Run({"accounts", "remove", "one", "nobody"}).code, 1) << "all of them, or none";
  EXPECT_EQ(Json(Run({"accounts", "list", "--json"}).out).list_value().values_size(), 3);
  EXPECT_EQ(Run({"accounts", "remove", "--all", "--yes"}).code, 0);
  EXPECT_EQ(Json(Run({"accounts", "list", "--json"}).out).list_value().values_size(), 0);
}

TEST_F(Cli, TellsTheBestAccounts) {
  EXPECT_THAT(Run({"accounts", "best"}).out, HasSubstr("no accounts yet"));
  AddAccount();
  ASSERT_EQ(Run({"accounts", "add", "--provider", "anthropic", "--label", "spare", "--api-key-file", "-"},
                "sk-ant-another-key-of-mine\n")
                .code,
            0);
  ASSERT_EQ(Run({"accounts", "disable", "spare"}).code, 0);
  const auto told = Run({"accounts", "best"});
  EXPECT_THAT(told.out, HasSubstr("only ready (of 2)"));
  EXPECT_THAT(told.out, HasSubstr("spare disabled"));
  const Value best = Item(Json(Run({"accounts", "best", "--json"}).out), 0);
  EXPECT_EQ(Text(best, "account_label"), "work");
  EXPECT_EQ(Text(best, "reason"), "only_ready");
  EXPECT_EQ(At(best, "share").number_value(), 1);
}

TEST_F(Cli, GoesOnWhenOneOfSeveralFails) {
  for (const char* label : {"one", "two"}) {
    Run({"accounts", "add", "--provider", "anthropic", "--label", label, "--api-key-file", "-"}, kKey);
  }
  harness_.OnControl([this] { harness_.upstream().answer = {false, "refused (401)", {}, 3}; });
  const auto tested = Run({"accounts", "test", "one", "two"});
  EXPECT_EQ(tested.code, 1);
  EXPECT_THAT(tested.out, testing::AllOf(HasSubstr("one"), HasSubstr("two")));
  EXPECT_THAT(tested.err, HasSubstr("2 of 2 failed"));
}

TEST_F(Cli, ExportsAndImportsAccounts) {
  const std::string id = AddAccount();
  WriteFile(agctl_.File("passphrase"), "correct horse battery\n");
  const std::string file = agctl_.File("accounts.ag");
  const std::vector<std::string> with{"--passphrase-file", agctl_.File("passphrase")};
  const auto run = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), with.begin(), with.end());
    return Run(arguments);
  };
  const auto exported = run({"accounts", "export", file, "--json"});
  ASSERT_EQ(exported.code, 0) << exported.err;
  EXPECT_EQ(At(Json(exported.out), "accounts").number_value(), 1);
  struct stat status{};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(run({"accounts", "export", file}).code, 2) << "it is there";
  EXPECT_EQ(run({"accounts", "export", file, "--yes"}).code, 0);
  EXPECT_EQ(Run({"accounts", "export", file, "--yes"}).code, 2) << "nobody to ask for the passphrase";

  EXPECT_THAT(run({"accounts", "import", file, "--dry-run"}).out, HasSubstr("is here already"));
  EXPECT_EQ(Run({"accounts", "remove", id}).code, 0);
  EXPECT_EQ(run({"accounts", "import", file}).code, 2) << "without --yes";
  EXPECT_EQ(Json(Run({"accounts", "list", "--json"}).out).list_value().values_size(), 0);
  const auto imported = run({"accounts", "import", file, "--yes", "--json"});
  ASSERT_EQ(imported.code, 0) << imported.err;
  EXPECT_EQ(Text(Item(At(Json(imported.out), "accounts"), 0), "outcome"), "added");
  EXPECT_THAT(run({"accounts", "import", file, "--yes"}).out, HasSubstr("There is nothing new in it."));
  WriteFile(agctl_.File("passphrase"), "another horse battery");
  EXPECT_THAT(run({"accounts", "import", file, "--yes"}).err, HasSubstr("passphrase is wrong"));
}

TEST_F(Cli, ImportsAnotherGatewaysConfiguration) {
  WriteFile(agctl_.File("config.yaml"), R"(
model_list:
  - model_name: smart
    litellm_params: {model: anthropic/claude-opus-5, api_key: sk-ant-0123456789abcdef}
  - model_name: mine
    litellm_params: {model: anthropic/claude-sonnet-5, api_key: os.environ/AG_TEST_NOT_SET}
)");
  ASSERT_EQ(Run({"routes", "set", "--match", "mine", "--provider", "openai"}).code, 0);
  const auto trial = Run({"accounts", "import", agctl_.File("config.yaml"), "--dry-run"});
  ASSERT_EQ(trial.code, 0) << trial.err;
  EXPECT_THAT(trial.out, testing::AllOf(HasSubstr("is new"), HasSubstr("smart"), Not(HasSubstr("0123456789"))));
  EXPECT_THAT(trial.err, testing::AllOf(HasSubstr("AG_TEST_NOT_SET"), HasSubstr("a route for mine already")));
  const auto imported = Run({"accounts", "import", agctl_.File("config.yaml"), "--yes"});
  ASSERT_EQ(imported.code, 0) << imported.err;
  EXPECT_THAT(imported.out, HasSubstr("imported 1 account(s) and 1 route(s)"));
  const Value routes = Json(Run({"routes", "list", "--json"}).out);
  EXPECT_EQ(Text(Item(routes, 0), "provider"), "openai") << "the user's own stays";
  EXPECT_EQ(Text(Item(routes, 1), "model"), "claude-opus-5");
  EXPECT_EQ(Run({"accounts", "import", agctl_.File("absent.yaml"), "--yes"}).code, 1);
  EXPECT_EQ(Run({"accounts", "import", agctl_.File("config.yaml"), "--from", "litelm"}).code, 2);
}

TEST_F(Cli, AlignsTablesByTheWidthOfCharacters) {
  Run({"accounts", "add", "--provider", "anthropic", "--label", "工作", "--api-key-file", "-"}, kKey);
  Run({"accounts", "add", "--provider", "anthropic", "--label", "abcd", "--api-key-file", "-"}, kKey);
  const auto table = Run({"accounts", "list"}).out;
  EXPECT_THAT(table, HasSubstr("工作   anthropic"));
  EXPECT_THAT(table, HasSubstr("abcd   anthropic"));
  EXPECT_THAT(table, Not(HasSubstr("\x1b[")));
}

TEST_F(Cli, SetsListsAndClearsRoutes) {
  const auto set =
      Run({"routes", "set", "--match", "claude-*", "--provider", "gemini", "--model", "gemini-2.5-pro", "--json"});
  ASSERT_EQ(set.code, 0) << set.err;
  EXPECT_EQ(Text(Json(set.out), "pattern"), "claude-*");
  EXPECT_EQ(Text(Json(set.out), "model"), "gemini-2.5-pro");
  EXPECT_EQ(Run({"routes", "set", "--match", "*", "--provider", "gemini"}).code, 0);
  EXPECT_EQ(Json(Run({"routes", "list", "--json"}).out).list_value().values_size(), 2);
  EXPECT_EQ(Run({"routes", "remove", "*"}).code, 0);
  EXPECT_EQ(Run({"routes", "remove", "*"}).code, 1);
  EXPECT_EQ(Run({"routes", "clear"}).out, "removed 1 route(s)\n");
}

TEST_F(Cli, SetsChainsAndMovesRoutes) {
  const auto set = Run({"routes", "set", "--match", "~^best", "--provider", "gemini", "--then", "ollama:llama3.1:8b",
                        "--then", "openai", "--json"});
  ASSERT_EQ(set.code, 0) << set.err;
  const Value fallbacks = At(Json(set.out), "fallbacks");
  EXPECT_EQ(Text(Item(fallbacks, 0), "provider"), "ollama");
  EXPECT_EQ(Text(Item(fallbacks, 0), "model"), "llama3.1:8b");
  EXPECT_EQ(Text(Item(fallbacks, 1), "provider"), "openai");
  EXPECT_THAT(Run({"routes", "list"}).out, HasSubstr("ollama:llama3.1:8b, openai"));
  EXPECT_EQ(Run({"routes", "set", "--match", "~b", "--provider", "gemini"}).code, 0);
  const auto moved = Run({"routes", "move", "~b", "--before", "~^best", "--json"});
  ASSERT_EQ(moved.code, 0) << moved.err;
  EXPECT_EQ(Text(Item(Json(moved.out), 0), "pattern"), "~b");
  EXPECT_EQ(Run({"routes", "move", "~b", "--last"}).code, 0);
  EXPECT_EQ(Text(Item(Json(Run({"routes", "list", "--json"}).out), 1), "pattern"), "~b");
  EXPECT_EQ(Run({"routes", "move", "~b"}).code, 2);
  EXPECT_EQ(Run({"routes", "move", "~b", "--last", "--first"}).code, 2);
  EXPECT_THAT(Run({"routes", "move", "~c", "--last"}).err, HasSubstr("did you mean"));
}

TEST_F(Cli, ExplainsARoute) {
  const Value nobody = Json(Run({"routes", "explain", "claude-sonnet-4-5", "--json"}).out);
  EXPECT_FALSE(At(nobody, "servable").bool_value());
  AddAccount();
  EXPECT_EQ(Run({"routes", "set", "--match", "my-model", "--provider", "anthropic", "--model", "model-a"}).code, 0);
  const Value served = Json(Run({"routes", "explain", "my-model", "--client", "anthropic", "--json"}).out);
  EXPECT_TRUE(At(served, "servable").bool_value());
  EXPECT_EQ(Text(Item(At(served, "targets"), 0), "provider"), "anthropic");
  const Value& account = Item(At(served, "accounts"), 0);
  EXPECT_EQ(Text(account, "label"), "work");
  EXPECT_EQ(At(account, "rank").number_value(), 1);
  EXPECT_EQ(Text(account, "rank_reason"), "only_candidate");
  EXPECT_THAT(Run({"routes", "explain", "my-model", "--client", "anthropic"}).out,
              HasSubstr("1     work     model-a  could serve it: the only account there is for it"));
}

TEST_F(Cli, ReadsAndWritesSettings) {
  EXPECT_EQ(Run({"config", "get", "proxy.port"}).out, "8045\n");
  EXPECT_EQ(Run({"config", "set", "auth_mode", "strict"}).out, "proxy.auth_mode = strict\n");
  const Value setting = Json(Run({"config", "get", "auth_mode", "--json"}).out);
  EXPECT_EQ(Text(setting, "value"), "strict");
  EXPECT_EQ(Text(setting, "default"), "off");
  EXPECT_EQ(Text(setting, "source"), "file");
  EXPECT_EQ(Text(setting, "kind"), "text");
  EXPECT_EQ(Item(At(setting, "choices"), 1).string_value(), "strict");
  EXPECT_EQ(Text(setting, "environment_variable"), "AG_PROXY_AUTH_MODE");
  const Value wait = Json(Run({"config", "get", "max_wait_ms", "--json"}).out);
  EXPECT_EQ(Text(wait, "unit"), "milliseconds");
  EXPECT_EQ(At(wait, "max").number_value(), 600'000);
  EXPECT_EQ(Run({"config", "get", "proxy.api_key"}).out, "sk-abcdefghijklmnopqrstuvwxyz\n");
  EXPECT_THAT(Run({"config", "get"}).out, Not(HasSubstr("sk-abcdefghijklmnopqrstuvwxyz")));
  const auto wrong = Run({"config", "set", "proxy.port", "many"});
  EXPECT_EQ(wrong.code, 1);
  EXPECT_THAT(wrong.err, HasSubstr("proxy.port"));
}

TEST_F(Cli, OpensToTheNetworkOnlyWithAKey) {
  const auto on = Run({"proxy", "lan", "on", "--json"});
  ASSERT_EQ(on.code, 0) << on.err;
  EXPECT_EQ(Text(Json(on.out), "auth_mode"), "auto");
  EXPECT_EQ(Text(Json(on.out), "api_key"), "sk-abcdefghijklmnopqrstuvwxyz");
  EXPECT_EQ(Run({"config", "get", "allow_lan_access"}).out, "true\n");
  EXPECT_EQ(Run({"proxy", "lan", "off"}).code, 0);
  EXPECT_EQ(Run({"config", "get", "allow_lan_access"}).out, "false\n");
}

TEST_F(Cli, StartsStopsAndShowsTheProxy) {
  EXPECT_EQ(Run({"proxy", "start"}).code, 0);
  const Value status = Json(Run({"proxy", "status", "--json"}).out);
  EXPECT_TRUE(At(status, "running").bool_value());
  EXPECT_EQ(Item(At(status, "urls"), 0).string_value(), "http://127.0.0.1:8045");
  EXPECT_THAT(Run({"status"}).out, HasSubstr("http://127.0.0.1:8045"));
  const Value whole = Json(Run({"status", "--json"}).out);
  EXPECT_EQ(Text(whole, "version"), "9.9.9");
  EXPECT_EQ(Text(whole, "program"), "/usr/bin/gatewayd");
  EXPECT_EQ(Text(whole, "log"), "file");
  const std::string config = Text(whole, "data_dir") + "/config.json";
  EXPECT_EQ(Text(whole, "config_file"), config);
  EXPECT_THAT(Run({"status"}).out,
              testing::AllOf(HasSubstr("program   /usr/bin/gatewayd\n"), HasSubstr("settings  " + config),
                             HasSubstr("log       " + Text(whole, "log_file"))));
  EXPECT_FALSE(At(Json(Run({"proxy", "stop", "--json"}).out), "running").bool_value());
}

TEST_F(Cli, ShowsTheLogAndTokenSums) {
  harness_.Store({ControlHarness::Record(1), ControlHarness::Record(2), ControlHarness::Record(3)});
  const Value log = Json(Run({"monitor", "list", "--limit", "2", "--json"}).out);
  ASSERT_EQ(log.list_value().values_size(), 2);
  EXPECT_EQ(Text(Item(log, 0), "id"), "req-3");
  EXPECT_EQ(Text(Item(log, 0), "upstream_model"), "gpt-5");
  EXPECT_EQ(At(At(Item(log, 0), "usage"), "input").number_value(), 1200);
  EXPECT_THAT(Run({"monitor", "list"}).out, HasSubstr("claude-sonnet-4-5 → gpt-5"));
  const std::string details = Run({"monitor", "show", "req-2"}).out;
  EXPECT_THAT(details, HasSubstr("rate_minute slow down"));
  EXPECT_THAT(details, HasSubstr("chosen    stands in: the conversation's own account could not serve"));
  EXPECT_THAT(details, HasSubstr("passed over third, gpt-5: limit reached until 2025-11-01T12:26:40.000Z"));
  const Value record = Json(Run({"monitor", "show", "req-2", "--json"}).out);
  EXPECT_EQ(Text(Item(At(record, "passed_over"), 0), "reason"), "limit_reached");
  EXPECT_THAT(Run({"monitor", "list", "--account", "a-1", "--dialect", "messages", "--since", "2026-11-01"}).out,
              HasSubstr("claude-sonnet-4-5"));
  EXPECT_THAT(Run({"monitor", "list", "--error", "billing"}).out, HasSubstr("no such requests"));
  EXPECT_EQ(Run({"monitor", "list", "--error", "bilings"}).code, 2);
  const Value sums = Json(Run({"stats", "tokens", "--by", "model", "--json"}).out);
  EXPECT_EQ(Text(Item(At(sums, "rows"), 0), "model"), "gpt-5");
  EXPECT_EQ(At(At(sums, "total"), "requests").number_value(), 3);
  EXPECT_EQ(Run({"stats", "tokens", "--by", "year"}).code, 2);
  EXPECT_EQ(
      Run({"stats", "tokens", "--split", "account", "--from", "2026-11-01", "--csv"}).out,
      "day,account,requests,errors,input,cache_read,cache_write,output,reasoning,cost_nano_usd,unpriced_requests\r\n"
      "2026-11-01,second,3,0,3600,0,0,102,0,0,3\r\n");
  EXPECT_THAT(Run({"stats", "tokens", "--split", "dialect"}).out, HasSubstr("messages"));
  EXPECT_THAT(Run({"stats", "tokens", "--to", "2026-11-01"}).out, HasSubstr("No requests"));
  EXPECT_EQ(Run({"stats", "tokens", "--from", "yesterday"}).code, 2);
  telemetry::RequestRecord refused;  // no provider was asked
  refused.id = "req-4";
  refused.started = ControlHarness::Record(4)->started;
  harness_.Store({telemetry::RecordKeeper().Keep(refused)});
  EXPECT_THAT(Run({"stats", "tokens", "--by", "model"}).out, HasSubstr("(none)"));
}

TEST_F(Cli, WatchesLiveUntilTheCountIsReached) {
  std::thread traffic;
  harness_.Feed(1);
  std::atomic<bool> done{false};
  traffic = std::thread([&] {
    while (!done) harness_.Feed(1);
  });
  const auto live = Run({"monitor", "--count", "3", "--recent", "1", "--json"});
  done = true;
  traffic.join();
  EXPECT_EQ(live.code, 0) << live.err;
  EXPECT_GE(std::ranges::count(live.out, '\n'), 4);
  EXPECT_EQ(Text(Json(live.out.substr(0, live.out.find('\n'))), "model"), "claude-sonnet-4-5");
}

TEST_F(Cli, TellsThatABudgetIsSpentAndHowToRaiseIt) {
  const AccountId id(AddAccount());
  EXPECT_EQ(Run({"accounts", "limits", "work", "--usd-per-month", "2.5"}).code, 0);
  harness_.OnControl([&] {
    harness_.pool().snapshot()->Find(id)->counters->used.Add(pool::Measure::kCost, 2'600'000, harness_.clock().Now());
  });
  const auto why = Run({"accounts", "why", "work"});
  EXPECT_THAT(why.out, HasSubstr("work is exhausted"));
  EXPECT_THAT(why.out, HasSubstr("your own limit: $2.60 of $2.50 this month"));
  EXPECT_THAT(why.out, HasSubstr("agctl accounts limits " + id.value()));
  EXPECT_THAT(Run({"accounts", "list"}).out, HasSubstr("exhausted, anew in"));
  harness_.OnControl([&] {
    pool::StatusChange spent;
    spent.to = pool::Condition::kExhausted;
    spent.signal = pool::Signal::kBudgetSpent;
    spent.until = pool::EndOf(pool::Period::kMonth, harness_.clock().Now());
    spent.budget = pool::SpentBudget{pool::Measure::kCost, pool::Period::kMonth, 2'500'000, spent.until};
    harness_.history().Add(id, spent);
  });
  EXPECT_THAT(Run({"accounts", "why", "work"}).out, HasSubstr("budget spent: $2.50 a month"));
  const Value event = Item(At(Json(Run({"accounts", "why", "work", "--json"}).out), "events"), 0);
  EXPECT_EQ(Text(event, "signal"), "budget_spent");
  EXPECT_EQ(Text(At(event, "budget"), "period"), "month");
  EXPECT_EQ(Run({"accounts", "limits", "work", "--usd-per-month", "0"}).code, 2);
}

TEST_F(Cli, TellsWhyAnAccountIsWhatItIs) {
  const AccountId id(AddAccount());
  const auto ready = Run({"accounts", "why", "work"});
  EXPECT_EQ(ready.code, 0) << ready.err;
  EXPECT_THAT(ready.out, StartsWith("work is ready"));
  ErrorDetail error;
  error.kind = ErrorKind::kRateMinute;
  error.scope = ErrorScope::kModel;
  error.http_status = 429;
  error.provider_text = "Slow down";
  error.retry_after = std::chrono::seconds(300);
  harness_.OnControl([&] {
    FastRandom random(1);
    const auto snapshot = harness_.pool().snapshot();
    const auto change = snapshot->Find(id)->cooldowns->OnFailure("claude-x", error, harness_.clock().Now(), random);
    if (change) harness_.history().Add(id, *change);
  });
  const auto why = Run({"accounts", "why", "work"});
  EXPECT_EQ(why.code, 0) << why.err;
  EXPECT_THAT(why.out, HasSubstr("work with claude-x is cooling since "));
  EXPECT_THAT(why.out, HasSubstr("why   HTTP 429: Slow down"));
  EXPECT_THAT(why.out, HasSubstr("as the provider said; now: agctl accounts clear " + id.value()));
  EXPECT_THAT(why.out, HasSubstr("rate limited: HTTP 429: Slow down"));
  const Value json = Json(Run({"accounts", "why", "work", "--json"}).out);
  EXPECT_EQ(Text(At(json, "account"), "condition"), "ready");
  EXPECT_EQ(Text(Item(At(json, "models"), 0), "condition"), "cooling");
  EXPECT_EQ(Text(At(Item(At(json, "events"), 0), "error"), "text"), "Slow down");
  EXPECT_THAT(Run({"accounts", "clear", "work", "--model", "other"}).out, HasSubstr("does not pause"));
  EXPECT_THAT(Run({"accounts", "clear", "work"}).out, HasSubstr("ended 1 pause(s) of work"));
  EXPECT_EQ(At(Json(Run({"accounts", "clear", "work", "--json"}).out), "cleared").number_value(), 0);
  EXPECT_EQ(Run({"accounts", "why", "nobody"}).code, 1);
}

TEST_F(Cli, SaysThatNoDaemonRuns) {
  harness_.StopServer();
  const auto status = Run({"status"});
  EXPECT_EQ(status.code, 1);
  EXPECT_THAT(status.err, HasSubstr("gatewayd is not running: start it with `gatewayd`"));
  EXPECT_THAT(status.err, HasSubstr(harness_.folder()));
  const auto json = Run({"status", "--json"});
  EXPECT_EQ(Text(At(Json(json.err), "error"), "kind"), "not_running");
  EXPECT_EQ(Run({"monitor"}).code, 1);
  const auto version = Run({"version"});
  EXPECT_EQ(version.code, 0);
  EXPECT_THAT(version.out, HasSubstr("not running"));
}

TEST_F(Cli, UsageErrorsAreTwoAndSuggest) {
  const auto unknown = Run({"acounts", "list"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean accounts?"));
  EXPECT_THAT(Run({"accounts", "lst"}).err, HasSubstr("did you mean list?"));
  EXPECT_EQ(Run({"accounts", "show"}).code, 2);
  EXPECT_EQ(Run({"routes", "set", "--match", "x"}).code, 2);
  EXPECT_EQ(Run({"accounts", "add", "--provider", "anthropic"}).code, 2);
  EXPECT_EQ(Run({"--control", "/tmp/socket", "status"}).code, 2);
  EXPECT_EQ(Run({"--help"}).code, 0);
  EXPECT_EQ(Run({"--version"}).code, 0);
}

}  // namespace
}  // namespace ag::test
