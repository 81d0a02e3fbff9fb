#include <absl/strings/str_cat.h>

#include <string_view>
#include <vector>

#include "gatewayd/wire/json_cut.h"
#include "gatewayd/wire/openai/responses_codec.h"
#include "gatewayd/wire/openai/responses_store.h"
#include "gatewayd/wire/reasoning_envelope.h"

namespace ag::wire::openai {

// https://platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items: a reasoning item without its encrypted
// content names a stored one, which no other account has; the item goes as a whole.
void CutResponsesState(const json::Value& body, StateCut what, StateCuts& out) {
  // A reply that was issued here stands in the input already, and the provider does not know it.
  const json::Value* previous = body.FindNonNull("previous_response_id");
  if (previous != nullptr && IsLocalId(previous->str())) out.edits.push_back({previous->raw(), "null"});
  const json::Value* input = body.FindNonNull("input");
  if (input == nullptr) return;
  std::vector<bool> cut;
  for (const json::Value& item : input->items()) {
    const json::Value* type = item.Find("type");
    const json::Value* content = item.Find("encrypted_content");
    const bool reasoning = type != nullptr && type->str() == "reasoning";
    const bool cuts = reasoning && (what == StateCut::kAll || (content != nullptr && IsEnvelope(content->str())));
    if (cuts) out.fields.push_back(absl::StrCat("input[", cut.size(), "]"));
    cut.push_back(cuts);
  }
  CutElements(*input, cut, out.edits);
}

}  // namespace ag::wire::openai
