#pragma once

#include <google/protobuf/repeated_field.h>

#include <string>

#include "cli/output/json.h"
#include "cli/session.h"

// Budgets, of accounts and of client keys, as people and programs read them.
namespace ag::cli {

// "12 of 1,000 requests this day, anew in 3 h".
std::string BudgetText(const v1::Budget& budget);
// "1,000 requests a day", "$25.00 a month".
std::string BudgetName(const v1::Budget& budget);
// The member "budgets", into an open object.
void WriteBudgets(JsonWriter& json, const google::protobuf::RepeatedPtrField<v1::Budget>& budgets);

}  // namespace ag::cli
