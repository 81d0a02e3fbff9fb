#pragma once

#include <optional>
#include <string>

#include "gatewayd/base/arena.h"
#include "gatewayd/store/tables.h"
#include "gatewayd/telemetry/request_record.h"

namespace ag::telemetry {

// A record as a line of the log, whose `details` are a text of ASCII's own separators: sections between GS (0x1d), in
// each the fields between US (0x1f). Fields that have nothing to say are empty, and absent at a section's end; later
// versions append fields. Times are in microseconds.
//   request:  dialect, operation, flags (s = stream, t = translated), status, client key, first byte, duration,
//             upstream, input, cache read, cache write, output, reasoning, stop reason, user agent, trace id,
//             code of the route's decision, then its args as name and value in turn
//   attempt:  "A", account, label, model, dialect, status, started, head, duration, connect, "r" = reused connection,
//             error kind, scope, HTTP status, retry after (ms), code, text, param, chosen code, then its args as name
//             and value in turn. Empty label and model: those of the row, which are the last attempt's.
//   fault:    "V", how the stream of the attempt before it broke its protocol
//   cost:     "C", in billionths of a US dollar
//   loss:     "L", "approx" or "drop", field, reason code, then its args
//
// The row's views are into `record` and into `details`, whose text is replaced.
store::RequestRow ToRow(const RequestRecord& record, std::string& details);
// The way back, as views into the row's texts and into `arena`; of the request's error only the kind is stored. What
// cannot be read is left out.
RequestRecord FromRow(const store::RequestRow& row, Arena& arena);

// What a list is filtered by and only `details` tell.
struct RowFilter {
  std::string account_id;                 // some attempt went to it; empty = any
  std::optional<Dialect> dialect;         // of the client
  std::optional<std::string> client_key;  // its id; "" = the primary key or none
};
// Reads no more of the row than it must, and copies nothing.
bool Matches(const store::RequestRow& row, const RowFilter& filter);

}  // namespace ag::telemetry
