#include "cli/commands/budget_view.h"

#include <absl/strings/str_cat.h>

#include "cli/output/text.h"

namespace ag::cli {

std::string BudgetText(const v1::Budget& budget) {
  return absl::StrCat(Grouped(budget.used()), " of ", Grouped(budget.limit()), " ", NameOf(budget.kind()), " this ",
                      NameOf(budget.period()), ", anew ", Ago(budget.reset_time()));
}

void WriteBudgets(JsonWriter& json, const google::protobuf::RepeatedPtrField<v1::Budget>& budgets) {
  json.Key("budgets").BeginArray();
  for (const auto& budget : budgets) {
    json.BeginObject().Field("kind", NameOf(budget.kind())).Field("period", NameOf(budget.period()));
    json.Field("limit", budget.limit()).Field("used", budget.used());
    json.Field("resets_at", Rfc3339(budget.reset_time())).EndObject();
  }
  json.EndArray();
}

}  // namespace ag::cli
