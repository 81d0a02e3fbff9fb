#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/base/stop_reason.h"
#include "gatewayd/base/usage.h"
#include "gatewayd/wire/codec.h"
#include "gatewayd/wire/stream_event.h"

// What streamed and plain chat replies share, and legacy completions with them.
namespace ag::wire::openai {

// The `finish_reason` of a choice; `calls` says whether it holds a tool call, which overrides an ordinary end (row 8).
std::string_view FinishName(StopReason reason, bool calls);

// https://platform.openai.com/docs/api-reference/chat/object#chat-object-usage
void WriteUsage(const Usage& usage, json::Writer& writer);

// One object of `logprobs.content`: https://platform.openai.com/docs/api-reference/chat/object#chat-object-choices
void WriteTokenLogprob(const TokenLogprob& token, json::Writer& writer);

// OpenAI's name of a tier that the upstream says it served; empty when it has none.
std::string_view TierName(std::string_view upstream_tier);

// An element of `annotations`, with offsets in characters of the whole content.
struct Annotation {
  std::string url;
  std::string title;
  std::int64_t start = 0;
  std::int64_t end = 0;
};
void WriteAnnotations(std::span<const Annotation> annotations, json::Writer& writer);

// Unicode characters of valid UTF-8.
std::int64_t CountCharacters(std::string_view text);

// The plain input of a custom tool that was offered as a function with one `input` string (row 23); the text itself
// when it is not such an object.
std::string CustomInput(std::string_view arguments);

// Reads along a reply: which part is what, which tool call has which number, how long each choice's text is.
class ChatReplyParts {
 public:
  struct Part {
    int index = 0;
    int choice = 0;
    PartKind kind = PartKind::kText;
    int call = 0;          // kToolCall: its number among the choice's calls
    bool custom = false;   // kToolCall: a custom tool of the client's
    bool wrapped = false;  // custom, but the model wrote {"input":…}: `arguments` holds it until the call ends
    bool has_arguments = false;
    std::string arguments;
    std::int64_t base = 0;  // kText: characters of the choice's content before it
    std::vector<Annotation> annotations;
  };

  // `request` is the client's, or null.
  explicit ChatReplyParts(const ChatRequest* request) : request_(request) {}

  Part& Begin(const PartBegin& begin);
  // Null for a part that nobody began.
  Part* Find(int index);
  // Counts the text of a text part.
  void CountText(const Part& part, std::string_view text);
  void Cite(Part& part, const UrlCitation& citation);
  // The citations of a text part that has ended. One without a place spans the part.
  std::span<const Annotation> Annotations(Part& part);
  // Numbers of the choice's parts of a kind.
  int Count(int choice, PartKind kind) const;

 private:
  struct Choice {
    int index = 0;
    std::int64_t characters = 0;
  };
  Choice& ChoiceOf(int index);

  const ChatRequest* request_;
  std::vector<Part> parts_;
  std::vector<Choice> choices_;
};

// True if the client offered its tools by the older `functions`, and expects `function_call` in return.
bool WantsFunctionCall(const ChatRequest* request);

}  // namespace ag::wire::openai
