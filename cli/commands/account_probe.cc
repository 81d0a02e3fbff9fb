#include "cli/commands/account_probe.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include <algorithm>

#include "cli/commands/fact_view.h"
#include "cli/output/json.h"
#include "cli/output/table.h"
#include "cli/output/text.h"
#include "cli/terminal.h"

namespace ag::cli {
namespace {

// "; over in 20 s (2026-11-26T12:00:20.000Z)"
std::string EndText(const v1::TestObstacle& obstacle) {
  if (!obstacle.has_end_time()) return {};
  return absl::StrCat("; over ", Ago(obstacle.end_time()), " (", Rfc3339(obstacle.end_time()), ")");
}

std::string CostText(const v1::PlannedModelTest& test) {
  if (test.has_obstacle()) return "-";
  return test.has_max_cost_nano_usd() ? Usd(test.max_cost_nano_usd()) : "unknown price";
}

std::string KnownText(const v1::PlannedModelTest& test) {
  std::vector<std::string> parts;
  if (test.has_obstacle()) {
    parts.push_back(
        absl::StrCat("will not be asked: ", Spoken(NameOf(test.obstacle().reason())), EndText(test.obstacle())));
  }
  for (const auto& fact : test.facts()) parts.push_back(FactText(fact));
  return absl::StrJoin(parts, "; ");
}

std::string TotalText(const v1::PlanAccountTestResponse& plan) {
  std::string text = absl::StrCat(plan.request_count(), plan.request_count() == 1 ? " request" : " requests",
                                  ", about ", Grouped(plan.input_tokens()), " tokens in and at most ",
                                  Grouped(plan.max_output_tokens()), " out: ");
  const int priced = plan.request_count() - plan.unpriced_count();
  if (priced > 0) absl::StrAppend(&text, "at most ", Usd(plan.max_cost_nano_usd()), " by list price");
  if (plan.unpriced_count() > 0) {
    absl::StrAppend(&text, priced > 0 ? ", and " : "", plan.unpriced_count(), " of unknown price");
  }
  return text;
}

std::string PlanText(const v1::Account& account, const v1::PlanAccountTestResponse& plan) {
  std::string text = absl::StrCat("A deep test asks ", account.label(),
                                  " for each model with one small real request, which its provider charges for.\n\n");
  Table table({{"MODEL"}, {"COST"}, {"KNOWN"}});
  for (const auto& test : plan.tests()) table.AddRow({test.model(), CostText(test), KnownText(test)});
  absl::StrAppend(&text, table.ToText(), "\n", TotalText(plan), ".\n");
  if (!plan.left_out_models().empty()) {
    absl::StrAppend(&text, "Left out, since no short question can be put to them: ",
                    absl::StrJoin(plan.left_out_models(), ", "), "\n");
  }
  return text;
}

// OK when the requests may be sent.
absl::Status Confirmed(const Session& session, const v1::Account& account, const v1::PlanAccountTestResponse& plan,
                       const ProbeOptions& options) {
  if (plan.tests().empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat(account.label(), " lists no model that can be asked in words: agctl accounts test ", account.id(),
                     " reads its list anew, and --model M asks for one that you know"));
  }
  if (plan.request_count() == 0) {
    return absl::FailedPreconditionError(absl::StrCat("nothing can be asked now: agctl accounts why ", account.id()));
  }
  if (options.yes) return absl::OkStatus();
  if (!InputIsTerminal()) {
    return UsageError(absl::StrCat("this would send ", TotalText(plan), ". Say --yes to do it"));
  }
  // With --json the plan is a part of the result; whoever is asked must see it before.
  if (session.json) PrintNote(PlanText(account, plan));
  return Confirm("Go on?") ? absl::OkStatus() : absl::CancelledError("nothing was asked");
}

std::string Paint(std::string text, v1::ModelTestOutcome outcome) {
  if (!WantsColor()) return text;
  const bool bad = outcome == v1::MODEL_TEST_OUTCOME_ACCOUNT_REFUSED || outcome == v1::MODEL_TEST_OUTCOME_REFUSED ||
                   outcome == v1::MODEL_TEST_OUTCOME_NO_ANSWER;
  const char* const color = outcome == v1::MODEL_TEST_OUTCOME_WORKS ? "32" : bad ? "31" : "33";
  return absl::StrCat("\x1b[", color, "m", text, "\x1b[0m");
}

// "works (312 ms, 9 tokens in, 2 out, <$0.0001)"
std::string ResultText(const v1::TestAccountModelResponse& result) {
  std::string text = Paint(result.message(), result.outcome());
  if (result.has_obstacle()) absl::StrAppend(&text, EndText(result.obstacle()));
  if (result.outcome() != v1::MODEL_TEST_OUTCOME_WORKS) return text;
  absl::StrAppend(&text, " (", ShortDuration(result.latency()));
  if (result.has_input_tokens()) {
    absl::StrAppend(&text, ", ", Grouped(result.input_tokens()), " tokens in, ", Grouped(result.output_tokens()),
                    " out");
  }
  if (result.has_cost_nano_usd()) absl::StrAppend(&text, ", ", Usd(result.cost_nano_usd()));
  return text + ")";
}

void WriteObstacle(JsonWriter& json, const v1::TestObstacle& obstacle) {
  json.Key("obstacle").BeginObject().Field("reason", NameOf(obstacle.reason()));
  if (obstacle.has_end_time()) json.Field("until", Rfc3339(obstacle.end_time()));
  json.Field("hinted", obstacle.hinted()).EndObject();
}

void WriteResult(JsonWriter& json, const std::string& model, const v1::TestAccountModelResponse& result) {
  json.BeginObject().Field("model", model).Field("outcome", NameOf(result.outcome()));
  json.Field("message", result.message());
  if (result.error_kind() != v1::ERROR_KIND_UNSPECIFIED) json.Field("error_kind", NameOf(result.error_kind()));
  if (result.has_fact()) json.Field("learned", NameOf(result.fact().kind()));
  if (result.has_obstacle()) WriteObstacle(json, result.obstacle());
  if (!result.request_id().empty()) {
    json.Field("request_id", result.request_id()).Key("latency_ms").Number(Millis(result.latency()));
  }
  if (result.has_input_tokens()) json.Field("input_tokens", result.input_tokens());
  if (result.has_output_tokens()) json.Field("output_tokens", result.output_tokens());
  if (result.has_cost_nano_usd()) json.Field("cost_nano_usd", result.cost_nano_usd());
  json.EndObject();
}

void WritePlan(JsonWriter& json, const v1::PlanAccountTestResponse& plan) {
  json.Key("plan").BeginObject().Field("request_count", plan.request_count());
  json.Field("input_tokens", plan.input_tokens()).Field("max_output_tokens", plan.max_output_tokens());
  json.Field("max_cost_nano_usd", plan.max_cost_nano_usd()).Field("unpriced_count", plan.unpriced_count());
  json.Key("tests").BeginArray();
  for (const auto& test : plan.tests()) {
    json.BeginObject().Field("model", test.model());
    if (test.has_max_cost_nano_usd()) json.Field("max_cost_nano_usd", test.max_cost_nano_usd());
    if (test.has_obstacle()) WriteObstacle(json, test.obstacle());
    WriteFacts(json, test.facts());
    json.EndObject();
  }
  json.EndArray().Key("left_out_models").BeginArray();
  for (const auto& model : plan.left_out_models()) json.String(model);
  json.EndArray().EndObject();
}

// What was found, by how often.
struct Tally {
  int works = 0;
  int asked = 0;
  bool account_refused = false;
};

void Count(const v1::TestAccountModelResponse& result, Tally& tally) {
  if (result.outcome() == v1::MODEL_TEST_OUTCOME_WORKS) ++tally.works;
  if (result.outcome() != v1::MODEL_TEST_OUTCOME_NOT_ASKED) ++tally.asked;
  if (result.outcome() == v1::MODEL_TEST_OUTCOME_ACCOUNT_REFUSED) tally.account_refused = true;
}

// Asks for one model after the other; no further one once the provider refuses the account itself.
absl::StatusOr<Tally> AskAll(Session& session, const v1::Account& account, const v1::PlanAccountTestResponse& plan,
                             JsonWriter& json) {
  std::size_t width = 0;
  for (const auto& test : plan.tests()) width = std::max(width, test.model().size());
  Tally tally;
  for (const auto& test : plan.tests()) {
    v1::TestAccountModelRequest request;
    request.set_id(account.id());
    request.set_model(test.model());
    if (!session.json) Print(absl::StrCat(PadRight(test.model(), width), "  "));
    const auto result = session.client().TestAccountModel(request);
    if (!result.ok()) {
      if (!session.json) Print("\n");
      return result.status();
    }
    Count(*result, tally);
    if (session.json) {
      WriteResult(json, test.model(), *result);
    } else {
      Print(ResultText(*result) + "\n");
    }
    if (tally.account_refused) break;
  }
  return tally;
}

}  // namespace

