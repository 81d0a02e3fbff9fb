#include "gatewayd/wire/equal_members.h"

#include <absl/container/flat_hash_map.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

namespace ag::wire {
namespace {

using Members = std::span<const json::Member>;

// Below this, comparing all pairs is cheaper than hashing.
constexpr std::size_t kFew = 12;

bool Repeats(Members members) {
  if (members.size() > kFew) {
    absl::flat_hash_map<std::string_view, const json::Member*> seen;
    return std::any_of(members.begin(), members.end(),
                       [&](const json::Member& member) { return !seen.emplace(member.key, &member).second; });
  }
  for (std::size_t i = 1; i < members.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (members[i].key == members[k].key) return true;
    }
  }
  return false;
}

void Write(const json::Value& value, json::Writer& writer) {
  if (!HasEqualMembers(value)) {
    writer.Raw(value.raw());
  } else if (value.is_array()) {
    writer.BeginArray();
    for (const json::Value& item : value.items()) Write(item, writer);
    writer.EndArray();
  } else {
    absl::flat_hash_map<std::string_view, const json::Member*> last;
    for (const json::Member& member : value.members()) last[member.key] = &member;
    writer.BeginObject();
    for (const json::Member& member : value.members()) {
      if (last[member.key] != &member) continue;
      writer.Key(member.key);
      Write(member.value, writer);
    }
    writer.EndObject();
  }
}

}  // namespace

bool HasEqualMembers(const json::Value& document) {
  const auto items = document.items();
  if (std::any_of(items.begin(), items.end(), HasEqualMembers)) return true;
  const auto members = document.members();
  return Repeats(members) || std::any_of(members.begin(), members.end(),
                                         [](const json::Member& member) { return HasEqualMembers(member.value); });
}

std::string WithoutEqualMembers(const json::Value& document) {
  std::string text;
  json::Writer writer(text);
  Write(document, writer);
  return text;
}

}  // namespace ag::wire
