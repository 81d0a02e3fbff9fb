#include <vector>

#include "gatewayd/wire/gemini/gemini_codec.h"
#include "gatewayd/wire/gemini/gemini_signature.h"
#include "gatewayd/wire/gemini/proto_key.h"

namespace ag::wire::gemini {

// A null is an absent field in Google's JSON, so the part keeps its form
// (https://protobuf.dev/programming-guides/json/). A function call keeps a stand-in: Gemini 3 refuses one without a
// signature.
void CutGeminiState(const json::Value& body, StateCut what, std::vector<json::Edit>& edits) {
  const json::Value* contents = FindKey(body, "contents");
  if (contents == nullptr) return;
  for (const json::Value& content : contents->items()) {
    const json::Value* parts = FindKey(content, "parts");
    if (parts == nullptr) continue;
    for (const json::Value& part : parts->items()) {
      const json::Value* signature = FindKey(part, "thoughtSignature");
      if (signature == nullptr || !signature->is_string()) continue;
      if (what == StateCut::kEnvelopes && !IsSealedSignature(signature->str())) continue;
      const bool call = FindKey(part, "functionCall") != nullptr;
      edits.push_back({signature->raw(), call ? json::Quote(kNoSignature) : "null"});
    }
  }
}

}  // namespace ag::wire::gemini
