#pragma once

#include <absl/status/statusor.h>

#include <memory>

#include "gatewayd/wire/client_request.h"
#include "gatewayd/wire/dialect_codec.h"
#include "gatewayd/wire/translation.h"

namespace ag::wire {

// The translation between equal dialects: the request but for its model name, and the reply, pass as they are. Reads
// along to find the first content, usage, the end and errors. Streams go out in whole events, so that a cut never
// leaves half an event before the error that ends it. `request` outlives it, `target` need not.
//
// An error that the upstream reports in its stream after content goes to the client as it is: the reply then ends in
// kFailed with Report().error, and OnUpstreamError adds nothing.
absl::StatusOr<std::unique_ptr<Translation>> MakePassthrough(ClientRequest& request, const UpstreamTarget& target,
                                                             StateCut state = StateCut::kEnvelopes);

}  // namespace ag::wire
