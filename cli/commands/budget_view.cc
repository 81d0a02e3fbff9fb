#include "cli/commands/budget_view.h"

#include <absl/strings/str_cat.h>

#include "cli/output/text.h"

namespace ag::cli {
namespace {

constexpr std::int64_t kNanoInMicro = 1'000;

}  // namespace

std::string BudgetText(const v1::Budget& budget) {
  const std::string what =
      budget.kind() == v1::LIMIT_KIND_COST
          ? absl::StrCat(Usd(budget.used() * kNanoInMicro), " of ", Usd(budget.limit() * kNanoInMicro))
          : absl::StrCat(Grouped(budget.used()), " of ", Grouped(budget.limit()), " ", NameOf(budget.kind()));
  return absl::StrCat(what, " this ", NameOf(budget.period()), ", anew ", Ago(budget.reset_time()));
}

std::string BudgetName(const v1::Budget& budget) {
  const std::string what = budget.kind() == v1::LIMIT_KIND_COST
                               ? Usd(budget.limit() * kNanoInMicro)
                               : absl::StrCat(Grouped(budget.limit()), " ", NameOf(budget.kind()));
  return absl::StrCat(what, " a ", NameOf(budget.period()));
}

void WriteBudgets(JsonWriter& json, const google::protobuf::RepeatedPtrField<v1::Budget>& budgets) {
  json.Key("budgets").BeginArray();
  for (const auto& budget : budgets) {
    json.BeginObject().Field("kind", NameOf(budget.kind())).Field("period", NameOf(budget.period()));
    json.Field("limit", budget.limit()).Field("used", budget.used());
    if (budget.kind() == v1::LIMIT_KIND_COST) json.Field("unit", "micro_usd");
    json.Field("resets_at", Rfc3339(budget.reset_time())).EndObject();
  }
  json.EndArray();
}

}  // namespace ag::cli
