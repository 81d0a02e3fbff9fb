#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/clock.h"
#include "gatewayd/base/dialect.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/loss.h"
#include "gatewayd/base/reason.h"
#include "gatewayd/base/stop_reason.h"
#include "gatewayd/base/usage.h"

namespace ag::telemetry {

// A record is made of views and plain values. While the relay fills it, they are views into the request's arena; in a
// RecordPtr, into the memory that the pointer keeps alive.

struct ReasonArg {
  std::string_view name, value;
};
struct ReasonView {
  std::string_view code;  // empty = no reason
  std::span<const ReasonArg> args;
};

struct ErrorView {
  ErrorKind kind = ErrorKind::kInternal;
  ErrorScope scope = ErrorScope::kRequest;
  int http_status = 0;  // as the provider sent it; 0 = none
  std::optional<std::chrono::milliseconds> retry_after;
  std::string_view provider_code, provider_text, param;
};

struct LossView {
  LossClass loss_class = LossClass::kDrop;
  std::string_view field;
  ReasonView reason;
};

// One try on one account.
struct AttemptRecord {
  std::string_view account;  // its id
  std::string_view account_label;
  std::string_view model;                // upstream name
  Dialect dialect = Dialect::kChat;      // upstream
  int status = 0;                        // 0 = no reply
  const ErrorView* error = nullptr;      // null = fine
  std::chrono::microseconds started{0};  // since the request came
  std::chrono::microseconds head{-1};    // head received; -1 = never
  std::chrono::microseconds duration{0};
  std::chrono::microseconds connect{0};
  bool reused_connection = false;
  ReasonView chosen;           // why this account
  std::string_view violation;  // how its stream broke its protocol; static text, empty = it did not
};

// An account that a failed request was not, or no longer, given to.
struct PassedOverView {
  std::string_view account;  // its id
  std::string_view account_label;
  std::string_view model;   // upstream name
  std::string_view reason;  // pool::RejectReason's name, static text; empty = it could have served
  WallTime until{};         // when it is back; the epoch = unknown
};

// Everything that is said of one request, failed and refused ones too. No prompt, no answer, no secret.
struct RequestRecord {
  std::string_view id;        // unique, and sorts by `started`
  std::string_view trace_id;  // 32 hex digits
  WallTime started{};
  Dialect dialect = Dialect::kChat;
  Operation operation = Operation::kOther;
  std::string_view model;  // as asked
  ReasonView routed;       // the route that decided; no code = none did
  std::string_view user_agent;
  std::string_view client_key;  // its id; empty = the primary key or none
  bool stream = false;
  bool translated = false;
  int status = 0;                    // what the client got; 0 = it left before
  const ErrorView* error = nullptr;  // null = fine
  std::string_view error_text;       // our sentence
  std::span<const AttemptRecord> attempts;
  Usage usage;
  std::optional<std::int64_t> cost;  // of `usage`, in billionths of a US dollar; none = no price is known
  StopReason stop_reason = StopReason::kUnknown;
  std::span<const LossView> losses;
  std::span<const PassedOverView> passed_over;  // of a failed request; at most kMaxPassedOver
  std::chrono::microseconds first_byte{-1};     // to the client; -1 = there was none
  std::chrono::microseconds duration{0};
  std::chrono::microseconds upstream{0};  // spent waiting for the provider
};

// shared: between the log's writer and the watchers of the live feed
using RecordPtr = std::shared_ptr<const RequestRecord>;

inline constexpr std::size_t kMaxPassedOver = 32;

// Appends an attempt and returns it; it may be filled until the next one is added.
AttemptRecord& AddAttempt(RequestRecord& record, Arena& arena);

// Copies into `arena`.
const ErrorView* Describe(const ErrorDetail& error, Arena& arena);
ReasonView Describe(const Reason& reason, Arena& arena);
std::span<const LossView> Describe(const std::vector<Loss>& losses, Arena& arena);

}  // namespace ag::telemetry
