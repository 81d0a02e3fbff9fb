#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gatewayd/base/clock.h"
#include "gatewayd/base/dialect.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/ids.h"
#include "gatewayd/base/loss.h"
#include "gatewayd/base/reason.h"
#include "gatewayd/base/stop_reason.h"
#include "gatewayd/base/usage.h"

namespace ag::telemetry {

// One try on one account.
struct AttemptRecord {
  AccountId account;
  std::string account_label;
  std::string model;                 // upstream name
  Dialect dialect = Dialect::kChat;  // upstream
  int status = 0;                    // 0 = no reply
  std::optional<ErrorDetail> error;
  std::chrono::microseconds started{0};  // since the request came
  std::chrono::microseconds head{-1};    // head received; -1 = never
  std::chrono::microseconds duration{0};
  std::chrono::microseconds connect{0};
  bool reused_connection = false;
  Reason chosen;  // why this account
};

// Everything that is said of one request, failed and refused ones too. Filled by the relay on its shard, then moved to
// the recorder. No prompt, no answer, no secret.
struct RequestRecord {
  RequestId id;
  std::string trace_id;  // 32 hex digits
  WallTime started{};
  Dialect dialect = Dialect::kChat;
  Operation operation = Operation::kOther;
  std::string method;
  std::string path;   // without query
  std::string model;  // as asked
  std::string user_agent;
  ClientKeyId client_key;
  bool stream = false;
  bool translated = false;
  int status = 0;  // what the client got; 0 = it left before
  std::optional<ErrorDetail> error;
  std::string error_text;  // our sentence
  Reason routing;
  std::vector<AttemptRecord> attempts;
  Usage usage;
  StopReason stop_reason = StopReason::kUnknown;
  std::vector<Loss> losses;
  std::chrono::microseconds first_byte{-1};  // to the client
  std::chrono::microseconds duration{0};
  std::chrono::microseconds upstream{0};  // spent waiting for the provider
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
};

}  // namespace ag::telemetry
