#pragma once

#include <absl/container/inlined_vector.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/clock.h"
#include "gatewayd/base/dialect.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/loss.h"
#include "gatewayd/base/random.h"
#include "gatewayd/base/stop_reason.h"
#include "gatewayd/base/usage.h"
#include "gatewayd/catalog/model_info.h"
#include "gatewayd/wire/client_request.h"

namespace ag::wire {

// Where bytes for the client go. Borrowed views stay valid until the next call on the translation, so that passthrough
// hands the upstream's own buffer on.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void Append(std::string_view bytes) = 0;
  virtual void Borrow(std::string_view bytes) = 0;
};

// Views of a body's parts, in order.
using BodyPieces = absl::InlinedVector<std::string_view, 3>;

// What to send upstream. The body is given in pieces (views into the client's body and into the translation), so that
// passthrough with a spliced model name copies nothing.
struct UpstreamCall {
  Dialect dialect = Dialect::kChat;
  Operation operation = Operation::kGenerate;
  std::string_view model;  // upstream model name, for providers that put it in the path; lives in the translation
  bool stream = false;
  StreamFraming framing = StreamFraming::kNone;
  BodyPieces body;
  std::size_t BodySize() const;
};

// kHold: nothing for the client yet that would forbid another attempt (keep-alives, role-only chunks). kContent: the
// sink got content; the attempt is committed. kDone: the reply is complete. kFailed: see Report().error.
enum class Step : std::uint8_t { kHold, kContent, kDone, kFailed };

// Reasoning state that the gateway keeps for a client whose dialect cannot carry it, under the id of the tool call that
// follows it (conversation_state.h).
struct KeptState {
  std::string key;
  std::string value;
};

// A finished reply that the client may name in a later request (Responses): its id, and what its dialect must know of
// it then. Empty id: none.
struct KeptReply {
  std::string id;
  std::string text;
};

struct TranslationReport {
  Usage usage;
  StopReason stop_reason = StopReason::kUnknown;
  std::vector<Loss> losses;
  absl::Status error;             // of kFailed, and of a stream that ended too early
  std::string stream_error_json;  // the provider's error object, when it failed inside its stream; else empty
  std::string response_id;        // issued by the provider, for pinning
  std::string upstream_model;     // as the reply names it
  bool translated = false;
  std::vector<KeptState> to_keep;  // of a finished reply
  KeptReply kept_reply;            // of a finished reply that a later request can name
  // What the stream grammar found wrong: of the client's dialect in a translated stream, of the upstream's in one that
  // passes. Static text; empty = nothing.
  std::string_view violation;
};

// What of the chosen upstream an encoder must know.
struct UpstreamTarget {
  Dialect dialect = Dialect::kChat;
  std::string model;
  catalog::ModelInfo model_info;  // limits, thinking style; `known` is false for a model nobody described
  catalog::ChatQuirks quirks;     // OpenAI-compatible servers differ
  bool inject_usage = true;       // ask for usage in a chat stream and withhold the extra chunk
  bool auto_cache = true;         // translated requests with tools or a history ask Claude to cache the prompt
  // What opaque reasoning state of this upstream is bound to: OpenAI's encrypted reasoning to its organisation (here:
  // the account), the others' to nothing. State of another scope is not sent (TRANSLATION row 13).
  std::string state_scope;
  // What a route wants in place of the client's own wish; model_info must then be filled for every dialect.
  std::optional<ReasoningSpec> reasoning = std::nullopt;
};

// Time and ids come from outside: wire is pure. References outlive the translation.
struct TranslationContext {
  WallTime now;
  RandomSource& random;
  std::span<const KeptState> kept = {};  // for MissingStateKeys of the request, as far as the gateway has it
  bool without_state = false;            // the upstream refused the state: try once without
};

// One attempt's protocol work. Created anew for each attempt; used from one shard, in this order:
//   EncodeRequest → OnUpstreamHead → OnUpstreamBytes* → OnUpstreamEnd
// OnUpstreamError replaces the rest when the transport fails after the head went to the client.
class Translation {
 public:
  virtual ~Translation() = default;

  // Unsupported or InvalidRequest name the client's field.
  virtual absl::StatusOr<UpstreamCall> EncodeRequest() = 0;

  // A 2xx head. `content_type` decides whether the reply is SSE, a JSON array or one body, whatever was asked for.
  virtual void OnUpstreamHead(int status, std::string_view content_type) = 0;

  // Bytes of a 2xx body, any split. May emit several client events. Bytes held back are kept inside.
  virtual Step OnUpstreamBytes(std::string_view in, Sink& out) = 0;

  // The body ended well. kDone, or kFailed with StreamCut when its terminal event is missing.
  virtual Step OnUpstreamEnd(Sink& out) = 0;

  // Ends a reply that was begun: the client dialect's in-stream error event, and what its grammar demands after it.
  virtual void OnUpstreamError(const ErrorDetail& error, Sink& out) = 0;

  // What the client gets as Content-Type. "text/event-stream", "application/json", or the upstream's own.
  virtual std::string_view ClientContentType() const = 0;

  // An event that a waiting client ignores (Anthropic ping, SSE comment); nothing where the dialect has none.
  virtual void KeepAlive(Sink& out) = 0;

  virtual const TranslationReport& Report() const = 0;
};

// Passthrough when the client's dialect is the target's, else Translated. `request` and `context` outlive it. Fails
// with Unsupported, naming the field, when the pair cannot express the operation (responses on a foreign upstream …).
absl::StatusOr<std::unique_ptr<Translation>> MakeTranslation(ClientRequest& request, const UpstreamTarget& target,
                                                             const TranslationContext& context);

// True if MakeTranslation has a path from the client's endpoint to an upstream dialect at all.
bool CanTranslate(Dialect client, Operation operation, Dialect upstream);

}  // namespace ag::wire
