#pragma once

#include "ag/gateway/v1/monitor.pb.h"
#include "ag/gateway/v1/stats.pb.h"
#include "gatewayd/store/tables.h"

namespace ag::control {

namespace v1 = ::ag::gateway::v1;

// How much of a request's record a message holds.
enum class RecordView { kBasic, kFull };  // kBasic: without attempts and losses

// A line of the request log. Pure; attempts and losses that do not parse are left out.
v1::RequestRecord ToProto(const store::RequestRow& row, RecordView view);
v1::TokenSums ToProto(const store::RollupSums& sums);

}  // namespace ag::control
