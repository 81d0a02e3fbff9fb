#include "gatewayd/wire/reasoning_envelope.h"

#include <absl/strings/escaping.h>

#include "gatewayd/base/strings.h"
#include "gatewayd/wire/conversation_state.h"

namespace ag::wire {

std::string SealState(const ReasoningPart& state) {
  // The text travels beside the envelope, in the client's own field.
  ReasoningPart sealed = state;
  sealed.text = {};
  return std::string(kEnvelopeMark) + absl::WebSafeBase64Escape(EncodeState({&sealed, 1}));
}

std::optional<ReasoningPart> OpenState(std::string_view text, Arena& arena) {
  if (!IsEnvelope(text)) return std::nullopt;
  std::string plain;
  if (!absl::WebSafeBase64Unescape(ToAbsl(text.substr(kEnvelopeMark.size())), &plain)) return std::nullopt;
  const auto parts = DecodeState(plain, arena);
  if (parts.size() != 1) return std::nullopt;
  return std::get<ReasoningPart>(parts.front().value);
}

ReasoningPart PartOfState(std::string_view opaque, Family client_family, Arena& arena) {
  ReasoningPart part;
  part.family = client_family;
  if (!IsEnvelope(opaque)) {
    part.signature = opaque;
  } else if (const auto opened = OpenState(opaque, arena)) {
    part = *opened;
  }
  return part;
}

}  // namespace ag::wire
