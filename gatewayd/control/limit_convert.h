#pragma once

#include "ag/gateway/v1/account.pb.h"
#include "gatewayd/pool/pool_snapshot.h"

// Limits and budgets in the control API.
namespace ag::control {

namespace v1 = ::ag::gateway::v1;

pool::AccountLimits FromProto(const v1::AccountLimits& limits);
// The account's limits, and what is left of them and of its provider's.
void AddLimits(const pool::PooledAccount& pooled, WallTime now, v1::Account& out);

}  // namespace ag::control
