#include "gatewayd/proxy/conversation_key.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include "gatewayd/pool/hash.h"

namespace ag::proxy {
namespace {

// The first is OpenRouter's (https://openrouter.ai/docs), the next two are what Codex sends
// (https://github.com/openai/codex), the last is Claude Code's.
constexpr std::array<std::string_view, 4> kSessionHeaders{"x-session-id", "session_id", "conversation_id",
                                                          "x-claude-code-session-id"};
// Of each part so much is looked at, of the first message also so much of its end: many begin alike.
constexpr std::size_t kLooked = 1024;

bool HasConversation(Operation operation) {
  return operation == Operation::kGenerate || operation == Operation::kGenerateStream ||
         operation == Operation::kCountTokens;
}

}  // namespace

std::optional<std::uint64_t> ConversationOf(const wire::ClientRequest& client, const http::Headers& headers) {
  if (!HasConversation(client.endpoint().operation)) return std::nullopt;
  for (const std::string_view name : kSessionHeaders) {
    if (const std::string_view session = headers.Find(name); !session.empty()) return pool::HashOf(session);
  }
  const wire::ConversationMarks& marks = client.envelope().conversation;
  if (!marks.session.empty()) return pool::HashOf(marks.session);
  if (marks.turns.empty() && marks.system.empty()) return std::nullopt;
  const std::string_view opening = wire::OpeningOf(marks.turns);
  std::uint64_t hash = pool::HashOf(marks.user);
  for (const std::string_view part :
       {marks.system.substr(0, kLooked), marks.tools.substr(0, kLooked), opening.substr(0, kLooked),
        opening.substr(opening.size() - std::min(opening.size(), kLooked))}) {
    hash = pool::Mix(hash + pool::HashOf(part));
  }
  return hash;
}

}  // namespace ag::proxy
