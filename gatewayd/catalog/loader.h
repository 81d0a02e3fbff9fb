#pragma once

#include <absl/status/status.h>

#include <string_view>
#include <vector>

#include "gatewayd/catalog/catalog.h"
#include "gatewayd/catalog/model_info.h"
#include "gatewayd/catalog/oauth_profile.h"

namespace ag::catalog {

// Merges a catalogue text into the three lists, entry by entry and field by field (a null clears an optional
// number). The form, all parts optional:
//   {"providers": [{"name": …, fields of ProviderPreset, "endpoints": {"chat": {"base_url": …, "auth": "bearer"}}}],
//    "models": [{"id": …, fields of ModelInfo}],
//    "groups": [{"defaults": {fields of ModelInfo}, "models": [ … ]}],
//    "oauth_profiles": [{"name": …, fields of OAuthProfile, "authorize_parameters": {"name": "value"}}]}
// InvalidRequest names the line and the reason; the lists may then hold a part of the text.
absl::Status MergeCatalog(std::string_view text, std::vector<ProviderPreset>& providers, std::vector<ModelInfo>& models,
                          std::vector<OAuthProfile>& oauth_profiles);

}  // namespace ag::catalog
