#pragma once

#include <absl/status/statusor.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/clock.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/secret.h"
#include "gatewayd/catalog/catalog.h"
#include "gatewayd/http/client.h"
#include "gatewayd/http/message.h"
#include "gatewayd/wire/translation.h"

namespace ag::upstream {

// One account's way to one dialect, ready to be used.
struct Endpoint {
  http::Url url;  // origin + base path
  catalog::AuthStyle auth = catalog::AuthStyle::kBearer;
  Family family = Family::kOpenAi;
  std::string project;  // x-goog-user-project beside a bearer token
};

// What http::OutgoingRequest needs; views into the arena that it was built in, the client's request, the endpoint, and
// constants.
struct BuiltRequest {
  std::string_view method;
  std::string_view target;
  std::span<const http::Header> headers;
};

// What of the client's own request travels on.
struct ClientContext {
  std::string_view method = "POST";
  std::string_view query;  // the client's, for passthrough
  http::Headers headers;
  std::string_view traceparent;  // ours, a child of the client's
  bool passthrough = true;       // false: translated; carries our own protocol headers instead of the client's
  std::string_view other_path;   // Operation::kOther and resources: the path below the base URL
};

// Builds the provider's request for `call`: URL layout, exactly one credential header, the client's headers filtered as
// docs/architecture.md says ("Fidelity policies"), Accept-Encoding: identity. Pure. What is new, the credential too, is
// copied into `arena`.
BuiltRequest BuildRequest(const Endpoint& endpoint, const wire::UpstreamCall& call, const Secret& credential,
                          const ClientContext& client, Arena& arena);

// True for a client header that may go upstream on passthrough; false for hop-by-hop and framing fields, credentials,
// cookies, Forwarded, Host, organisation and project headers, and what a browser tells the gateway about its page.
bool ForwardsRequestHeader(std::string_view name, std::string_view connection_value);
// True for an upstream header that may go to the client; false for hop-by-hop and framing fields (the body was
// decoded), cookies, the account's organisation, and what would bind the client to the provider's origin (HSTS,
// Alt-Svc, CORS).
bool ForwardsResponseHeader(std::string_view name, std::string_view connection_value);

// What a failed reply means. `head_of_body` is at most the first 64 KB; `now` turns dates into waits. Decides by the
// provider's documented codes, types and quota ids; by message text only where the provider documents no code (each
// such rule names its source in the .cc).
ErrorDetail Classify(Family family, int status, const http::Headers& headers, std::string_view head_of_body,
                     WallTime now);
// The same for an error event inside a 200 stream.
ErrorDetail ClassifyStreamError(Family family, std::string_view error_json, WallTime now);

// Whether the provider says that it has closed the account itself: no wait brings it back.
bool ClosesAccount(const ErrorDetail& error);

// Remaining limits as the provider's headers say them.
struct QuotaSample {
  struct Bucket {
    std::optional<std::int64_t> limit;
    std::optional<std::int64_t> remaining;
    std::optional<WallTime> reset;
  };
  Bucket requests;
  Bucket tokens;
  Bucket input_tokens;
  Bucket output_tokens;
  bool known() const;
};
QuotaSample ReadLimits(Family family, const http::Headers& headers, WallTime now);

// Durations as providers write them: "1.5s", "2h21m25.8s", "174ms", "6m0s", and bare seconds. None when it is none.
std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text);
// Retry-After: seconds or an HTTP date (RFC 9110 section 10.2.3); retry-after-ms first. Past dates give 0.
std::optional<std::chrono::milliseconds> RetryAfter(const http::Headers& headers, WallTime now);

// Model ids of a provider's list reply, as clients name them (Gemini's "models/" removed), with the raw object each.
struct ListedModel {
  std::string id;
  std::string raw;  // the provider's own JSON object
};
struct ModelPage {
  std::vector<ListedModel> models;
  std::string next_target;  // empty = last page
};
std::string ModelListTarget(const Endpoint& endpoint);
// Reads one page by the endpoint's family; compatible servers' bare arrays too. kProtocol when it is no model list.
absl::StatusOr<ModelPage> ParseModelList(const Endpoint& endpoint, std::string_view body);

}  // namespace ag::upstream
