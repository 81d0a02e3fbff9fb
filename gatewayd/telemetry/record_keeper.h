#pragma once

#include <memory>

#include "gatewayd/base/arena.h"
#include "gatewayd/telemetry/request_record.h"

namespace ag::telemetry {

// Gives finished records a memory of their own: one after the other in blocks, each freed when the last of its records
// is let go of, by whatever thread. So a record costs a copy and no allocation. One keeper a thread.
class RecordKeeper {
 public:
  // A copy of `record` and of all that it views. What clients and providers may write freely is cut and made fit for a
  // list here, so that observers too see nothing else (redaction.h).
  RecordPtr Keep(const RequestRecord& record);

 private:
  std::shared_ptr<Arena> block_;  // shared with its records
};

}  // namespace ag::telemetry
