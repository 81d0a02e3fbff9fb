#pragma once

#include <absl/status/statusor.h>

#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/base/loss.h"
#include "gatewayd/wire/client_request.h"
#include "gatewayd/wire/dialect_codec.h"
#include "gatewayd/wire/translation.h"

namespace ag::wire {

// What passthrough changes in a request body, in the body's order; targets view the body.
struct BodyEdits {
  std::vector<json::Edit> edits;
  std::vector<Loss> losses;  // state that was cut out, and what a route wants and cannot be said
  bool asks_usage = false;   // stream_options.include_usage was added: its extra chunk is ours, not the client's
};

// The upstream's model name in place of the client's, reasoning state cut out (`state`), a route's wish
// for reasoning, and the wish for usage in chat
// streams where `target` allows it. InvalidRequest for a body whose nested model names cannot be read (Gemini batches
// under another model name).
absl::StatusOr<BodyEdits> PassthroughEdits(ClientRequest& request, const UpstreamTarget& target, StateCut state);

// The edited body in pieces: views into `source` and into `edits`.
BodyPieces Pieces(std::string_view source, const std::vector<json::Edit>& edits);

}  // namespace ag::wire
