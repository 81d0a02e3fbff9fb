#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/dialect.h"
#include "gatewayd/wire/chat_request.h"

// How opaque reasoning state of one family travels through a client of another (TRANSLATION row 12): the client's own
// field for such state holds "ag1." + base64url of an envelope that names whose it is. The client sends it back with
// the history; the decoder opens it, and the upstream encoder sends the bytes on only to the family and scope they are
// from.
namespace ag::wire {

inline constexpr std::string_view kEnvelopeMark = "ag1.";

// "ag1.…", printable ASCII, of the part's family, kind, home, scope, id and signature.
std::string SealState(const ReasoningPart& state);

// What is inside an envelope, without text; views live in `arena`. None when `text` bears no mark, or is damaged.
std::optional<ReasoningPart> OpenState(std::string_view text, Arena& arena);

inline bool IsEnvelope(std::string_view text) { return text.substr(0, kEnvelopeMark.size()) == kEnvelopeMark; }

// What a client's opaque field means: an envelope's content, or the client family's own state. A damaged envelope gives
// a part without signature.
ReasoningPart PartOfState(std::string_view opaque, Family client_family, Arena& arena);

}  // namespace ag::wire
