#include "gatewayd/proxy/access.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "gatewayd/base/error.h"

namespace ag::proxy {
namespace {

bool NeedsKey(auth::AuthMode mode, EndpointMatch::Kind kind) {
  using Kind = EndpointMatch::Kind;
  switch (mode) {
    case auth::AuthMode::kOff:
    case auth::AuthMode::kAuto:
      return false;
    case auth::AuthMode::kStrict:
      return true;
    case auth::AuthMode::kAllExceptHealth:
      return kind != Kind::kHealth && kind != Kind::kHello;
  }
  return true;
}

bool AnnouncesKey(std::string_view requested_headers) {
  std::string lower(requested_headers);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower.find("authorization") != std::string::npos || lower.find("x-api-key") != std::string::npos ||
         lower.find("x-goog-api-key") != std::string::npos;
}

}  // namespace

Access CheckAccess(const ProxyState& state, const http::Request& request, EndpointMatch::Kind kind, WallTime now) {
  Access access;
  std::string decoded;
  const std::string_view presented = auth::PresentedKey(request.headers, request.query, decoded);
  const auth::KeyCheck key = presented.empty() ? auth::KeyCheck() : auth::CheckKey(state.keys, presented);
  auth::GuardInput input;
  input.headers = request.headers;
  input.local_address = request.local_address;
  input.http10 = request.http10;
  input.has_valid_key = key.valid;
  if (key.further) access.client_key = state.key_ring->keys[*key.further];
  access.verdict = auth::CheckOrigin(state.origins, input);
  if (!access.verdict.ok()) return access;
  access.cors_origin = request.headers.Find("origin");
  if (access.client_key != nullptr) {
    access.verdict = keys::CheckUsable(access.client_key->key, now);
    if (!access.verdict.ok()) return access;
  }
  if (key.valid || !NeedsKey(state.auth_mode, kind)) return access;
  access.verdict = MakeError(
      ErrorKind::kClientAuth,
      presented.empty()
          ? "This gateway needs its key: send it as 'Authorization: Bearer sk-…' (agctl config get api_key shows it)."
          : "The key sent is not this gateway's key (agctl config get api_key shows the right one).");
  return access;
}

Preflight AnswerPreflight(const ProxyState& state, const http::Request& request) {
  Preflight answer;
  const std::string_view wanted = request.headers.Find("access-control-request-headers");
  auth::GuardInput input;
  input.headers = request.headers;
  input.local_address = request.local_address;
  input.http10 = request.http10;
  std::string decoded;
  const std::string_view presented = auth::PresentedKey(request.headers, request.query, decoded);
  input.has_valid_key = AnnouncesKey(wanted) || auth::CheckKey(state.keys, presented).valid;
  answer.verdict = auth::CheckOrigin(state.origins, input);
  const std::string_view origin = request.headers.Find("origin");
  if (!answer.verdict.ok() || origin.empty()) return answer;
  answer.headers.push_back({"Access-Control-Allow-Origin", origin});
  answer.headers.push_back({"Access-Control-Allow-Methods", "GET, POST, DELETE, OPTIONS"});
  if (!wanted.empty()) answer.headers.push_back({"Access-Control-Allow-Headers", wanted});
  if (request.headers.Has("access-control-request-private-network")) {
    answer.headers.push_back({"Access-Control-Allow-Private-Network", "true"});
  }
  if (request.headers.Has("access-control-request-local-network")) {
    answer.headers.push_back({"Access-Control-Allow-Local-Network", "true"});
  }
  answer.headers.push_back({"Access-Control-Max-Age", "600"});
  answer.headers.push_back({"Vary", "Origin, Access-Control-Request-Headers"});
  return answer;
}

void AppendCors(std::string_view cors_origin, http::HeaderList& headers) {
  if (cors_origin.empty()) return;
  headers.Add("Access-Control-Allow-Origin", cors_origin);
  headers.Add("Access-Control-Expose-Headers", "x-request-id, request-id, x-ag-request-id, x-ag-attempts, retry-after");
  headers.Add("Vary", "Origin");
}

}  // namespace ag::proxy
