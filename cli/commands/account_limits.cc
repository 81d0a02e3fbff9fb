#include "cli/commands/account_limits.h"

#include <absl/strings/str_cat.h>

#include <memory>
#include <optional>

#include "cli/commands/account_selection.h"
#include "cli/commands/account_view.h"
#include "cli/commands/budget_options.h"
#include "cli/commands/budget_view.h"
#include "cli/output/text.h"

namespace ag::cli {
namespace {

// What the command line asks for.
struct Wanted {
  AccountSelection accounts;
  BudgetOptions<v1::AccountLimits> budgets;
  std::optional<int> reserve;
  bool clear = false;

  bool changes() const { return clear || reserve || budgets.any(); }
};

std::string Words(std::string name) {
  for (char& c : name) c = c == '_' ? ' ' : c;
  return name;
}

std::string RemainingText(const v1::RemainingLimit& left) {
  std::string text = Grouped(left.remaining());
  if (left.has_limit()) absl::StrAppend(&text, "/", Grouped(left.limit()));
  return absl::StrCat(text, " ", Words(NameOf(left.kind())), ", full ", Ago(left.reset_time()));
}

AccountDone Told(const Wanted& wanted, const v1::Account& account) {
  AccountDone done;
  done.json = [account](JsonWriter& json) {
    json.Field("id", account.id()).Field("label", account.label());
    WriteLimits(json, account);
  };
  const auto lines = LimitLines(account);
  if (lines.empty()) {
    done.text = absl::StrCat(account.label(), " has no limits of its own, and its provider has told none yet.\n");
    return done;
  }
  const char* const indent = wanted.accounts.one() ? "" : "  ";
  if (!wanted.accounts.one()) done.text = absl::StrCat(account.label(), "\n");
  for (const std::string& line : lines) absl::StrAppend(&done.text, indent, line, "\n");
  return done;
}

absl::StatusOr<AccountDone> Limits(Session& session, const Wanted& wanted, const v1::Account& account) {
  if (!wanted.changes()) return Told(wanted, account);
  v1::SetAccountLimitsRequest request;
  request.set_id(account.id());
  request.set_etag(account.etag());
  if (!wanted.clear) *request.mutable_limits() = account.limits();
  wanted.budgets.Apply(*request.mutable_limits());
  if (wanted.reserve) request.mutable_limits()->set_reserve_percent(*wanted.reserve);
  const auto stored = session.client().SetAccountLimits(request);
  if (!stored.ok()) return stored.status();
  return Told(wanted, stored->account());
}

}  // namespace

void WriteLimits(JsonWriter& json, const v1::Account& account) {
  json.Field("reserve_percent", account.limits().reserve_percent());
  WriteBudgets(json, account.budgets());
  json.Key("remaining_limits").BeginArray();
  for (const auto& left : account.remaining_limits()) {
    json.BeginObject().Field("model", left.model()).Field("kind", NameOf(left.kind()));
    if (left.has_limit()) json.Field("limit", left.limit());
    json.Field("remaining", left.remaining()).Field("full_at", Rfc3339(left.reset_time())).EndObject();
  }
  json.EndArray();
}

std::string ScarcestLimit(const v1::Account& account) {
  std::string text;
  double least = 2;
  const auto enter = [&](double part, std::string candidate) {
    if (part >= least) return;
    least = part;
    text = std::move(candidate);
  };
  for (const auto& left : account.remaining_limits()) {
    const double limit = left.has_limit() && left.limit() > 0 ? static_cast<double>(left.limit()) : 0;
    enter(limit > 0 ? static_cast<double>(left.remaining()) / limit : 1, RemainingText(left));
  }
  for (const auto& budget : account.budgets()) {
    const auto left = static_cast<double>(budget.limit() - budget.used());
    enter(left / static_cast<double>(budget.limit()), BudgetText(budget));
  }
  return text;
}

const v1::Budget* SpentBudget(const v1::Account& account) {
  const v1::Budget* spent = nullptr;
  for (const auto& budget : account.budgets()) {
    const std::int64_t kept = budget.limit() * account.limits().reserve_percent() / 100;
    if (budget.used() < budget.limit() - kept) continue;
    if (spent == nullptr || spent->reset_time().seconds() < budget.reset_time().seconds()) spent = &budget;
  }
  return spent;
}

std::vector<std::string> LimitLines(const v1::Account& account) {
  std::vector<std::string> lines;
  for (const auto& budget : account.budgets()) lines.push_back(BudgetText(budget));
  if (const int reserve = account.limits().reserve_percent(); reserve > 0) {
    lines.push_back(absl::StrCat(reserve, " % of each limit is kept in reserve"));
  }
  for (const auto& left : account.remaining_limits()) {
    lines.push_back(absl::StrCat(left.model(), ": ", RemainingText(left)));
  }
  return lines;
}

void AddAccountLimits(CLI::App& accounts, Session& session) {
  auto* app = accounts.add_subcommand(
      "limits", "Show what accounts may still do; with options, limit them (what is not named stays as it is)");
  auto wanted = std::make_shared<Wanted>();  // shared: the options and the command
  wanted->accounts.AddTo(*app);
  wanted->budgets.AddTo(*app);
  app->add_option("--reserve", wanted->reserve, "Percent of each limit, the provider's too, that is left alone")
      ->check(CLI::Range(0, 90));
  app->add_flag("--clear", wanted->clear, "Take the limits away that are set, before setting others");
  app->callback([&session, wanted] {
    session.command = [&session, wanted] {
      return DoToSelected(session, wanted->accounts,
                          [&](const v1::Account& account) { return Limits(session, *wanted, account); });
    };
  });
}

}  // namespace ag::cli
