#include "gatewayd/wire/json_put.h"

namespace ag::wire {

void PutMember(const json::Value& object, std::string_view key, std::string_view value,
               std::vector<json::Edit>& edits) {
  if (const json::Value* present = object.Find(key)) {
    edits.push_back({present->raw(), std::string(value)});
    return;
  }
  std::string member = json::Quote(key);
  member.append(":").append(value);
  if (!object.members().empty()) member += ',';
  edits.push_back({object.raw().substr(1, 0), std::move(member)});
}

std::string Rewritten(const json::Value* object, bool (*drop)(std::string_view key), std::string_view more) {
  std::string text = "{";
  text += more;
  if (object != nullptr) {
    for (const auto& [key, value] : object->members()) {
      if (drop(key)) continue;
      if (text.size() > 1) text += ',';
      text.append(json::Quote(key)).append(":").append(value.raw());
    }
  }
  return text + "}";
}

}  // namespace ag::wire
