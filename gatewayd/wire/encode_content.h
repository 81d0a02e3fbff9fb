#pragma once

#include <absl/status/status.h>

#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/codec.h"
#include "gatewayd/wire/schema_cleaner.h"

// What the request encoders of all dialects do alike with the contents of a conversation: history that a target cannot
// take, arguments and results of tools, media.
namespace ag::wire {

// For std::visit over Part::value with one lambda a kind.
template <typename... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <typename... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

// The request without the history that only another model family understands: reasoning of another family or scope, or
// without state of its own ("other_provider_reasoning"), and blocks of a provider's own server tools
// ("server_tool_history"). Chat servers that want reasoning back (ChatQuirks) keep its text, whoever's it is. A message
// that is empty then goes too. Views live in `arena` and in the request.
const ChatRequest& FittingHistory(const ChatRequest& request, const UpstreamTarget& target, Arena& arena,
                                  EncodedRequest& out);

// The arguments of a call for a target that takes a JSON object (TRANSLATION row 11): their own text when it is one,
// "{}" for nothing, {"input": …} for the text of a custom tool, else {"arguments": …} ("invalid_arguments", approx).
std::string_view ArgumentsObject(const ToolCallPart& call, std::string_view field, Arena& arena, EncodedRequest& out);
// The same for a target that takes them as text: invalid JSON stays as the model wrote it.
std::string_view ArgumentsText(const ToolCallPart& call, Arena& arena);

// A tool result as one text: its texts, each on a line of its own, or Gemini's structured response as JSON. Media are
// left out; ResultMedia has them.
std::string_view ResultText(const ToolResultPart& result, Arena& arena);
std::vector<const Part*> ResultMedia(const ToolResultPart& result);

// The texts of the leading system messages. Untranslatable for media, which no provider takes there.
absl::Status SystemTexts(const ChatRequest& request, const UpstreamTarget& target,
                         std::vector<std::string_view>& texts);

// Untranslatable for a file id, which belongs to one account of the client's own provider (row 15), and for a medium
// ("image", "audio", "video", "pdf") that the target's model is known not to read (row 25).
absl::Status CheckMedium(const ChatRequest& request, const UpstreamTarget& target, const MediaSource& source,
                         std::string_view modality, std::string_view field);

// base64 as a data: URL, a URL as it is. `fallback_type` names base64 of unknown type.
std::string MediaUrl(const MediaSource& source, std::string_view fallback_type);

// What a cleaned schema lost: one approximation of `field` a pointer ("schema_keyword").
void NoteSchemaChanges(const CleanSchema& clean, std::string_view field, EncodedRequest& out);

}  // namespace ag::wire
