#include <absl/strings/str_cat.h>

#include <cstddef>

#include "gatewayd/wire/gemini/gemini_codec.h"
#include "gatewayd/wire/gemini/gemini_signature.h"
#include "gatewayd/wire/gemini/proto_key.h"

namespace ag::wire::gemini {

// A null is an absent field in Google's JSON, so the part keeps its form
// (https://protobuf.dev/programming-guides/json/). A function call keeps a stand-in: Gemini 3 refuses one without a
// signature.
void CutGeminiState(const json::Value& body, StateCut what, StateCuts& out) {
  const json::Value* contents = FindKey(body, "contents");
  if (contents == nullptr) return;
  for (std::size_t i = 0; i < contents->items().size(); ++i) {
    const json::Value* parts = FindKey(contents->items()[i], "parts");
    if (parts == nullptr) continue;
    for (std::size_t j = 0; j < parts->items().size(); ++j) {
      const json::Value& part = parts->items()[j];
      const json::Value* signature = FindKey(part, "thoughtSignature");
      if (signature == nullptr || !signature->is_string()) continue;
      if (what == StateCut::kEnvelopes && !IsSealedSignature(signature->str())) continue;
      const bool call = FindKey(part, "functionCall") != nullptr;
      out.fields.push_back(absl::StrCat("contents[", i, "].parts[", j, "]"));
      out.edits.push_back({signature->raw(), call ? json::Quote(kNoSignature) : "null"});
    }
  }
}

}  // namespace ag::wire::gemini
