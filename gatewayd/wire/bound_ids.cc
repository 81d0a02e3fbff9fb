#include "gatewayd/wire/bound_ids.h"

#include <array>
#include <cstring>

#include "gatewayd/base/json.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/member_picker.h"
#include "gatewayd/wire/registry.h"

namespace ag::wire {
namespace {

// The text of a string that `json` begins with; ids need no escapes.
std::string_view LeadingString(std::string_view json) {
  if (json.empty() || json.front() != '"') return {};
  const std::size_t end = json.find_first_of("\"\\", 1);
  return end == std::string_view::npos || json[end] == '\\' ? std::string_view() : json.substr(1, end - 1);
}

std::string_view AfterSpace(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

// "id", the first of ["id", …], or that of {"id": "id"}.
std::string_view IdIn(std::string_view json, Arena& arena) {
  json = AfterSpace(json);
  if (json.starts_with('[')) return LeadingString(AfterSpace(json.substr(1)));
  if (!json.starts_with('{')) return LeadingString(json);
  static constexpr std::array<std::string_view, 1> kKeys{"id"};
  MemberPicker<1> found;
  found.Read(json, kKeys, arena);  // what follows the object is none of its members
  return TextOf(found[0], arena);
}

// The value behind the next member of this name, from `at` on, which moves behind the name; empty = there is none.
// Inside JSON text a quoted name with a colon is a member: in a string its quotes would be escaped.
std::string_view NextValue(std::string_view body, std::string_view name, std::size_t& at) {
  while (at < body.size()) {
    const void* found = memmem(body.data() + at, body.size() - at, name.data(), name.size());
    if (found == nullptr) break;
    const auto start = static_cast<std::size_t>(static_cast<const char*>(found) - body.data());
    at = start + name.size();
    const bool quoted = start > 0 && body[start - 1] == '"' && at < body.size() && body[at] == '"';
    if (!quoted) continue;
    const std::string_view rest = AfterSpace(body.substr(at + 1));
    if (rest.starts_with(':')) return rest.substr(1);
  }
  return {};
}

}  // namespace

BoundId FindBoundId(const ClientRequest& request) {
  const DialectCodec& codec = CodecOf(request.endpoint().dialect);
  for (const std::string_view member : codec.bound_members) {
    std::size_t at = 0;
    for (;;) {
      const std::string_view value = NextValue(request.body(), member, at);
      if (value.empty()) break;
      std::string_view id = IdIn(value, request.arena());
      if (codec.bound_id != nullptr) id = codec.bound_id(id);
      if (!id.empty()) return {id, member};
    }
  }
  return {};
}

}  // namespace ag::wire
