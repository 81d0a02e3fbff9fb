#include "gatewayd/wire/json_put.h"

namespace ag::wire {

void PutMember(const json::Value& object, std::string_view key, std::string_view value,
               std::vector<json::Edit>& edits) {
  bool present = false;
  for (const json::Member& member : object.members()) {
    if (member.key != key) continue;
    present = true;
    edits.push_back({member.value.raw(), std::string(value)});
  }
  if (present) return;
  std::string member = json::Quote(key);
  member.append(":").append(value);
  if (!object.members().empty()) member += ',';
  edits.push_back({object.raw().substr(1, 0), std::move(member)});
}

void PutMemberOf(const json::Value& object, std::string_view outer, std::string_view key, std::string_view value,
                 std::vector<json::Edit>& edits) {
  std::string whole = "{" + json::Quote(key);
  whole.append(":").append(value).append("}");
  bool present = false;
  for (const json::Member& member : object.members()) {
    if (member.key != outer) continue;
    present = true;
    if (member.value.is_object()) {
      PutMember(member.value, key, value, edits);
    } else {
      edits.push_back({member.value.raw(), whole});
    }
  }
  if (!present) PutMember(object, outer, whole, edits);
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
