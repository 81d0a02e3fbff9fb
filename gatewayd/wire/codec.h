#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/dialect.h"
#include "gatewayd/base/json.h"
#include "gatewayd/base/loss.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/stream_event.h"
#include "gatewayd/wire/translation.h"

// What a dialect must provide to be translated: four pieces, each between its own bytes and the canonical form. Nothing
// here knows two dialects; Translated joins the pieces of the client's dialect with those of the upstream's.
namespace ag::wire {

// A request in an upstream dialect, and what it could not say.
struct EncodedRequest {
  std::string body;
  std::vector<Loss> losses;
  // Stop sequences that the target does not take: to be matched on the reply's text. Views into the request.
  std::vector<std::string_view> local_stop;
  // A tool that the model is made to call because the target has no JSON output (TRANSLATION row 18): the arguments of
  // its call are the reply's text. Empty = none.
  std::string_view json_tool;
};

// What the body is for: a reply, plain or streamed, or a count of its tokens.
enum class EncodePurpose : std::uint8_t { kReply, kStream, kCountTokens };

// Writes a canonical request in one dialect. Unsupported or InvalidRequest name the client's field. `arena` holds what
// the encoder makes on its way, and outlives the result.
using EncodeRequestFn = absl::StatusOr<EncodedRequest> (*)(const ChatRequest& request, const UpstreamTarget& target,
                                                           EncodePurpose purpose, Arena& arena);

// Reads a reply of one dialect, whether it comes as a stream or as one body. One instance a reply.
class ReplyDecoder {
 public:
  virtual ~ReplyDecoder() = default;

  // One event of a stream: `name` is its SSE event name or empty, `data` its JSON text or "[DONE]".
  virtual void OnStreamData(std::string_view name, std::string_view data, StreamEventSink& sink) = 0;
  // A whole plain reply. Delivers every event up to Completed or Failed.
  virtual void OnBody(std::string_view body, StreamEventSink& sink) = 0;
  // The stream has ended: Completed if what came is complete, else Failed with StreamCut. Not called after either.
  virtual void OnStreamEnd(StreamEventSink& sink) = 0;
};

// What a reply in the client's dialect needs to know of the request and of its surroundings.
struct ReplyOptions {
  std::string_view model;                        // as the client asked for it; the session owns it
  std::int64_t created_s = 0;                    // Unix seconds
  StreamFraming framing = StreamFraming::kNone;  // kNone = one plain body
  bool include_usage = false;                    // chat streams
  bool show_reasoning = false;                   // the client's dialect or request asks to see it
  // What the client sent: the kinds and namespaces of its tools, and fields that its dialect echoes. The session owns
  // it; null only in tests of replies that need none.
  const ChatRequest* request = nullptr;
  Family upstream_family = Family::kOpenAi;  // whose reasoning state the reply carries
  std::string_view upstream_model;           // for the envelope of such state
  std::string_view state_scope;              // UpstreamTarget::state_scope
};

// Writes a reply in one dialect. One instance a reply; events come in the order of stream_event.h, without Failed and
// LossNote; each tool call has an id. State of another family goes out in an envelope (reasoning_envelope.h), or, where
// the dialect has no field for it, not at all: Translated keeps it.
class ReplyEncoder {
 public:
  virtual ~ReplyEncoder() = default;

  // Appends what the client gets. A plain reply appends everything at Completed.
  virtual void OnEvent(const StreamEvent& event, std::string& out) = 0;
  // The stream's error event, with what the grammar demands after it. Nothing for a plain reply: its head is not out.
  virtual void OnError(const absl::Status& error, std::string& out) = 0;
  virtual void KeepAlive(std::string& out) = 0;
  // What was left out while encoding; moved out by the caller after Completed.
  virtual std::vector<Loss> TakeLosses() = 0;
  // Moved out by the caller after Completed; empty where the dialect has no such replies, and when the client wants
  // none kept.
  virtual KeptReply TakeKeptReply() { return {}; }
};

}  // namespace ag::wire
