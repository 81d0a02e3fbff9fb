#pragma once

#include <string_view>

#include "gatewayd/wire/reply_notes.h"

namespace ag::wire::anthropic {

// What passthrough reads of a reply of the messages dialect: one event of
// https://docs.claude.com/en/docs/build-with-claude/streaming, and a plain body.
ReplyMark MarkMessagesEvent(std::string_view name, std::string_view data, ReplyNotes& notes);
ReplyMark MarkMessagesBody(std::string_view body, ReplyNotes& notes);

}  // namespace ag::wire::anthropic
