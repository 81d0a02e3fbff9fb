#pragma once

#include <absl/status/status.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/json.h"
#include "gatewayd/wire/codec.h"
#include "gatewayd/wire/dialect_codec.h"

// The decisions that the request encoders of all dialects share. Each lists in `out.losses` what it changes, under the
// names that the client used.
namespace ag::wire {

// The parameter as the client wrote it.
std::string_view FieldOf(const ChatRequest& request, Param param);

// `code` is a row of loss_rules.cc, of that class.
void NoteDrop(EncodedRequest& out, std::string_view field, std::string_view code);
void NoteApprox(EncodedRequest& out, std::string_view field, std::string_view code,
                std::vector<std::pair<std::string, std::string>> args = {});
// Unsupported: says which field cannot go to which dialect.
absl::Status Untranslatable(const ChatRequest& request, const UpstreamTarget& target, std::string_view field,
                            std::string_view what);
// The same for a conversation of which nothing is left to send: providers refuse an empty one.
absl::Status NothingToSend(const ChatRequest& request, const UpstreamTarget& target);

// What an encoder itself does with what CheckForeign would refuse or drop for it.
struct ForeignRules {
  bool logprobs = false;     // maps log probabilities; false: refused when asked for (row 6)
  bool cache_hints = false;  // writes cache_control; false: dropped (row 21)
};

// What holds for every foreign upstream: refused and dropped fields, affinity-only fields (TRANSLATION rows 4, 21, 22),
// OpenAI's verbosity, cache hints, log probabilities, a trailing assistant message (row 17).
absl::Status CheckForeign(const ChatRequest& request, const UpstreamTarget& target, EncodedRequest& out,
                          const ForeignRules& rules = {});

// The sampling parameters that the model takes (row 4).
Sampling FittingSampling(const ChatRequest& request, const UpstreamTarget& target, EncodedRequest& out);
void DropParam(const ChatRequest& request, EncodedRequest& out, Param param, std::string_view code);
// None of temperature, top_p and top_k, for a model that thinks; each that was set is dropped under `code`.
Sampling WithoutChoice(const Sampling& sampling, const ChatRequest& request, std::string_view code,
                       EncodedRequest& out);

// The client's limit, lowered to the model's (row 3); none when the client set none.
std::optional<std::int64_t> ClampedMaxTokens(const ChatRequest& request, const UpstreamTarget& target,
                                             EncodedRequest& out);

// The stop sequences to send: at most `limit`, and without blank ones if the target refuses those. The others go to
// `out.local_stop` (row 7).
struct StopRules {
  std::size_t limit = 0;
  bool blank_allowed = true;
};
absl::Status SplitStop(const ChatRequest& request, const UpstreamTarget& target, const StopRules& rules,
                       EncodedRequest& out, std::vector<std::string_view>& sent);

// Number of leading system and developer messages.
std::size_t LeadingSystem(const ChatRequest& request);

// The non-empty texts of a message; refusals count as text. Media are noted as dropped: this is for system messages and
// for history without them. Encoders of other content walk the parts (turns.h, encode_content.h).
std::vector<std::string_view> TextsOf(const Message& message, EncodedRequest& out);
// The same for a system message amid the conversation, for targets that have no such thing: wrapped in <system> tags
// (row 16).
std::string WrappedSystem(const Message& message, EncodedRequest& out);

// "key":<number as the client wrote it>
void WriteNumber(json::Writer& writer, std::string_view key, const std::optional<Number>& number);
void WriteStrings(json::Writer& writer, std::string_view key, const std::vector<std::string_view>& texts);

}  // namespace ag::wire
