#pragma once

#include "ag/gateway/v1/account.pb.h"
#include "gui/models/account_model.h"

namespace ag::gui {

// "ready", "cooling", "needs_sign_in", "forbidden", "disabled" or "exhausted": what the account as a whole is now.
QString StateOf(const ::ag::gateway::v1::Account& account);
AccountModel::Row ToRow(const ::ag::gateway::v1::Account& account);
// Whether its answers come from the sandbox that is there; an empty address = there is none.
bool IsOfSandbox(const ::ag::gateway::v1::Account& account, const QString& sandbox_url);

// "Rate limit (HTTP 429 rate_limit_exceeded): “Slow down”"
QString ErrorLine(const ::ag::gateway::v1::ProviderError& error);
// "a minute", "a day", "a month"
QString PeriodText(::ag::gateway::v1::BudgetPeriod period);
// One of the owner's limits, as AccountModel's LimitsRole holds them.
QVariantMap BudgetBar(const QString& label, const ::ag::gateway::v1::Budget& budget);
// What a provider's answer has taught of a model: "No quota for it, until 12/3/26: “limit: 0”"
QString FactText(const ::ag::gateway::v1::LearnedFact& fact);
QString CredentialText(::ag::gateway::v1::CredentialKind kind);

}  // namespace ag::gui
