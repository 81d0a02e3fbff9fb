#pragma once

#include <absl/status/statusor.h>

#include <memory>

#include "gatewayd/wire/translation.h"

namespace ag::wire {

// Embeddings of one family asked of another. `request` outlives the result. InvalidRequest and Unsupported name the
// client's field.
absl::StatusOr<std::unique_ptr<Translation>> MakeEmbeddingTranslation(ClientRequest& request,
                                                                      const UpstreamTarget& target);

}  // namespace ag::wire
