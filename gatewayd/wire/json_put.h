#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"

// Edits that set members of objects in a source text. Everything else stays as it is written.
namespace ag::wire {

// Replaces the value of the member `key`, or inserts the member at the object's beginning. `value` is JSON. A key that
// repeats is set wherever it stands: RFC 8259 (section 4) leaves open which one a reader takes.
void PutMember(const json::Value& object, std::string_view key, std::string_view value, std::vector<json::Edit>& edits);

// The same for a member of the object `outer`, whose other members stay. An `outer` that is no object becomes one.
void PutMemberOf(const json::Value& object, std::string_view outer, std::string_view key, std::string_view value,
                 std::vector<json::Edit>& edits);

// The object's text without the members that `drop` names, with `more` ("\"a\":1,\"b\":2"; may be empty) at its
// beginning. What is null or no object counts as an empty one.
std::string Rewritten(const json::Value* object, bool (*drop)(std::string_view key), std::string_view more);

}  // namespace ag::wire
