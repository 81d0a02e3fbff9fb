#pragma once

#include <absl/status/status.h>

#include <string_view>
#include <vector>

#include "gatewayd/catalog/catalog.h"
#include "gatewayd/catalog/model_info.h"

namespace ag::catalog {

// Merges a catalogue text into `providers` and `models`, entry by entry and field by field (a null clears an optional
// number). The form, all parts optional:
//   {"providers": [{"name": …, fields of ProviderPreset, "endpoints": {"chat": {"base_url": …, "auth": "bearer"}}}],
//    "models": [{"id": …, fields of ModelInfo}],
//    "groups": [{"defaults": {fields of ModelInfo}, "models": [ … ]}]}
// InvalidRequest names the line and the reason; both vectors may then hold a part of the text.
absl::Status MergeCatalog(std::string_view text, std::vector<ProviderPreset>& providers,
                          std::vector<ModelInfo>& models);

}  // namespace ag::catalog
