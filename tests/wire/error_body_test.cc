#include "gatewayd/wire/error_body.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/error.h"
#include "gatewayd/base/json.h"

namespace ag::wire {
namespace {

absl::Status Failure(ErrorKind kind, int http_status = 0) {
  ErrorDetail detail;
  detail.kind = kind;
  detail.http_status = http_status;
  return MakeError(detail, "what failed");
}

int StatusFor(ErrorKind kind, Family family, int http_status = 0) {
  return EncodeError(Failure(kind, http_status), family, "req_1").status;
}

TEST(ErrorBody, WritesTheShapeOfEachFamily) {
  const auto error = FieldError(ErrorKind::kInvalidRequest, "top_k", "top_k: must be an integer");
  EXPECT_EQ(EncodeError(error, Family::kOpenAi, "req_1").body,
            R"({"error":{"message":"top_k: must be an integer","type":"invalid_request_error","param":"top_k",)"
            R"("code":null}})");
  EXPECT_EQ(EncodeError(error, Family::kAnthropic, "req_1").body,
            R"({"type":"error","error":{"type":"invalid_request_error","message":"top_k: must be an integer"},)"
            R"("request_id":"req_1"})");
  EXPECT_EQ(EncodeError(error, Family::kGemini, "req_1").body,
            R"({"error":{"code":400,"message":"top_k: must be an integer","status":"INVALID_ARGUMENT","details":[)"
            R"({"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"top_k",)"
            R"("description":"top_k: must be an integer"}]}]}})");
}

TEST(ErrorBody, NeverBlamesTheClientsKeyForAnAccount) {
  ErrorDetail detail;
  detail.kind = ErrorKind::kAccountAuth;
  detail.http_status = 401;
  detail.provider_text = "Incorrect API key provided";
  for (const auto family : {Family::kOpenAi, Family::kAnthropic, Family::kGemini}) {
    const auto error = EncodeError(MakeError(detail, "account work was refused"), family, "req_1");
    EXPECT_EQ(error.status, 502);
    EXPECT_TRUE(error.should_not_retry);
    EXPECT_NE(error.body.find("account work was refused: the provider said: Incorrect API key"), std::string::npos);
    EXPECT_EQ(StatusFor(ErrorKind::kAccountForbidden, family, 403), 502);
    EXPECT_EQ(StatusFor(ErrorKind::kInvalidRequest, family, 401), 400);
    EXPECT_EQ(StatusFor(ErrorKind::kClientAuth, family), 401);
  }
}

TEST(ErrorBody, MapsKindsToTheDocumentedStatus) {
  EXPECT_EQ(StatusFor(ErrorKind::kOverloaded, Family::kAnthropic), 529);
  EXPECT_EQ(StatusFor(ErrorKind::kOverloaded, Family::kOpenAi), 503);
  EXPECT_EQ(StatusFor(ErrorKind::kOverloaded, Family::kGemini), 503);
  EXPECT_EQ(StatusFor(ErrorKind::kNoAccount, Family::kOpenAi), 404);
  EXPECT_EQ(StatusFor(ErrorKind::kModelNotFound, Family::kGemini), 404);
  EXPECT_EQ(StatusFor(ErrorKind::kContextTooLong, Family::kGemini, 413), 400);
  EXPECT_EQ(StatusFor(ErrorKind::kOriginRefused, Family::kOpenAi), 403);
  EXPECT_EQ(StatusFor(ErrorKind::kBodyTooLarge, Family::kAnthropic), 413);
  EXPECT_EQ(StatusFor(ErrorKind::kClientBudget, Family::kOpenAi), 429);
  EXPECT_EQ(StatusFor(ErrorKind::kHeadTimeout, Family::kOpenAi), 504);
  EXPECT_EQ(StatusFor(ErrorKind::kUpstreamServer, Family::kOpenAi), 502);
  EXPECT_EQ(StatusFor(ErrorKind::kUpstreamServer, Family::kOpenAi, 500), 500);
  EXPECT_EQ(StatusFor(ErrorKind::kTls, Family::kOpenAi), 502);
  EXPECT_EQ(StatusFor(ErrorKind::kInvalidRequest, Family::kOpenAi, 415), 415);
  EXPECT_EQ(StatusFor(ErrorKind::kInvalidRequest, Family::kAnthropic, 404), 404);
  EXPECT_EQ(StatusFor(ErrorKind::kShuttingDown, Family::kAnthropic), 503);
  EXPECT_EQ(EncodeError(absl::InternalError("x"), Family::kGemini, "").status, 500);
}

TEST(ErrorBody, CarriesTheWaitInWholeSecondsRoundedUp) {
  ErrorDetail detail;
  detail.kind = ErrorKind::kRateMinute;
  detail.retry_after = std::chrono::milliseconds(13'262'001);
  const auto error = EncodeError(MakeError(detail, "slow down"), Family::kGemini, "req_1");
  EXPECT_EQ(error.status, 429);
  EXPECT_EQ(error.retry_after_s, 13'263);
  EXPECT_NE(error.body.find(R"("retryDelay":"13263s")"), std::string::npos);
  EXPECT_NE(error.body.find("RESOURCE_EXHAUSTED"), std::string::npos);
}

TEST(ErrorBody, SaysContextTooLongAsEachClientRecognisesIt) {
  const auto error = Failure(ErrorKind::kContextTooLong);
  EXPECT_NE(EncodeError(error, Family::kOpenAi, "").body.find(R"("code":"context_length_exceeded")"),
            std::string::npos);
  EXPECT_NE(EncodeError(error, Family::kAnthropic, "").body.find(R"("message":"prompt is too long: what failed")"),
            std::string::npos);
}

TEST(ErrorBody, KeepsForeignCodesOutOfOpenAiErrors) {
  ErrorDetail detail;
  detail.kind = ErrorKind::kInvalidRequest;
  detail.provider_code = "INVALID_ARGUMENT";
  EXPECT_NE(EncodeError(MakeError(detail, "x"), Family::kOpenAi, "").body.find(R"("code":null)"), std::string::npos);
  detail.provider_code = "invalid_value";
  EXPECT_NE(EncodeError(MakeError(detail, "x"), Family::kOpenAi, "").body.find(R"("code":"invalid_value")"),
            std::string::npos);
}

TEST(ErrorBody, IsGoodJsonForEveryKindAndFamily) {
  for (int kind = 0; kind < kErrorKindCount; ++kind) {
    for (const auto family : {Family::kOpenAi, Family::kAnthropic, Family::kGemini}) {
      const auto error = EncodeError(Failure(static_cast<ErrorKind>(kind)), family, "req\"1");
      Arena arena;
      EXPECT_TRUE(json::Parse(error.body, arena).ok()) << error.body;
      EXPECT_GE(error.status, 400);
    }
  }
}

TEST(ErrorBody, RefusesThreadsSoThatTheSdkFallsBack) {
  const auto refusal = FieldError(ErrorKind::kUnsupported, "thread", "no threads here");
  const auto error = EncodeError(refusal, Family::kAnthropic, "req_1");
  EXPECT_EQ(error.status, 400);
  Arena arena;
  const auto value = json::Parse(error.body, arena);
  ASSERT_TRUE(value.ok());
  const auto* details = (*value)->Find("error")->Find("details");
  EXPECT_EQ(details->Find("error_code")->str(), "thread_unsupported_request");
  EXPECT_EQ(details->Find("unsupported")->items()[0].str(), "thread");
}

}  // namespace
}  // namespace ag::wire
