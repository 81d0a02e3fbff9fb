#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gatewayd/base/clock.h"
#include "gatewayd/base/dialect.h"
#include "gatewayd/base/error.h"
#include "gatewayd/http/message.h"

namespace ag::upstream {

// What a failed reply says, whatever the envelope: the common ground of the three classifiers. Texts are copies.
struct ErrorFacts {
  int http_status = 0;    // 0 for an error event inside a stream
  bool json = false;      // the body was JSON; false: an edge's HTML page, an empty or a cut body
  bool enveloped = true;  // Anthropic's top-level "type": "error" was there; its edge leaves it out
  bool has_error = false;
  std::string type;  // OpenAI, Anthropic
  std::string code;  // OpenAI's code, Anthropic's details.error_code
  int number = 0;    // a numeric error.code
  std::string message;
  std::string param;
  std::optional<WallTime> reset;                  // when a limit is over (OpenRouter's metadata.headers)
  std::optional<std::chrono::milliseconds> wait;  // until it is (resets_in_seconds of ChatGPT's backend)

  // OpenRouter's error.metadata.
  bool flagged = false;      // `reasons`: its moderation has refused the input
  bool passed_on = false;    // `provider_name`: a provider behind it has said so
  std::string limit_source;  // which of its own limits

  // google.rpc details (google/rpc/error_details.proto).
  std::string status;  // "RESOURCE_EXHAUSTED"
  std::string reason;  // ErrorInfo.reason
  std::string retry_delay;
  std::string quota_reset_delay;  // ErrorInfo.metadata of a quota that is used up
  struct Violation {
    std::string quota_id;
    std::string quota_value;
  };
  std::vector<Violation> violations;

  // The status that rules apply to: HTTP's own, else the number inside the body.
  int Status() const { return http_status >= 400 ? http_status : number; }
  bool Says(std::string_view part) const;  // in the message, without regard to case
};

// Understands the three families' envelopes, compatible servers' variants, Google's array wrapping, SSE frames around
// JSON, and an error of another family as a string inside a Google error.
ErrorFacts ReadError(int http_status, std::string_view body);

// Kind and scope of `facts`; the wait that `facts` themselves state goes to `retry_after`.
ErrorDetail ClassifyOpenAi(const ErrorFacts& facts);
ErrorDetail ClassifyAnthropic(const ErrorFacts& facts);
ErrorDetail ClassifyGemini(const ErrorFacts& facts);
// By what compatible servers say in words of their own, in either of the first two dialects; none = nothing of that.
std::optional<ErrorDetail> ClassifyCompatible(const ErrorFacts& facts);
// By status alone (RFC 9110, and the edges' 520–530): the last resort of the three.
ErrorDetail ClassifyByStatus(const ErrorFacts& facts);

ErrorDetail MakeDetail(ErrorKind kind, ErrorScope scope);

// The wait that the text states, if it does: "Please try again in 1m26.4s" (OpenAI), "Please retry in 34.07s", "will
// reset after 5h59m59s" (Gemini), "try again in 10 minutes", "Please retry after 6 seconds" (Azure).
std::optional<std::chrono::milliseconds> WaitInText(std::string_view text);

// When the bucket that is used up is full again, counted from the reply's own Date: for replies without Retry-After.
std::optional<std::chrono::milliseconds> ExhaustedBucketReset(Family family, const http::Headers& headers,
                                                              WallTime now);

// An HTTP date (RFC 9110 section 5.6.7) or an RFC 3339 time.
std::optional<WallTime> ParseHttpDate(std::string_view text);
std::optional<WallTime> ParseRfc3339(std::string_view text);

}  // namespace ag::upstream
