#pragma once

#include <vector>

#include "gatewayd/base/json.h"

namespace ag::wire {

// Edits that take elements out of an array of a source text, with the commas that belong to them. `cut` has one flag an
// element. An array that loses everything becomes "[]". Edits are appended in order of the source.
void CutElements(const json::Value& array, const std::vector<bool>& cut, std::vector<json::Edit>& edits);

}  // namespace ag::wire
