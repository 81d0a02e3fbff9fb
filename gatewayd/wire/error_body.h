#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "gatewayd/base/dialect.h"
#include "gatewayd/base/error.h"

// Errors as the client's API documents them. The one place where our errors become HTTP (with grpc_status.cc for the
// control service): what every dialect shares is here, the shapes are in the dialects' folders.
namespace ag::wire {

struct HttpError {
  int status = 500;
  std::string body;               // application/json
  int retry_after_s = 0;          // 0 = no header
  bool should_not_retry = false;  // sends x-should-retry: false, which SDKs heed
};
HttpError EncodeError(const absl::Status& error, Family family, std::string_view request_id);

// The event that ends an SSE stream of the dialect with a failure, and what its grammar wants after it. `sequence` is
// the event's number where the dialect numbers its events.
std::string EncodeStreamError(const absl::Status& error, Dialect dialect, std::string_view request_id,
                              std::int64_t sequence = 0);

// What a waiting client of the dialect ignores: a ping event, an SSE comment; empty where it knows nothing of the kind.
std::string_view KeepAliveEvent(Dialect dialect);

// How a dialect writes an error. `out.status` is what HTTP makes of the failure, and may be replaced; `message` is for
// the reader and quotes the provider.
using EncodeErrorFn = void (*)(const ErrorDetail& detail, std::string_view message, std::string_view request_id,
                               HttpError& out);
using EncodeStreamErrorFn = std::string (*)(const absl::Status& error, std::string_view request_id,
                                            std::int64_t sequence);

}  // namespace ag::wire
