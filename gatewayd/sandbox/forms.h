#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/sandbox/answer.h"

// An answer as each protocol writes it: templates written by hand after the providers' documentation
// (platform.openai.com/docs/api-reference, docs.anthropic.com/en/api/messages, ai.google.dev/api/generate-content).
// Deliberately not wire's encoders: the sandbox is the other side of the wire.
namespace ag::sandbox {

struct Stamp {
  std::uint64_t number = 0;    // of the answer; makes its ids
  std::int64_t created_s = 0;  // Unix time
};

// Ids of the answer's tool calls: "call_sandbox_7", "call_sandbox_7_2", …
std::string CallId(std::string_view prefix, const Stamp& stamp, std::size_t index);
// The arguments in two pieces, so that clients prove that they join them.
std::vector<std::string> HalvesOf(const std::string& arguments);

// The body of an unary answer, and the frames of a streamed one (each is complete: "data: …\n\n").
std::string ChatUnary(const Ask& ask, const Answer& answer, const Stamp& stamp);
std::vector<std::string> ChatStream(const Ask& ask, const Answer& answer, const Stamp& stamp);
std::string CompletionsUnary(const Ask& ask, const Answer& answer, const Stamp& stamp);
std::vector<std::string> CompletionsStream(const Ask& ask, const Answer& answer, const Stamp& stamp);
std::string ResponsesUnary(const Ask& ask, const Answer& answer, const Stamp& stamp);
std::vector<std::string> ResponsesStream(const Ask& ask, const Answer& answer, const Stamp& stamp);
std::string MessagesUnary(const Ask& ask, const Answer& answer, const Stamp& stamp);
std::vector<std::string> MessagesStream(const Ask& ask, const Answer& answer, const Stamp& stamp);
std::string GeminiUnary(const Ask& ask, const Answer& answer, const Stamp& stamp);
// Chunks as JSON objects, without SSE or array framing.
std::vector<std::string> GeminiChunks(const Ask& ask, const Answer& answer, const Stamp& stamp);

// `form` with each $name replaced; replacements are inserted as they are. A longer name wins over its own prefix.
std::string Fill(std::string_view form, const std::vector<std::pair<std::string_view, std::string>>& values);

}  // namespace ag::sandbox
