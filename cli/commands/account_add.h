#pragma once

#include <absl/status/statusor.h>

#include <CLI/CLI.hpp>
#include <string>

#include "cli/output/json.h"
#include "cli/session.h"

namespace ag::cli {

// `agctl accounts add`: with options for scripts, with questions for people.
void AddAccountAdd(CLI::App& accounts, Session& session);

absl::StatusOr<v1::TestAccountResponse> TestAccount(Session& session, const v1::Account& account);
// "ok", "message", "models", "latency_ms", into an open object.
void WriteTest(JsonWriter& json, const v1::TestAccountResponse& test);
std::string TestText(const v1::Account& account, const v1::TestAccountResponse& test);

}  // namespace ag::cli
