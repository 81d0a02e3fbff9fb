#pragma once

#include <string_view>

#include "gatewayd/wire/reply_notes.h"

namespace ag::wire::openai {

// What passthrough reads of a reply of the chat and completions dialects: one chunk of a stream or "[DONE]", and a
// plain body. https://platform.openai.com/docs/api-reference/chat-streaming
ReplyMark MarkChatEvent(std::string_view name, std::string_view data, ReplyNotes& notes);
ReplyMark MarkChatBody(std::string_view body, ReplyNotes& notes);

}  // namespace ag::wire::openai
