#pragma once

#include "ag/gateway/v1/account.pb.h"
#include "ag/gateway/v1/client_key.pb.h"
#include "gatewayd/pool/pool_snapshot.h"

// Limits and budgets in the control API.
namespace ag::control {

namespace v1 = ::ag::gateway::v1;

pool::AccountLimits FromProto(const v1::AccountLimits& limits);
pool::AccountLimits FromProto(const v1::ClientKeyLimits& limits);
v1::ClientKeyLimits ToClientKeyLimits(const pool::AccountLimits& limits);
// The budget that was spent; what of it is used is not told.
v1::Budget ToProto(const pool::SpentBudget& budget);
// The budgets that are set, and what of each is used.
void AddBudgets(const pool::AccountLimits& limits, const pool::BudgetMeter& used, WallTime now,
                google::protobuf::RepeatedPtrField<v1::Budget>& out);
// The account's limits, and what is left of them and of its provider's.
void AddLimits(const pool::PooledAccount& pooled, WallTime now, v1::Account& out);

}  // namespace ag::control
