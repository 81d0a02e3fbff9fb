#include "cli/commands/account_batch.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands/account_add.h"
#include "cli/commands/account_probe.h"
#include "cli/commands/account_selection.h"
#include "cli/commands/account_view.h"
#include "cli/output/text.h"
#include "cli/terminal.h"

namespace ag::cli {
namespace {

struct Selection : AccountSelection {
  std::string model;  // of `clear` and `forget-facts`
  bool yes = false;
  bool deep = false;   // of `test`
  ProbeOptions probe;  // of --deep
};

using Operation = std::function<absl::StatusOr<AccountDone>(Session&, const v1::Account&, const Selection&)>;

absl::StatusOr<AccountDone> Enable(Session& session, const v1::Account& account, bool enabled) {
  v1::UpdateAccountRequest request;
  request.mutable_account()->set_id(account.id());
  request.mutable_account()->set_enabled(enabled);
  request.mutable_update_mask()->add_paths("enabled");
  const auto updated = session.client().UpdateAccount(request);
  if (!updated.ok()) return updated.status();
  AccountDone done;
  done.json = [stored = updated->account()](JsonWriter& json) { WriteAccount(json, stored); };
  done.text = absl::StrCat(account.label(), " is ", enabled ? "enabled" : "disabled", "\n");
  return done;
}

absl::StatusOr<AccountDone> Remove(Session& session, const v1::Account& account, const Selection&) {
  v1::DeleteAccountRequest request;
  request.set_id(account.id());
  const auto deleted = session.client().DeleteAccount(request);
  if (!deleted.ok()) return deleted.status();
  AccountDone done;
  done.json = [account](JsonWriter& json) {
    json.Field("id", account.id()).Field("label", account.label()).Field("removed", true);
  };
  done.text = absl::StrCat("removed ", account.label(), " (", account.id(), ")\n");
  return done;
}

absl::StatusOr<AccountDone> Test(Session& session, const v1::Account& account, const Selection&) {
  const auto test = TestAccount(session, account);
  if (!test.ok()) return test.status();
  AccountDone done;
  done.json = [account, result = *test](JsonWriter& json) {
    json.Field("id", account.id()).Field("label", account.label());
    WriteTest(json, result);
  };
  done.text = TestText(account, *test);
  done.ok = test->ok();
  return done;
}

absl::StatusOr<AccountDone> Clear(Session& session, const v1::Account& account, const std::string& model) {
  v1::ClearAccountCooldownsRequest request;
  request.set_id(account.id());
  request.set_model(model);
  const auto cleared = session.client().ClearAccountCooldowns(request);
  if (!cleared.ok()) return cleared.status();
  AccountDone done;
  done.json = [account, count = cleared->cleared_count()](JsonWriter& json) {
    json.Field("id", account.id()).Field("label", account.label()).Field("cleared", count);
  };
  const std::string of = absl::StrCat(account.label(), model.empty() ? "" : " with ", model);
  done.text = cleared->cleared_count() == 0 ? absl::StrCat(of, " does not pause\n")
                                            : absl::StrCat("ended ", cleared->cleared_count(), " pause(s) of ", of,
                                                           ": the next request tries it again\n");
  return done;
}

absl::StatusOr<AccountDone> ForgetFacts(Session& session, const v1::Account& account, const std::string& model) {
  v1::ForgetAccountFactsRequest request;
  request.set_id(account.id());
  request.set_model(model);
  const auto forgotten = session.client().ForgetAccountFacts(request);
  if (!forgotten.ok()) return forgotten.status();
  AccountDone done;
  done.json = [account, count = forgotten->forgotten_count()](JsonWriter& json) {
    json.Field("id", account.id()).Field("label", account.label()).Field("forgotten", count);
  };
  const std::string of = absl::StrCat(account.label(), model.empty() ? "" : " with ", model);
  done.text = forgotten->forgotten_count() == 0
                  ? absl::StrCat("nothing was learned of ", of, "\n")
                  : absl::StrCat("forgot ", forgotten->forgotten_count(), " fact(s) of ", of, "\n");
  return done;
}

absl::Status ConfirmRemoval(const Session& session, const Selection& selection,
                            const std::vector<v1::Account>& accounts) {
  if (selection.yes || accounts.empty()) return absl::OkStatus();
  std::vector<std::string> labels;
  for (const auto& account : accounts) labels.push_back(account.label());
  if (InputIsTerminal() && !session.json) {
    const bool sure = Confirm(absl::StrCat("Remove ", absl::StrJoin(labels, ", "), " and what they sign in with?"));
    return sure ? absl::OkStatus() : absl::CancelledError("nothing was removed");
  }
  // A script that names its accounts knows what it does.
  if (!selection.names.empty()) return absl::OkStatus();
  return UsageError(absl::StrCat("this would remove ", accounts.size(), " account(s): say --yes"));
}

// A deep test costs money: one account at a time.
absl::Status Probe(Session& session, const Selection& selection, const std::vector<v1::Account>& accounts) {
  if (selection.one()) return ProbeAccount(session, accounts.front(), selection.probe);
  return UsageError("a deep test costs money: name one account, by its id or label");
}

CLI::App* AddVerb(CLI::App& accounts, Session& session, const std::string& verb, const std::string& help,
                  const std::shared_ptr<Selection>& selection, const Operation& operation) {
  auto* app = accounts.add_subcommand(verb, help);
  selection->AddTo(*app);
  const bool removes = verb == "remove";
  app->callback([&session, selection, operation, removes] {
    session.command = [&session, selection, operation, removes]() -> absl::Status {
      const auto chosen = Select(session, *selection);
      if (!chosen.ok()) return chosen.status();
      if (removes) {
        if (absl::Status sure = ConfirmRemoval(session, *selection, *chosen); !sure.ok()) return sure;
      }
      if (selection->deep) return Probe(session, *selection, *chosen);
      return DoToEach(session, *selection, *chosen,
                      [&](const v1::Account& account) { return operation(session, account, *selection); });
    };
  });
  return app;
}

void AddDeep(CLI::App& app, Selection& selection) {
  auto* deep = app.add_flag("--deep", selection.deep,
                            "Ask for each model with a small real request; shows what that costs and asks first");
  app.add_option("--model", selection.probe.models, "With --deep: only this upstream model; may be repeated")
      ->needs(deep)
      ->allow_extra_args(false);
  app.add_flag("--yes", selection.probe.yes, "With --deep: do not ask")->needs(deep);
}

}  // namespace

void AddAccountBatch(CLI::App& accounts, Session& session) {
  const auto add = [&](const std::string& verb, const std::string& help, const Operation& operation) {
    const auto selection = std::make_shared<Selection>();  // shared: the options and the command
    CLI::App* app = AddVerb(accounts, session, verb, help, selection, operation);
    if (verb == "remove") app->add_flag("--yes", selection->yes, "Do not ask");
    if (verb == "test") AddDeep(*app, *selection);
    if (verb == "clear") app->add_option("--model", selection->model, "Only the pause of this upstream model");
    if (verb == "forget-facts") app->add_option("--model", selection->model, "Only what was learned of this model");
  };
  add("enable", "Let requests use accounts again",
      [](Session& on, const v1::Account& account, const Selection&) { return Enable(on, account, true); });
  add("disable", "Keep accounts, but use them no more",
      [](Session& on, const v1::Account& account, const Selection&) { return Enable(on, account, false); });
  add("test", "Ask the providers for the accounts' models", Test);
  add("clear", "End accounts' pauses: the next requests try them again",
      [](Session& on, const v1::Account& account, const Selection& what) { return Clear(on, account, what.model); });
  add("forget-facts", "Forget what answers have taught of accounts' models: the next requests ask again",
      [](Session& on, const v1::Account& account, const Selection& what) {
        return ForgetFacts(on, account, what.model);
      });
  add("remove", "Remove accounts and what they sign in with", Remove);
}

}  // namespace ag::cli
