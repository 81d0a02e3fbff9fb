#pragma once

#include "ag/gateway/v1/monitor.pb.h"
#include "gui/models/request_row.h"

namespace ag::gui {

RequestRow ToRow(const ::ag::gateway::v1::RequestRecord& record);

// Unix milliseconds; microseconds.
qint64 Milliseconds(const google::protobuf::Timestamp& time);
qint64 Microseconds(const google::protobuf::Duration& time);

// "rate_minute" for ERROR_KIND_RATE_MINUTE; empty for unspecified.
QString NameOf(::ag::gateway::v1::ErrorKind kind);
// "messages" for DIALECT_MESSAGES; empty for unspecified.
QString NameOf(::ag::gateway::v1::Dialect dialect);

}  // namespace ag::gui
