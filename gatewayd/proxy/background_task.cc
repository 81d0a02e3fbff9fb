#include "gatewayd/proxy/background_task.h"

#include <absl/strings/ascii.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "gatewayd/base/strings.h"
#include "gatewayd/wire/reasoning.h"

namespace ag::proxy {
namespace {

constexpr std::int64_t kMostTokens = 4096;
constexpr std::size_t kShortSystemPrompt = 4000;
constexpr std::size_t kEdge = 800;      // of a message: tasks stand at its beginning or at its end
constexpr std::size_t kSentence = 240;  // from the verb on

// Any case; what the verb is followed by decides.
constexpr std::array<std::string_view, 13> kVerbs{"generate",
                                                  "write",
                                                  "create",
                                                  "suggest",
                                                  "provide",
                                                  "give",
                                                  "produce",
                                                  "summarize",
                                                  "summarise",
                                                  "extract",
                                                  "output",
                                                  "come up with",
                                                  "analyze if this message"};
constexpr std::array<std::string_view, 3> kProducts{"title", "tags", "follow-up question"};
// Also of the latest message. A system prompt may name a topic for all kinds of reasons, but for this verb.
constexpr std::string_view kTopic = "topic";
constexpr std::string_view kTopicVerb = "analyze if this message";
constexpr std::array<std::string_view, 6> kSubjects{"conversation", "chat history", "thread",
                                                    "session",      "dialogue",     "the chat"};

template <std::size_t N>
bool HasAny(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

enum class Summaries { kCount, kDoNotCount };
enum class Where { kMessage, kSystemPrompt };

bool TellsTask(std::string_view text, Where where, Summaries summaries) {
  const std::string lower = absl::AsciiStrToLower(ToAbsl(text));
  const std::string_view all = lower;
  for (const std::string_view verb : kVerbs) {
    for (auto at = all.find(verb); at != std::string_view::npos; at = all.find(verb, at + 1)) {
      const std::string_view sentence = all.substr(at, kSentence);
      if (!HasAny(sentence, kSubjects)) continue;
      const bool summary = summaries == Summaries::kCount && verb.starts_with("summar");
      const bool topic = where == Where::kMessage || verb == kTopicVerb;
      if (summary || HasAny(sentence, kProducts)) return true;
      if (topic && sentence.find(kTopic) != std::string_view::npos) return true;
    }
  }
  return false;
}

// The text of a message; false when it holds anything else.
bool ReadText(const wire::Message& message, std::string& text) {
  for (const wire::Part& part : message.parts) {
    const auto* piece = std::get_if<wire::TextPart>(&part.value);
    if (piece == nullptr) return false;
    text += piece->text;
    text += '\n';
  }
  return true;
}

bool HasTheShape(const wire::ChatRequest& request) {
  if (!request.tools.empty() || request.messages.empty()) return false;
  return !request.reasoning || !wire::AsksToReason(*request.reasoning);
}

bool IsSystem(const wire::Message& message) {
  return message.role == wire::Role::kSystem || message.role == wire::Role::kDeveloper;
}

bool IsBackgroundTask(const wire::ChatRequest& request) {
  const wire::Message& last = request.messages.back();
  std::string asked;
  if (last.role != wire::Role::kUser || !ReadText(last, asked)) return false;
  if (request.max_tokens == 1 && TrimSpace(asked) == "quota") return true;
  std::string system;
  std::size_t turns = 0;
  for (const wire::Message& message : request.messages) {
    if (!IsSystem(message)) ++turns;
    if (IsSystem(message) && !ReadText(message, system)) return false;
  }
  // Claude Code asks for its titles with the model's whole limit; there the user's own words do not count.
  const bool roomy = request.max_tokens.value_or(0) > kMostTokens;
  const Summaries summaries = turns == 1 && !roomy ? Summaries::kCount : Summaries::kDoNotCount;
  const std::string_view text = asked;
  const std::string_view tail = text.size() > 2 * kEdge ? text.substr(text.size() - kEdge) : std::string_view();
  const auto told = [summaries](std::string_view part) { return TellsTask(part, Where::kMessage, summaries); };
  if (!roomy && (told(text.substr(0, 2 * kEdge)) || told(tail))) return true;
  // Of a conversation that goes on the latest message alone decides.
  if (turns > 1 || system.size() > kShortSystemPrompt) return false;
  return TellsTask(std::string_view(system).substr(0, kEdge), Where::kSystemPrompt, summaries);
}

}  // namespace

routing::RequestKind KindOfRequest(wire::ClientRequest& request) {
  const Operation operation = request.endpoint().operation;
  const bool generates = operation == Operation::kGenerate || operation == Operation::kGenerateStream;
  if (!generates || request.envelope().has_tools) {
    return routing::RequestKind::kNormal;
  }
  const auto canonical = request.Canonical();
  const bool background = canonical.ok() && HasTheShape(**canonical) && IsBackgroundTask(**canonical);
  return background ? routing::RequestKind::kBackground : routing::RequestKind::kNormal;
}

}  // namespace ag::proxy
