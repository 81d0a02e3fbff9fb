#include "gatewayd/wire/decode.h"

#include <absl/strings/str_cat.h>

#include <string>

#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/equal_members.h"
#include "gatewayd/wire/registry.h"

namespace ag::wire {

absl::StatusOr<const ChatRequest*> DecodeCanonical(const Endpoint& endpoint, std::string_view body, Arena& arena) {
  AG_ASSIGN_OR_RETURN(const json::Value* root, json::Parse(body, arena));
  if (HasEqualMembers(*root)) {
    AG_ASSIGN_OR_RETURN(root, json::Parse(arena.Copy(WithoutEqualMembers(*root)), arena));
  }
  if (!root->is_object()) return MakeError(ErrorKind::kInvalidRequest, "The request body must be a JSON object.");
  const DialectCodec& codec = CodecOf(endpoint.dialect);
  if (codec.decode_request != nullptr) return codec.decode_request(endpoint, *root, arena);
  return MakeError(ErrorKind::kUnsupported,
                   absl::StrCat("Requests of the ", ToAbsl(NameOf(endpoint.dialect)),
                                " API reach only accounts that speak it; route the model to such an account."));
}

}  // namespace ag::wire
