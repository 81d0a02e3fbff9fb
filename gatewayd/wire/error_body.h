#pragma once

#include <absl/status/status.h>

#include <string>
#include <string_view>

#include "gatewayd/base/dialect.h"

namespace ag::wire {

// An error as the client's API documents it. The one place where our errors become HTTP (with grpc_status.cc for the
// control service). Shapes:
//   OpenAI     {"error":{"message","type","param","code"}} https://platform.openai.com/docs/guides/error-codes
//   Anthropic  {"type":"error","error":{"type","message"},"request_id"}   https://docs.claude.com/en/api/errors
//   Gemini     {"error":{"code","message","status","details"?}} https://ai.google.dev/gemini-api/docs/troubleshooting
struct HttpError {
  int status = 500;
  std::string body;               // application/json
  int retry_after_s = 0;          // 0 = no header
  bool should_not_retry = false;  // sends x-should-retry: false, which SDKs heed
};
HttpError EncodeError(const absl::Status& error, Family family, std::string_view request_id);

// A refusal of Anthropic message threads that makes the SDK fall back to full history (CLIENTS rule 3).
HttpError ThreadRefusal(std::string_view request_id);

}  // namespace ag::wire
