#pragma once

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

#include "gatewayd/proxy/local_answers.h"
#include "gatewayd/proxy/relay_call.h"
#include "gatewayd/runtime/task.h"

// Responses that the gateway issued itself, because their upstream speaks another dialect, and keeps for its clients
// (TRANSLATION row 14). What a provider stored stays the provider's: those requests go to the account that issued it.
namespace ag::proxy {

// The id of such a response that a GET or DELETE /v1/responses/{id} names; empty for every other request.
std::string_view StoredResponseId(const RelayCall& call);

// Answers it: the response object, or that it was deleted. ModelNotFound (404) when nobody has it.
// https://platform.openai.com/docs/api-reference/responses/get
runtime::Task<absl::StatusOr<LocalAnswer>> AnswerStoredResponse(RelayCall& call, std::string id);

// Puts the kept items before the input of a request that goes on from such a response, and in place of its references
// to such items. The request then stands for itself on any upstream. InvalidRequest (previous_response_not_found) when
// the response is not kept any more.
runtime::Task<absl::Status> ExpandStoredItems(RelayCall& call);

}  // namespace ag::proxy
