#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/dialect.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/random.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/client_request.h"
#include "gatewayd/wire/codec.h"
#include "gatewayd/wire/error_body.h"
#include "gatewayd/wire/reasoning_edit.h"
#include "gatewayd/wire/reasoning_envelope.h"
#include "gatewayd/wire/reply_notes.h"
#include "gatewayd/wire/stream_grammar.h"

// All that one dialect brings to the gateway, as one table of functions. A dialect's folder defines its table;
// registry.cc is the only file that names several. Adding a dialect touches its own folder and the registry.
namespace ag::wire {

// Parameters whose name in a loss or an error depends on the client's dialect.
enum class Param : std::uint8_t {
  kStop,
  kMaxTokens,
  kN,
  kTemperature,
  kTopP,
  kTopK,
  kSeed,
  kPresencePenalty,
  kFrequencyPenalty,
  kLogprobs,
  kTools,
  kToolChoice,
  kParallelToolCalls,
  kReasoning,
  kResponseFormat,
  kServiceTier,
  kMessages,
};
inline constexpr int kParamCount = 17;

// Reads a request body (of a reply or of its token count) into the canonical form, which lives in `arena` and in the
// body. InvalidRequest names the field.
using DecodeRequestFn = absl::StatusOr<const ChatRequest*> (*)(const Endpoint& endpoint, const json::Value& body,
                                                               Arena& arena);
using MakeReplyDecoderFn = std::unique_ptr<ReplyDecoder> (*)();
using MakeReplyEncoderFn = std::unique_ptr<ReplyEncoder> (*)(const ReplyOptions& options, RandomSource& random);
using MakeGrammarFn = std::unique_ptr<StreamGrammar> (*)();

// Which reasoning state leaves a request that otherwise passes untouched: what came from another family's upstream, in
// an envelope (the provider would refuse it), or all of it, after the provider refused some.
enum class StateCut : std::uint8_t { kEnvelopes, kAll };
struct StateCuts {
  std::vector<json::Edit> edits;    // in any order
  std::vector<std::string> fields;  // where state stood, in order: "messages[1].content[0]"
};
// Appends what cuts it out of `body`, a request of the dialect.
using CutStateFn = void (*)(const json::Value& body, StateCut what, StateCuts& out);

// Writes `wanted` in place of what `body`, a request of the dialect, says about reasoning: appends the edits, in any
// order, and what they cannot say. `model` is unknown where nothing is known of it, or it is another family's.
using SetReasoningFn = void (*)(const json::Value& body, const ReasoningSpec& wanted, const catalog::ModelInfo& model,
                                ReasoningEdits& out);

struct EmbeddingCodec;

struct DialectCodec {
  Dialect dialect;
  // Client side: the requests that we understand and the replies that we write.
  DecodeRequestFn decode_request;
  MakeReplyEncoderFn make_reply_encoder;
  // Upstream side: null where the dialect is none that requests are translated to (completions).
  EncodeRequestFn encode_request;
  MakeReplyDecoderFn make_reply_decoder;
  // The member of a token count's reply that holds the number, and the whole reply that a client gets. Empty and null
  // where the dialect has no counter.
  std::string_view count_key;
  std::string (*encode_count)(std::int64_t tokens);
  // True if a client sends back the reasoning state that a reply gave it; false: the gateway keeps it (chat).
  bool carries_state;
  // Null where requests hold no state.
  CutStateFn cut_state;
  // Null where requests have no word for reasoning (completions).
  SetReasoningFn set_reasoning = nullptr;
  // What a request body with envelopes contains: a body without it is not looked into.
  std::string_view state_mark = kEnvelopeMark;
  // Members of requests that hold ids of an account's own things (bound_ids.h), and how such a value becomes the id;
  // null: it is the id. Gives nothing for a value that no account owns.
  std::span<const std::string_view> bound_members = {};
  std::string_view (*bound_id)(std::string_view value) = nullptr;
  // Whether the client sees reasoning, by what its request says.
  bool (*shows_reasoning)(const ChatRequest& request);
  // The name of a parameter as this dialect's clients write it.
  std::string_view (*name_of)(Param param);
  // The automaton of the dialect's event stream.
  MakeGrammarFn make_grammar;

  // Both ways: what passthrough reads along (reply_notes.h), and errors (error_body.h).
  ReplyMark (*mark_event)(std::string_view name, std::string_view data, ReplyNotes& notes);
  ReplyMark (*mark_body)(std::string_view body, ReplyNotes& notes);
  std::string_view usage_key;  // the member of a reply that holds its usage
  ReadUsageFn read_usage;
  bool array_streams;      // a stream can be one JSON array (Gemini)
  bool end_repeats_reply;  // the terminal event holds the whole answer, and others may follow it (Responses)
  EncodeErrorFn encode_error;
  EncodeStreamErrorFn encode_stream_error;
  std::string_view keep_alive;  // an event that a waiting client ignores; empty = the dialect has none
  // The family's embeddings (embedding.h), in the table of the dialect that speaks for it; null where it has none.
  const EmbeddingCodec& (*embedding)() = nullptr;
};

}  // namespace ag::wire
