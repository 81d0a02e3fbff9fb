#pragma once

#include <string_view>

namespace ag::wire {

// What of a request's body tells which conversation it belongs to, and is the same in each of its turns. Views into the
// body, or into the request's arena. All empty where the API has no conversations.
struct ConversationMarks {
  // The client's own name for it: prompt_cache_key
  // (https://platform.openai.com/docs/guides/prompt-caching), or a metadata.user_id that names a session, as Claude
  // Code writes it.
  std::string_view session;
  // Whose it is: `user`, metadata.user_id. One person has many conversations.
  std::string_view user;
  // Raw JSON. A conversation grows at its end, so that these stay: `system`, `instructions` or `systemInstruction`;
  // `tools`; `messages`, `input` or `contents`.
  std::string_view system;
  std::string_view tools;
  std::string_view turns;
};

// The first message of the user in `turns`, raw; its beginning if it is longer than 64 KB. Without its end from a
// cache_control mark on, which clients move on from turn to turn
// (https://docs.claude.com/en/docs/build-with-claude/prompt-caching). What stands before it, a long system prompt as in
// chat completions, is passed over.
std::string_view OpeningOf(std::string_view turns);

}  // namespace ag::wire
