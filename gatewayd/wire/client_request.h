#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/dialect.h"
#include "gatewayd/wire/chat_request.h"
#include "gatewayd/wire/conversation_marks.h"

namespace ag::wire {

// How the client's transport frames a stream.
enum class StreamFraming : std::uint8_t { kNone, kSse, kJsonArray };  // kJsonArray: Gemini without alt=sse

// What the endpoint table knows of a request before its body is read.
struct Endpoint {
  Dialect dialect = Dialect::kChat;
  Operation operation = Operation::kGenerate;
  std::string_view path_model;                   // Gemini and GET /v1/models/{id}: the model in the path
  StreamFraming framing = StreamFraming::kNone;  // Gemini: known from the path
};

// The parts of a request that routing, scheduling and affinity need, read by one shallow walk over the body.
struct Envelope {
  std::string_view model;        // decoded
  std::string_view model_token;  // its raw token in the body; empty when the body has none (Gemini: the path counts)
  bool stream = false;
  bool include_usage = false;             // chat
  std::string_view stream_options_token;  // chat: the raw member in the body; empty = absent
  bool has_tools = false;
  ConversationMarks conversation;
  std::string_view previous_response_id;
  bool expanded = false;         // the gateway put stored items in place of what the client named (Responses)
  std::string_view thread_type;  // Anthropic message threads: "create", "continue" (CLIENTS rule 3)
};

// One client request, decoded at most twice: the envelope at once, the canonical form only if some attempt translates.
// Lives in the session, for all attempts. `body`, `arena` and what `endpoint` views must outlive it.
class ClientRequest {
 public:
  // InvalidRequest if the body is not a JSON object or lacks what the envelope demands (`model` where it is required).
  static absl::StatusOr<ClientRequest> Read(const Endpoint& endpoint, std::string_view body, Arena& arena);

  const Endpoint& endpoint() const { return endpoint_; }
  const Envelope& envelope() const { return envelope_; }
  std::string_view body() const { return body_; }
  Arena& arena() const { return *arena_; }
  StreamFraming framing() const;  // of the reply that the client expects

  // Says that the body holds all that previous_response_id stands for: the id means nothing to any upstream.
  void MarkExpanded() {
    envelope_.expanded = true;
    envelope_.previous_response_id = {};
  }

  // The canonical form; decoded on first use and kept. InvalidRequest names the field.
  absl::StatusOr<const ChatRequest*> Canonical();

 private:
  ClientRequest(const Endpoint& endpoint, std::string_view body, Arena& arena)
      : endpoint_(endpoint), body_(body), arena_(&arena) {}

  Endpoint endpoint_;
  Envelope envelope_;
  std::string_view body_;
  Arena* arena_;
  std::optional<absl::StatusOr<const ChatRequest*>> canonical_;
};

}  // namespace ag::wire
