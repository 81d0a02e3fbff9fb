#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

#include "gatewayd/base/redaction.h"
#include "gatewayd/upstream/error_facts.h"
#include "gatewayd/upstream/provider.h"

namespace ag::upstream {
namespace {

constexpr std::chrono::hours kLongWindow{1};

// An error of another family than the account's: Vertex hands Anthropic's on, compatible servers answer in either form.
Family FamilyOfBody(Family family, const ErrorFacts& facts) {
  if (!facts.status.empty()) return Family::kGemini;
  if (family == Family::kGemini && facts.has_error && !facts.type.empty()) return Family::kAnthropic;
  if (family == Family::kAnthropic && facts.json && facts.has_error && !facts.enveloped && facts.type.empty()) {
    return Family::kOpenAi;
  }
  return family;
}

ErrorDetail ClassifyByDialect(Family family, const ErrorFacts& facts) {
  family = FamilyOfBody(family, facts);
  if (family == Family::kGemini) return ClassifyGemini(facts);
  if (const auto compatible = ClassifyCompatible(facts)) return *compatible;
  return family == Family::kAnthropic ? ClassifyAnthropic(facts) : ClassifyOpenAi(facts);
}

ErrorDetail ClassifyFacts(Family family, const ErrorFacts& facts, WallTime now) {
  ErrorDetail detail = ClassifyByDialect(family, facts);
  // "Verify your account and try again in 10 minutes": temporary, though no header says so.
  if (detail.kind == ErrorKind::kAccountForbidden && !detail.retry_after) {
    detail.retry_after = WaitInText(facts.message);
  }
  if (detail.kind == ErrorKind::kRateMinute || detail.kind == ErrorKind::kQuotaDay) {
    if (facts.wait) detail.retry_after = facts.wait;
    if (facts.reset && *facts.reset > now) detail.retry_after = *facts.reset - now;
  }
  detail.http_status = facts.http_status;
  detail.provider_code = !facts.code.empty()     ? facts.code
                         : !facts.reason.empty() ? facts.reason
                         : !facts.status.empty() ? facts.status
                                                 : facts.type;
  detail.provider_text = Redacted(facts.message);
  detail.param = facts.param;
  return detail;
}

// A "per minute" limit that asks for hours is a long window, whatever it is called (subscription limits of five hours).
void WidenWindow(ErrorDetail& detail) {
  if (detail.kind == ErrorKind::kRateMinute && detail.retry_after && *detail.retry_after >= kLongWindow) {
    detail.kind = ErrorKind::kQuotaDay;
  }
}

}  // namespace

bool ClosesAccount(const ErrorDetail& error) {
  // OpenAI's error codes guide; google/api/error_reason.proto.
  constexpr std::array<std::string_view, 3> kCodes{"account_deactivated", "organization_deactivated",
                                                   "CONSUMER_SUSPENDED"};
  return error.kind == ErrorKind::kAccountForbidden &&
         std::find(kCodes.begin(), kCodes.end(), error.provider_code) != kCodes.end();
}

ErrorDetail MakeDetail(ErrorKind kind, ErrorScope scope) {
  ErrorDetail detail;
  detail.kind = kind;
  detail.scope = scope;
  return detail;
}

ErrorDetail ClassifyByStatus(const ErrorFacts& facts) {
  const int status = facts.Status();
  // Not the API but something before it answered: nothing that another account would change.
  const auto edge_or = [&](ErrorScope scope) { return facts.json ? scope : ErrorScope::kProvider; };
  switch (status) {
    case 401:
      return MakeDetail(ErrorKind::kAccountAuth, ErrorScope::kAccount);
    case 402:
      return MakeDetail(ErrorKind::kBilling, ErrorScope::kAccount);
    case 403:
      return MakeDetail(ErrorKind::kAccountForbidden, edge_or(ErrorScope::kAccount));
    case 451:
      return MakeDetail(ErrorKind::kAccountForbidden, ErrorScope::kProvider);
    case 413:
      return MakeDetail(ErrorKind::kBodyTooLarge, ErrorScope::kRequest);
    case 429:
      return MakeDetail(ErrorKind::kRateMinute, edge_or(ErrorScope::kAccount));
    case 503:
    case 529:
      return MakeDetail(ErrorKind::kOverloaded, ErrorScope::kProvider);
    case 408:
    case 499:
    case 504:
    case 524:
      // Too slow for this request; says nothing about the next one.
      return MakeDetail(ErrorKind::kUpstreamServer, ErrorScope::kRequest);
    case 424:
      // A server that this one had asked for this request (Groq, Azure: remote tools).
      return MakeDetail(ErrorKind::kUpstreamServer, ErrorScope::kRequest);
    case 501:
      return MakeDetail(ErrorKind::kUnsupported, ErrorScope::kRequest);
    default:
      break;
  }
  if (status >= 500) return MakeDetail(ErrorKind::kUpstreamServer, ErrorScope::kProvider);
  if (status >= 400) return MakeDetail(ErrorKind::kInvalidRequest, ErrorScope::kRequest);
  // A redirect: its base URL is not the API's. None is followed, the credential would go along.
  if (facts.http_status >= 300) return MakeDetail(ErrorKind::kProtocol, ErrorScope::kAccount);
  // An error without a status is an event inside a stream; a "success" without an error in it is no reply of the API.
  const auto kind = facts.has_error ? ErrorKind::kUpstreamServer : ErrorKind::kProtocol;
  return MakeDetail(kind, ErrorScope::kProvider);
}

ErrorDetail Classify(Family family, int status, const http::Headers& headers, std::string_view head_of_body,
                     WallTime now) {
  auto detail = ClassifyFacts(family, ReadError(status, head_of_body), now);
  const bool rate = detail.kind == ErrorKind::kRateMinute || detail.kind == ErrorKind::kQuotaDay;
  // A wait of nothing is no answer where another word of the reply says more.
  const auto no_wait = [&detail] { return !detail.retry_after || detail.retry_after->count() == 0; };
  const auto in_body = std::exchange(detail.retry_after, RetryAfter(headers, now));
  if (no_wait() && in_body) detail.retry_after = in_body;
  if (no_wait() && rate) {
    if (const auto reset = ExhaustedBucketReset(family, headers, now)) detail.retry_after = reset;
  }
  WidenWindow(detail);
  return detail;
}

ErrorDetail ClassifyStreamError(Family family, std::string_view error_json, WallTime now) {
  auto detail = ClassifyFacts(family, ReadError(0, error_json), now);
  WidenWindow(detail);
  return detail;
}

}  // namespace ag::upstream
