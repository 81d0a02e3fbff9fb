#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gatewayd/base/arena.h"
#include "gatewayd/wire/chat_request.h"

// thoughtSignature is a `bytes` field: SDKs decode its base64 and encode it anew, in either alphabet. So what the
// gateway puts there is base64 all through. https://ai.google.dev/gemini-api/docs/thought-signatures
namespace ag::wire::gemini {

// What stands for a signature that nobody has: Gemini 3 refuses a function call of the current turn without one. The
// page above names both (FAQs).
inline constexpr std::string_view kNoSignature = "skip_thought_signature_validator";
inline constexpr std::string_view kNoSignatureToo = "context_engineering_is_the_way_to_go";

// What SealedSignature's texts begin with: base64 of kEnvelopeMark, as far as the bytes behind it do not change it.
inline constexpr std::string_view kSealedMark = "YWcxL";

// Another family's state for a Gemini client to keep.
std::string SealedSignature(const ReasoningPart& state);
// True for a text that SealedSignature made.
bool IsSealedSignature(std::string_view signature);

// What a client's thoughtSignature holds: another family's state, or Gemini's own, whose home is then `own_home`. None
// for the texts that stand for no signature.
std::optional<ReasoningPart> StateOfSignature(std::string_view signature, StateHome own_home, Arena& arena);

}  // namespace ag::wire::gemini
