#pragma once

#include <absl/status/status.h>

#include <string_view>
#include <vector>

#include "gatewayd/catalog/catalog.h"
#include "gatewayd/catalog/lesson.h"
#include "gatewayd/catalog/model_info.h"
#include "gatewayd/catalog/oauth_profile.h"

namespace ag::catalog {

// All that the catalogue's texts say.
struct CatalogData {
  std::vector<ProviderPreset> providers;
  std::vector<ModelInfo> models;
  std::vector<OAuthProfile> oauth_profiles;
  std::vector<LessonRule> lessons;
};

// Merges a catalogue text into `data`, entry by entry and field by field (a null clears an optional number). The form,
// all parts optional:
//   {"providers": [{"name": …, fields of ProviderPreset, "endpoints": {"chat": {"base_url": …, "auth": "bearer"}}}],
//    "models": [{"id": …, fields of ModelInfo}],
//    "groups": [{"defaults": {fields of ModelInfo}, "models": [ … ]}],
//    "oauth_profiles": [{"name": …, fields of OAuthProfile, "authorize_parameters": {"name": "value"}}],
//    "lessons": [{"name": …, fields of LessonRule}]}
// InvalidRequest names the line and the reason; `data` may then hold a part of the text.
absl::Status MergeCatalog(std::string_view text, CatalogData& data);

}  // namespace ag::catalog
