#pragma once

#include <absl/status/statusor.h>

#include <string_view>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/loss.h"
#include "gatewayd/catalog/model_info.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/client_request.h"

// A route's wish for reasoning in place of the client's: in the request's bytes where they pass, in the canonical form
// where they are translated.
namespace ag::wire {

struct ReasoningEdits {
  std::vector<json::Edit> edits;  // targets view the body
  std::vector<Loss> losses;
  std::string_view field;  // what the losses call it

  void Lose(std::string_view code, std::vector<std::pair<std::string, std::string>> args = {});
};

// The edits that make the request say `wanted` (an effort, a budget, or off) in its own dialect; all other bytes stay.
// None for what is no text generation. Losses where it cannot be told: the dialect has no word for it, the model does
// not reason, Anthropic's rules leave no room
// (https://platform.claude.com/docs/en/build-with-claude/extended-thinking). InvalidRequest for a body that is no JSON.
absl::StatusOr<ReasoningEdits> EditsForReasoning(ClientRequest& request, const ReasoningSpec& wanted,
                                                 const catalog::ModelInfo& model);

// The request with `wanted` in place of its own wish; what the client wants to see stays its own. Lives in `arena`.
const ChatRequest& WithReasoning(const ChatRequest& request, const ReasoningSpec& wanted, Arena& arena);

}  // namespace ag::wire
