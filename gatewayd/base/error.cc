#include "gatewayd/base/error.h"

#include <absl/strings/cord.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <utility>

#include "gatewayd/base/strings.h"

namespace ag {
namespace {

constexpr std::string_view kPayloadUrl = "ag.gateway/ErrorDetail";

constexpr std::array<std::string_view, kErrorKindCount> kKinds{"internal",         "invalid_request",
                                                               "context_too_long", "model_not_found",
                                                               "unsupported",      "body_too_large",
                                                               "client_auth",      "origin_refused",
                                                               "client_budget",    "no_account",
                                                               "account_auth",     "account_forbidden",
                                                               "rate_minute",      "quota_day",
                                                               "billing",          "overloaded",
                                                               "upstream_server",  "dns",
                                                               "connect",          "tls",
                                                               "egress",           "head_timeout",
                                                               "idle_timeout",     "protocol",
                                                               "stream_cut",       "content_filter",
                                                               "state_rejected",   "client_left",
                                                               "shutting_down"};
constexpr std::array<std::string_view, 4> kScopes{"request", "model", "account", "provider"};

absl::StatusCode CodeOf(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalidRequest:
    case ErrorKind::kContextTooLong:
    case ErrorKind::kContentFilter:
    case ErrorKind::kStateRejected:
      return absl::StatusCode::kInvalidArgument;
    case ErrorKind::kModelNotFound:
    case ErrorKind::kNoAccount:
      return absl::StatusCode::kNotFound;
    case ErrorKind::kUnsupported:
      return absl::StatusCode::kUnimplemented;
    case ErrorKind::kBodyTooLarge:
      return absl::StatusCode::kOutOfRange;
    case ErrorKind::kClientAuth:
    case ErrorKind::kAccountAuth:
      return absl::StatusCode::kUnauthenticated;
    case ErrorKind::kOriginRefused:
    case ErrorKind::kAccountForbidden:
      return absl::StatusCode::kPermissionDenied;
    case ErrorKind::kClientBudget:
    case ErrorKind::kRateMinute:
    case ErrorKind::kQuotaDay:
    case ErrorKind::kBilling:
      return absl::StatusCode::kResourceExhausted;
    case ErrorKind::kOverloaded:
    case ErrorKind::kUpstreamServer:
    case ErrorKind::kDns:
    case ErrorKind::kConnect:
    case ErrorKind::kTls:
    case ErrorKind::kEgress:
    case ErrorKind::kShuttingDown:
      return absl::StatusCode::kUnavailable;
    case ErrorKind::kHeadTimeout:
    case ErrorKind::kIdleTimeout:
      return absl::StatusCode::kDeadlineExceeded;
    case ErrorKind::kProtocol:
    case ErrorKind::kStreamCut:
      return absl::StatusCode::kDataLoss;
    case ErrorKind::kClientLeft:
      return absl::StatusCode::kCancelled;
    case ErrorKind::kInternal:
      return absl::StatusCode::kInternal;
  }
  return absl::StatusCode::kInternal;
}

void PutText(std::string& out, const std::string& text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  char bytes[sizeof size];
  std::memcpy(bytes, &size, sizeof size);
  out.append(bytes, sizeof size).append(text);
}

bool TakeText(std::string_view& in, std::string& text) {
  std::uint32_t size = 0;
  if (in.size() < sizeof size) return false;
  std::memcpy(&size, in.data(), sizeof size);
  in.remove_prefix(sizeof size);
  if (in.size() < size) return false;
  text.assign(in.substr(0, size));
  in.remove_prefix(size);
  return true;
}

// In-process only, so host byte order; retry_after travels as a number where -1 means none.
struct Fixed {
  ErrorKind kind;
  ErrorScope scope;
  int http_status;
  std::int64_t retry_after_ms;
};

}  // namespace

std::string_view NameOf(ErrorKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }
std::string_view NameOf(ErrorScope scope) { return kScopes[static_cast<std::size_t>(scope)]; }

std::optional<ErrorKind> ErrorKindFromName(std::string_view name) {
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    if (kKinds[i] == name) return static_cast<ErrorKind>(i);
  }
  return std::nullopt;
}

std::optional<ErrorScope> ErrorScopeFromName(std::string_view name) {
  for (std::size_t i = 0; i < kScopes.size(); ++i) {
    if (kScopes[i] == name) return static_cast<ErrorScope>(i);
  }
  return std::nullopt;
}

absl::Status MakeError(ErrorDetail detail, std::string_view message) {
  absl::Status status(CodeOf(detail.kind), ToAbsl(message));
  Fixed fixed{};
  fixed.kind = detail.kind;
  fixed.scope = detail.scope;
  fixed.http_status = detail.http_status;
  fixed.retry_after_ms = detail.retry_after ? detail.retry_after->count() : -1;
  std::string payload(sizeof fixed, '\0');
  std::memcpy(payload.data(), &fixed, sizeof fixed);
  PutText(payload, detail.provider_code);
  PutText(payload, detail.provider_text);
  PutText(payload, detail.param);
  status.SetPayload(ToAbsl(kPayloadUrl), absl::Cord(std::move(payload)));
  return status;
}

absl::Status MakeError(ErrorKind kind, std::string_view message) {
  ErrorDetail detail;
  detail.kind = kind;
  return MakeError(std::move(detail), message);
}

absl::Status FieldError(ErrorKind kind, std::string_view param, std::string_view message) {
  ErrorDetail detail;
  detail.kind = kind;
  detail.param = std::string(param);
  return MakeError(std::move(detail), message);
}

ErrorDetail DetailOf(const absl::Status& status) {
  ErrorDetail detail;
  const auto payload = status.GetPayload(ToAbsl(kPayloadUrl));
  if (!payload) return detail;
  const std::string bytes(*payload);
  std::string_view in = bytes;
  Fixed fixed{};
  if (in.size() < sizeof fixed) return detail;
  std::memcpy(&fixed, in.data(), sizeof fixed);
  in.remove_prefix(sizeof fixed);
  detail.kind = fixed.kind;
  detail.scope = fixed.scope;
  detail.http_status = fixed.http_status;
  if (fixed.retry_after_ms >= 0) detail.retry_after = std::chrono::milliseconds(fixed.retry_after_ms);
  if (!TakeText(in, detail.provider_code) || !TakeText(in, detail.provider_text)) return detail;
  TakeText(in, detail.param);
  return detail;
}

ErrorKind KindOf(const absl::Status& status) { return DetailOf(status).kind; }

}  // namespace ag
