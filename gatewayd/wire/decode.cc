#include "gatewayd/wire/decode.h"

#include <absl/strings/str_cat.h>

#include <string>

#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/status_macros.h"
#include "gatewayd/base/strings.h"
#include "gatewayd/wire/anthropic/messages_codec.h"
#include "gatewayd/wire/gemini/gemini_codec.h"
#include "gatewayd/wire/openai/chat_codec.h"

namespace ag::wire {

absl::StatusOr<const ChatRequest*> DecodeCanonical(const Endpoint& endpoint, std::string_view body, Arena& arena) {
  AG_ASSIGN_OR_RETURN(const json::Value* root, json::Parse(body, arena));
  if (!root->is_object()) return MakeError(ErrorKind::kInvalidRequest, "The request body must be a JSON object.");
  switch (endpoint.dialect) {
    case Dialect::kChat:
      return openai::DecodeChatRequest(*root, arena);
    case Dialect::kMessages:
      return anthropic::DecodeMessagesRequest(*root, arena);
    case Dialect::kGemini:
      return gemini::DecodeGeminiRequest(endpoint, *root, arena);
    case Dialect::kCompletions:
    case Dialect::kResponses:
      break;
  }
  return MakeError(ErrorKind::kUnsupported,
                   absl::StrCat("Requests of the ", ToAbsl(NameOf(endpoint.dialect)),
                                " API reach only accounts that speak it; route the model to such an account."));
}

}  // namespace ag::wire
