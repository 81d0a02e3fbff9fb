#pragma once

#include <string_view>

#include "gatewayd/wire/reply_notes.h"

namespace ag::wire::gemini {

// What passthrough reads of a reply of the generateContent dialect: one chunk of a stream, and a plain body.
// https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse
ReplyMark MarkGeminiEvent(std::string_view name, std::string_view data, ReplyNotes& notes);
ReplyMark MarkGeminiBody(std::string_view body, ReplyNotes& notes);

}  // namespace ag::wire::gemini
