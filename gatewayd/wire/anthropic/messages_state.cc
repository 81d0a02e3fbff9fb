#include <absl/strings/str_cat.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "gatewayd/wire/anthropic/messages_codec.h"
#include "gatewayd/wire/json_cut.h"
#include "gatewayd/wire/reasoning_envelope.h"

namespace ag::wire::anthropic {
namespace {

using json::Value;

std::string_view TextAt(const Value& object, std::string_view key) {
  const Value* value = object.Find(key);
  return value == nullptr ? std::string_view() : value->str();
}

bool IsState(const Value& block, StateCut what) {
  const std::string_view type = TextAt(block, "type");
  if (type != "thinking" && type != "redacted_thinking") return false;
  return what == StateCut::kAll || IsEnvelope(TextAt(block, type == "thinking" ? "signature" : "data"));
}

}  // namespace

void CutMessagesState(const Value& body, StateCut what, StateCuts& out) {
  const Value* messages = body.FindNonNull("messages");
  if (messages == nullptr) return;
  std::vector<bool> emptied(messages->items().size(), false);
  std::vector<std::vector<json::Edit>> inner(messages->items().size());
  for (std::size_t i = 0; i < emptied.size(); ++i) {
    const Value* content = messages->items()[i].Find("content");
    if (content == nullptr || !content->is_array() || content->items().empty()) continue;
    std::vector<bool> cut;
    for (const Value& block : content->items()) {
      const bool cuts = IsState(block, what);
      if (cuts) out.fields.push_back(absl::StrCat("messages[", i, "].content[", cut.size(), "]"));
      cut.push_back(cuts);
    }
    // A message may not be empty: one that was nothing but state goes as a whole.
    emptied[i] = std::find(cut.begin(), cut.end(), false) == cut.end();
    if (!emptied[i]) CutElements(*content, cut, inner[i]);
  }
  std::vector<json::Edit> whole;
  CutElements(*messages, emptied, whole);
  for (const std::vector<json::Edit>& some : inner) out.edits.insert(out.edits.end(), some.begin(), some.end());
  out.edits.insert(out.edits.end(), whole.begin(), whole.end());
}

}  // namespace ag::wire::anthropic
