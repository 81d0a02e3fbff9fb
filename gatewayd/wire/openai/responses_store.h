#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/base/random.h"

// Responses that the gateway issued and keeps itself, so that a client can go on from one on any upstream (TRANSLATION
// row 14). wire writes and reads them; proxy stores them by id. A stored reply is one JSON text:
//   {"input":[items that the reply answers],"response":{the response object}}
// https://platform.openai.com/docs/guides/conversation-state
namespace ag::wire::openai {

// "resp_ag…": a form that OpenAI, whose ids are hexadecimal, does not issue.
std::string NewLocalId(RandomSource& random);
bool IsLocalId(std::string_view response_id);

// The id of an output item, "fc_ag…": `prefix` is the item's kind. It names its response, so that an item_reference can
// be looked up.
std::string LocalItemId(std::string_view prefix, std::string_view response_id, std::size_t index);
// The response that a local item belongs to; empty for other ids.
std::string LocalResponseOf(std::string_view item_id);

// What is to be stored of a reply to `request` (the body): its input as items, and the response object.
std::string StoredReply(const json::Value& request, std::string_view response);
// The response object of a stored reply, for GET /v1/responses/{id}; empty for a damaged one.
std::string StoredReplyObject(std::string_view stored);

// The body with the stored reply's input and output items before its own input. `previous_response_id` stays, for the
// reply's echo; instructions are not inherited. InvalidRequest for a body that is no JSON object.
absl::StatusOr<std::string> ExpandPrevious(std::string_view body, std::string_view stored);

// The local responses whose items the body's input refers to by id (item_reference), each once.
std::vector<std::string> ReferencedResponses(std::string_view body);
// The body with those items in place of the references; one that none of the stored replies holds stays.
absl::StatusOr<std::string> ExpandReferences(std::string_view body, std::span<const std::string> stored);

}  // namespace ag::wire::openai
