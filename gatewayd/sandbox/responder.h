#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/dialect.h"
#include "gatewayd/http/message.h"
#include "gatewayd/sandbox/answer.h"
#include "gatewayd/sandbox/forms.h"

namespace ag::sandbox {

// What a request line and its headers ask of the sandbox.
struct Endpoint {
  enum class Action {
    kUnknown,
    kChat,
    kCompletions,
    kResponses,
    kMessages,
    kGemini,
    kGeminiStream,
    kCountTokens,
    kEmbed,
    kBatchEmbed,
    kListModels,
    kGetModel,
  };
  Action action = Action::kUnknown;
  Family family = Family::kOpenAi;
  std::string model;  // of the path
};
Endpoint FindEndpoint(std::string_view method, std::string_view path, std::string_view query,
                      const http::Headers& headers);

// Whether the provider's own credential header (or `?key=`) holds anything.
bool HasCredential(Family family, std::string_view query, const http::Headers& headers);

// A finished answer, to be written at its pace.
struct Plan {
  int status = 200;
  std::string_view content_type = "application/json";
  std::vector<std::pair<std::string_view, std::string>> headers;
  std::vector<std::string> frames;  // a whole body, or the pieces of a stream
  bool stream = false;
  std::int64_t tokens = 0;        // that the provider would count for it
  Mishap mishap = Mishap::kNone;  // kSlow and kCut are the writer's to play
};
// `message` is put into the family's error object. `param` may be empty, and so may `code`, which is OpenAI's code in
// place of the status's own, and Anthropic's error_code.
Plan ErrorPlan(Family family, int status, std::string_view message, std::string_view param, std::string_view code = {});
// Pure; `query` decides between SSE and the JSON array for Gemini streams.
Plan Respond(const Endpoint& endpoint, std::string_view query, std::string_view body, const Stamp& stamp, Arena& arena);

// The bodies of embedding requests. Vectors are made of the text, so that the same text has the same vector.
Plan EmbedOpenAi(const json::Value& body);
Plan EmbedGemini(const json::Value& body, Endpoint::Action action);

}  // namespace ag::sandbox