absl::Status ProbeAccount(Session& session, const v1::Account& account, const ProbeOptions& options) {
  v1::PlanAccountTestRequest ask;
  ask.set_id(account.id());
  for (const auto& model : options.models) ask.add_models(model);
  const auto plan = session.client().PlanAccountTest(ask);
  if (!plan.ok()) return plan.status();
  if (!session.json && !plan->tests().empty()) Print(PlanText(account, *plan));
  if (absl::Status sure = Confirmed(session, account, *plan, options); !sure.ok()) return sure;
  if (!session.json) Print("\n");
  JsonWriter json;
  json.BeginObject().Field("id", account.id()).Field("label", account.label());
  WritePlan(json, *plan);
  json.Key("results").BeginArray();
  const auto tally = AskAll(session, account, *plan, json);
  json.EndArray();
  if (tally.ok()) json.Field("works_count", tally->works).Field("asked_count", tally->asked);
  json.EndObject();
  if (session.json) Print(json.text() + "\n");
  if (!tally.ok()) return tally.status();
  if (tally->account_refused) {
    return absl::FailedPreconditionError(
        absl::StrCat("the provider refuses the account, so nothing more was asked: agctl accounts why ", account.id()));
  }
  if (!session.json) {
    Print(absl::StrCat("\n", tally->works, " of ", tally->asked, " asked work. What was learned: agctl accounts show ",
                       account.id(), "\n"));
  }
  return absl::OkStatus();
}

}  // namespace ag::cli
