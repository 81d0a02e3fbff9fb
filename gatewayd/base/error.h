#pragma once

#include <absl/status/status.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ag {

// Answers "is it the account, the rate limit, the capacity, my request or the network?". Code branches on this and
// never on a message. The order is part of the stored format of the request log: append only.
enum class ErrorKind : std::uint8_t {
  kInternal,        // a bug of ours
  kInvalidRequest,  // the provider or we refuse the request as it is written
  kContextTooLong,  // the prompt does not fit the model
  kModelNotFound,   // nobody serves this model
  kUnsupported,     // valid for the client's dialect, but not expressible on the chosen upstream
  kBodyTooLarge,
  kClientAuth,        // the gateway's own key is missing or wrong
  kOriginRefused,     // a foreign web page, or a Host that is not ours
  kClientBudget,      // the client key's own limit
  kNoAccount,         // no account could serve it (none, or all disabled)
  kAccountAuth,       // the provider refused the account's credential
  kAccountForbidden,  // the credential is good, the account may not do this
  kRateMinute,        // a short-window rate limit
  kQuotaDay,          // a long-window quota
  kBilling,           // credit, spend limit: waiting does not heal it
  kOverloaded,        // the provider's capacity (529, 503, "overloaded")
  kUpstreamServer,    // other 5xx
  kDns,
  kConnect,
  kTls,
  kEgress,       // the user's own outgoing proxy failed
  kHeadTimeout,  // no response head in time: may have been billed, never retried
  kIdleTimeout,  // bytes stopped coming
  kProtocol,     // the reply is not what its protocol says
  kStreamCut,    // the stream ended before its terminal event
  kContentFilter,
  kStateRejected,  // signature or encrypted reasoning refused
  kClientLeft,
  kShuttingDown,
};
inline constexpr int kErrorKindCount = 29;

// What the failure tells about: this request only; this account with this model; all models of the account; or the
// provider as a whole (not the account's doing).
enum class ErrorScope : std::uint8_t { kRequest, kModel, kAccount, kProvider };

struct ErrorDetail {
  ErrorKind kind = ErrorKind::kInternal;
  ErrorScope scope = ErrorScope::kRequest;
  int http_status = 0;                                   // as the provider sent it, or would; 0 = none
  std::optional<std::chrono::milliseconds> retry_after;  // as stated by the provider, not capped
  std::string provider_code;                             // e.g. "insufficient_quota", "RESOURCE_EXHAUSTED"
  std::string provider_text;                             // the provider's own message
  std::string param;                                     // the request field at fault, as its dialect writes it

  friend bool operator==(const ErrorDetail&, const ErrorDetail&) = default;
};

std::string_view NameOf(ErrorKind kind);    // "rate_minute", …: stable
std::string_view NameOf(ErrorScope scope);  // "request", …: stable
std::optional<ErrorKind> ErrorKindFromName(std::string_view name);
std::optional<ErrorScope> ErrorScopeFromName(std::string_view name);

// A status that carries `detail` as its one payload. `message` is for the reader: what failed, on what, what to do.
absl::Status MakeError(ErrorDetail detail, std::string_view message);
absl::Status MakeError(ErrorKind kind, std::string_view message);
// An InvalidRequest or Unsupported that names the field.
absl::Status FieldError(ErrorKind kind, std::string_view param, std::string_view message);

// The detail of a failed status; a status of foreign origin becomes kInternal. Must not be called on OK.
ErrorDetail DetailOf(const absl::Status& status);
ErrorKind KindOf(const absl::Status& status);

}  // namespace ag
