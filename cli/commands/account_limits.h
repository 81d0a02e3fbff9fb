#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cli/output/json.h"
#include "cli/session.h"

namespace ag::cli {

// `agctl accounts limits`: shows or changes what an account's owner lets it do.
void AddAccountLimits(CLI::App& accounts, Session& session);

// "limits", "budgets" and "remaining_limits", into an open object.
void WriteLimits(JsonWriter& json, const v1::Account& account);
// The scarcest of what the provider and the owner allow: "3/60 requests, full in 40 s"; empty when nothing is known.
std::string ScarcestLimit(const v1::Account& account);
// The owner's limit that keeps the account idle, the reserve counted; the one that begins anew last. Null = none.
const v1::Budget* SpentBudget(const v1::Account& account);
// A line each: the owner's limits, then the provider's.
std::vector<std::string> LimitLines(const v1::Account& account);

}  // namespace ag::cli
