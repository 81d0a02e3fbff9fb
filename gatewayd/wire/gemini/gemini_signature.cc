#include "gatewayd/wire/gemini/gemini_signature.h"

#include <absl/strings/escaping.h>

#include <algorithm>

#include "gatewayd/base/strings.h"
#include "gatewayd/wire/reasoning_envelope.h"

namespace ag::wire::gemini {
namespace {

static_assert(kEnvelopeMark == "ag1.");

std::string Unsealed(std::string_view signature) {
  std::string text(signature);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  std::string plain;
  return absl::WebSafeBase64Unescape(text, &plain) ? plain : std::string();
}

}  // namespace

std::string SealedSignature(const ReasoningPart& state) { return absl::Base64Escape(SealState(state)); }

bool IsSealedSignature(std::string_view signature) {
  return signature.starts_with(kSealedMark) && IsEnvelope(Unsealed(signature));
}

std::optional<ReasoningPart> StateOfSignature(std::string_view signature, StateHome own_home, Arena& arena) {
  if (signature.empty() || signature == kNoSignature || signature == kNoSignatureToo) return std::nullopt;
  if (IsSealedSignature(signature)) return PartOfState(arena.Copy(Unsealed(signature)), Family::kGemini, arena);
  ReasoningPart part;
  part.family = Family::kGemini;
  part.signature = signature;
  part.home = own_home;
  return part;
}

}  // namespace ag::wire::gemini
