#pragma once

#include "ag/gateway/v1/monitor.pb.h"
#include "ag/gateway/v1/stats.pb.h"
#include "gatewayd/store/tables.h"
#include "gatewayd/telemetry/request_record.h"

namespace ag::control {

namespace v1 = ::ag::gateway::v1;

// How much of a request's record a message holds.
enum class RecordView { kBasic, kFull };  // kBasic: without attempts and losses

// Pure.
v1::RequestRecord ToProto(const telemetry::RequestRecord& record, RecordView view);
v1::TokenSums ToProto(const store::RollupSums& sums);

}  // namespace ag::control
