#pragma once

#include <absl/status/status.h>

#include <string_view>
#include <vector>

#include "gatewayd/catalog/catalog.h"
#include "gatewayd/catalog/lesson.h"
#include "gatewayd/catalog/model_info.h"
#include "gatewayd/catalog/oauth_profile.h"
#include "gatewayd/catalog/price.h"

namespace ag::catalog {

// All that the catalogue's texts say.
struct CatalogData {
  std::vector<ProviderPreset> providers;
  std::vector<ModelInfo> models;
  std::vector<OAuthProfile> oauth_profiles;
  std::vector<LessonRule> lessons;
  std::vector<ModelPrice> prices;
};

// Merges a catalogue text into `data`, entry by entry and field by field (a null clears an optional number). The form,
// all parts optional:
//   {"providers": [{"name": …, fields of ProviderPreset, "endpoints": {"chat": {"base_url": …, "auth": "bearer"}}}],
//    "models": [{"id": …, fields of ModelInfo}],
//    "groups": [{"defaults": {fields of ModelInfo}, "models": [ … ]}],
//    "oauth_profiles": [{"name": …, fields of OAuthProfile, "authorize_parameters": {"name": "value"}}],
//    "lessons": [{"name": …, fields of LessonRule}],
//    "prices": [{"model": …, "provider": …, "input": 2.5, "cache_read": 0.25, "output": 15, "above": 272000,
//                "long_context": {"input": 5}, "source": …, "date": …}]}
// Prices are US dollars for a million tokens; an entry replaces the one of the same model and provider.
// InvalidRequest names the line and the reason; `data` may then hold a part of the text.
absl::Status MergeCatalog(std::string_view text, CatalogData& data);

}  // namespace ag::catalog
