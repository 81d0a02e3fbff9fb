#pragma once

#include <string_view>

#include "gatewayd/wire/reply_notes.h"

namespace ag::wire::openai {

// What passthrough reads of a reply of the Responses dialect: one event of
// https://platform.openai.com/docs/api-reference/responses-streaming, and a plain body.
ReplyMark MarkResponsesEvent(std::string_view name, std::string_view data, ReplyNotes& notes);
ReplyMark MarkResponsesBody(std::string_view body, ReplyNotes& notes);

}  // namespace ag::wire::openai
