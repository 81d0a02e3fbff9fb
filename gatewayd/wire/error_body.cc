#include "gatewayd/wire/error_body.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "gatewayd/base/strings.h"
#include "gatewayd/wire/registry.h"

namespace ag::wire {
namespace {

// The status of a failure that the provider may have put better than we can.
int ProviderStatusOr(const ErrorDetail& detail, int hundred, int fallback) {
  return detail.http_status / 100 == hundred ? detail.http_status : fallback;
}

// The request's own fault. A provider's 401 or 403 stays out: it would tell the client that its own key is wrong.
int RequestStatus(const ErrorDetail& detail) {
  const int status = ProviderStatusOr(detail, 4, 400);
  return status == 401 || status == 403 ? 400 : status;
}

// Where no dialect has a status of its own for it.
int StatusOf(const ErrorDetail& detail) {
  switch (detail.kind) {
    case ErrorKind::kInvalidRequest:
    case ErrorKind::kStateRejected:
      return RequestStatus(detail);
    case ErrorKind::kContextTooLong:
    case ErrorKind::kUnsupported:
    case ErrorKind::kContentFilter:
      return 400;
    case ErrorKind::kModelNotFound:
    case ErrorKind::kNoAccount:
      return 404;
    case ErrorKind::kBodyTooLarge:
      return 413;
    case ErrorKind::kClientAuth:
      return 401;
    case ErrorKind::kOriginRefused:
      return 403;
    case ErrorKind::kBilling:
    case ErrorKind::kClientBudget:
    case ErrorKind::kRateMinute:
    case ErrorKind::kQuotaDay:
      return 429;
    case ErrorKind::kOverloaded:
    case ErrorKind::kShuttingDown:
      return 503;
    case ErrorKind::kHeadTimeout:
    case ErrorKind::kIdleTimeout:
      return 504;
    case ErrorKind::kAccountAuth:
    case ErrorKind::kAccountForbidden:
    case ErrorKind::kDns:
    case ErrorKind::kConnect:
    case ErrorKind::kTls:
    case ErrorKind::kEgress:
      return 502;
    case ErrorKind::kUpstreamServer:
    case ErrorKind::kProtocol:
    case ErrorKind::kStreamCut:
      return ProviderStatusOr(detail, 5, 502);
    case ErrorKind::kClientLeft:
      return 499;
    case ErrorKind::kInternal:
      break;
  }
  return 500;
}

// Our words, and the provider's where ours do not quote them already.
std::string MessageOf(const absl::Status& error, const ErrorDetail& detail) {
  std::string message(ToStd(error.message()));
  if (message.empty()) message = detail.provider_text.empty() ? NameOf(detail.kind) : detail.provider_text;
  if (message.find(detail.provider_text) == std::string::npos) {
    message.append(": the provider said: ").append(detail.provider_text);
  }
  return message;
}

int RetryAfterSeconds(const ErrorDetail& detail) {
  if (!detail.retry_after) return 0;
  const std::int64_t seconds = (detail.retry_after->count() + 999) / 1000;
  return static_cast<int>(std::clamp<std::int64_t>(seconds, 1, 1'000'000'000));
}

// SDKs repeat 429 and 5xx on their own; here that cannot help. A key's budget of a minute is worth waiting for.
bool RetryIsUseless(const ErrorDetail& detail) {
  constexpr std::chrono::minutes kWorthWaiting{1};
  const ErrorKind kind = detail.kind;
  if (kind == ErrorKind::kClientBudget) return !detail.retry_after || *detail.retry_after > kWorthWaiting;
  return kind == ErrorKind::kAccountAuth || kind == ErrorKind::kAccountForbidden || kind == ErrorKind::kBilling;
}

}  // namespace

HttpError EncodeError(const absl::Status& error, Family family, std::string_view request_id) {
  const ErrorDetail detail = DetailOf(error);
  HttpError out;
  out.status = StatusOf(detail);
  out.retry_after_s = RetryAfterSeconds(detail);
  out.should_not_retry = RetryIsUseless(detail);
  CodecOf(family).encode_error(detail, MessageOf(error, detail), request_id, out);
  return out;
}

std::string EncodeStreamError(const absl::Status& error, Dialect dialect, std::string_view request_id,
                              std::int64_t sequence) {
  return CodecOf(dialect).encode_stream_error(error, request_id, sequence);
}

std::string_view KeepAliveEvent(Dialect dialect) { return CodecOf(dialect).keep_alive; }

}  // namespace ag::wire
