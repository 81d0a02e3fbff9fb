#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/dialect.h"
#include "gatewayd/http/message.h"
#include "gatewayd/wire/client_request.h"

namespace ag::proxy {

// What a request line asks for. The table forgives the usual mistakes in a base URL: a missing or doubled /v1, a
// trailing slash, doubled slashes, needless escapes, and the prefixes /openai, /anthropic, /genai, /gemini. A path with
// dot segments, escaped or not, is unknown: nothing that climbs out of an account's base path goes upstream.
struct EndpointMatch {
  enum class Kind : std::uint8_t {
    kApi,        // `endpoint` says which
    kHealth,     // GET or HEAD /healthz
    kHello,      // HEAD / and HEAD /api/hello: Claude Code's reachability check
    kRoot,       // GET /
    kWebSocket,  // an upgrade on /v1/responses: answered 426, so that Codex falls back after one try
    kMethod,     // the path is known, the method is not
    kUnknown,
  };
  Kind kind = Kind::kUnknown;
  wire::Endpoint endpoint;
  Family family = Family::kOpenAi;  // whose error shape the client expects, also for unknown paths
  std::string_view other_path;      // Operation::kOther: the path below the base URL, with its slash, still escaped
  std::string_view allow;           // kMethod: the methods that would do
};

// Views live in `arena` or in the arguments.
EndpointMatch MatchEndpoint(std::string_view method, std::string_view path, std::string_view query,
                            const http::Headers& headers, Arena& arena);

// The documented path nearest to an unknown one, for "did you mean"; empty when nothing is near.
std::string_view SuggestPath(std::string_view path);

}  // namespace ag::proxy
