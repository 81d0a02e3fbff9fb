#include "gatewayd/proxy/access.h"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gatewayd/base/error.h"

namespace ag::proxy {
namespace {

using auth::AuthMode;
using Kind = EndpointMatch::Kind;
using Fields = std::vector<http::Header>;

constexpr std::string_view kKey = "sk-primary";
constexpr WallTime kNow{std::chrono::days(20'000)};
constexpr std::string_view kForeign = "https://evil.example";
constexpr std::string_view kLocalPage = "http://localhost:3000";

class AccessTest : public testing::Test {
 protected:
  AccessTest() { state_.keys.primary = Secret(std::string(kKey)); }

  http::Request Ask(std::string_view method, Fields fields, std::string_view query) {
    fields_ = std::move(fields);
    fields_.push_back({"Host", "127.0.0.1:8045"});
    http::Request request;
    request.method = method;
    request.path = "/v1/chat/completions";
    request.query = query;
    request.headers = http::Headers(fields_);
    request.local_address = "127.0.0.1";
    return request;
  }
  Access Check(AuthMode mode, Fields fields, std::string_view query = {}, Kind kind = Kind::kApi) {
    state_.auth_mode = mode;
    return CheckAccess(state_, Ask("POST", std::move(fields), query), kind, kNow);
  }
  // The kind of the refusal; none when allowed.
  std::optional<ErrorKind> Refusal(AuthMode mode, Fields fields, std::string_view query = {}, Kind kind = Kind::kApi) {
    const Access access = Check(mode, std::move(fields), query, kind);
    if (access.verdict.ok()) return std::nullopt;
    return KindOf(access.verdict);
  }
  // Makes "abc" the one further key.
  void AddFurther(keys::ClientKey key) {
    key.id = ClientKeyId("laptop");
    key.name = "Laptop";
    // SHA-256 of "abc" (FIPS 180-2, appendix B.1).
    key.sha256_hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    state_.keys.further = {key.sha256_hex};
    auto held = std::make_shared<keys::HeldKey>();
    held->key = std::move(key);
    held->counters = std::make_shared<keys::KeyCounters>();
    auto ring = std::make_shared<keys::KeyRing>();
    ring->keys.push_back(std::move(held));
    state_.key_ring = std::move(ring);
  }
  Preflight AskFirst(Fields fields, std::string_view query = {}) {
    return AnswerPreflight(state_, Ask("OPTIONS", std::move(fields), query));
  }
  static std::string Field(const Preflight& answer, std::string_view name) {
    return std::string(http::Headers(answer.headers).Find(name));
  }

  ProxyState state_;
  Fields fields_;
};

TEST_F(AccessTest, OffServesProgramsWithAnyKeyOrNone) {
  EXPECT_EQ(Refusal(AuthMode::kOff, {}), std::nullopt);
  EXPECT_EQ(Refusal(AuthMode::kOff, {{"Authorization", "Bearer sk-dummy"}}), std::nullopt);
  EXPECT_EQ(Refusal(AuthMode::kOff, {{"x-api-key", "sk-primary"}}), std::nullopt);
}

TEST_F(AccessTest, StrictWantsTheKeyForEverything) {
  for (const Kind kind : {Kind::kApi, Kind::kHealth, Kind::kHello, Kind::kRoot, Kind::kUnknown, Kind::kMethod}) {
    EXPECT_EQ(Refusal(AuthMode::kStrict, {}, {}, kind), ErrorKind::kClientAuth);
    EXPECT_EQ(Refusal(AuthMode::kStrict, {{"x-api-key", kKey}}, {}, kind), std::nullopt);
  }
}

TEST_F(AccessTest, AllExceptHealthLeavesTheChecksOpen) {
  for (const Kind kind : {Kind::kHealth, Kind::kHello}) {
    EXPECT_EQ(Refusal(AuthMode::kAllExceptHealth, {}, {}, kind), std::nullopt);
  }
  for (const Kind kind : {Kind::kApi, Kind::kRoot, Kind::kUnknown, Kind::kMethod, Kind::kWebSocket}) {
    EXPECT_EQ(Refusal(AuthMode::kAllExceptHealth, {}, {}, kind), ErrorKind::kClientAuth);
  }
}

TEST_F(AccessTest, TakesTheKeyFromEachUsualPlace) {
  EXPECT_EQ(Refusal(AuthMode::kStrict, {{"Authorization", "Bearer sk-primary"}}), std::nullopt);
  EXPECT_EQ(Refusal(AuthMode::kStrict, {{"X-Api-Key", kKey}}), std::nullopt);
  EXPECT_EQ(Refusal(AuthMode::kStrict, {{"x-goog-api-key", kKey}}), std::nullopt);
  EXPECT_EQ(Refusal(AuthMode::kStrict, {}, "alt=sse&key=sk-primary"), std::nullopt);
}

TEST_F(AccessTest, TellsAMissingKeyFromAWrongOne) {
  const Access missing = Check(AuthMode::kStrict, {});
  const Access wrong = Check(AuthMode::kStrict, {{"x-api-key", "sk-secret-of-another"}});
  EXPECT_EQ(KindOf(missing.verdict), ErrorKind::kClientAuth);
  EXPECT_EQ(KindOf(wrong.verdict), ErrorKind::kClientAuth);
  EXPECT_NE(missing.verdict.message(), wrong.verdict.message());
  EXPECT_EQ(std::string(wrong.verdict.message()).find("secret-of-another"), std::string::npos);
}

TEST_F(AccessTest, AnEmptyKeyOpensNothing) {
  state_.keys.primary = Secret();
  EXPECT_EQ(Refusal(AuthMode::kStrict, {}), ErrorKind::kClientAuth);
  EXPECT_EQ(Refusal(AuthMode::kStrict, {{"Authorization", "Bearer "}}), ErrorKind::kClientAuth);
  EXPECT_EQ(Refusal(AuthMode::kStrict, {}, "key="), ErrorKind::kClientAuth);
}

TEST_F(AccessTest, SaysWhichFurtherKeyCame) {
  AddFurther({});
  const Access further = Check(AuthMode::kStrict, {{"x-api-key", "abc"}});
  EXPECT_TRUE(further.verdict.ok());
  ASSERT_NE(further.client_key, nullptr);
  EXPECT_EQ(further.client_key->key.id, ClientKeyId("laptop"));
  EXPECT_EQ(Check(AuthMode::kStrict, {{"x-api-key", kKey}}).client_key, nullptr);
}

TEST_F(AccessTest, RefusesAKeyThatIsOffOrOverEvenWhereNoneIsNeeded) {
  keys::ClientKey key;
  key.enabled = false;
  AddFurther(key);
  for (const AuthMode mode : {AuthMode::kOff, AuthMode::kStrict}) {
    const Access off = Check(mode, {{"x-api-key", "abc"}});
    EXPECT_EQ(KindOf(off.verdict), ErrorKind::kClientAuth);
    EXPECT_NE(std::string(off.verdict.message()).find("\"Laptop\" is switched off"), std::string::npos);
  }
  key.enabled = true;
  key.expires = kNow;
  AddFurther(key);
  EXPECT_EQ(Refusal(AuthMode::kOff, {{"x-api-key", "abc"}}), ErrorKind::kClientAuth);
  key.expires = kNow + std::chrono::milliseconds(1);
  AddFurther(key);
  EXPECT_EQ(Refusal(AuthMode::kStrict, {{"x-api-key", "abc"}}), std::nullopt);
}

TEST_F(AccessTest, RefusesForeignPagesWithoutTheKey) {
  for (const AuthMode mode : {AuthMode::kOff, AuthMode::kStrict}) {
    EXPECT_EQ(Refusal(mode, {{"Origin", kForeign}}), ErrorKind::kOriginRefused);
    EXPECT_EQ(Refusal(mode, {{"Origin", "null"}}), ErrorKind::kOriginRefused);
    EXPECT_EQ(Refusal(mode, {{"Origin", kForeign}, {"x-api-key", "sk-wrong"}}), ErrorKind::kOriginRefused);
    EXPECT_EQ(Refusal(mode, {{"Origin", kForeign}, {"x-api-key", kKey}}), std::nullopt);
  }
  EXPECT_EQ(Refusal(AuthMode::kOff, {{"Sec-Fetch-Site", "cross-site"}}), ErrorKind::kOriginRefused);
  EXPECT_TRUE(Check(AuthMode::kOff, {{"Origin", kForeign}}).cors_origin.empty());
}

TEST_F(AccessTest, ServesTrustedPages) {
  EXPECT_EQ(Refusal(AuthMode::kOff, {{"Origin", kLocalPage}}), std::nullopt);
  EXPECT_EQ(Refusal(AuthMode::kStrict, {{"Origin", kLocalPage}}), ErrorKind::kClientAuth);
  state_.origins.allowed_origins = {"https://chat.example"};
  EXPECT_EQ(Refusal(AuthMode::kOff, {{"Origin", "https://chat.example"}}), std::nullopt);
}

TEST_F(AccessTest, NamesTheOriginThatMayReadTheAnswer) {
  EXPECT_EQ(Check(AuthMode::kOff, {{"Origin", kLocalPage}}).cors_origin, kLocalPage);
  EXPECT_EQ(Check(AuthMode::kOff, {{"Origin", kForeign}, {"x-api-key", kKey}}).cors_origin, kForeign);
  EXPECT_TRUE(Check(AuthMode::kOff, {}).cors_origin.empty());
  // Without it a page could not tell a wrong key from a network failure.
  EXPECT_EQ(Check(AuthMode::kStrict, {{"Origin", kLocalPage}}).cors_origin, kLocalPage);
}

TEST_F(AccessTest, AKeyDoesNotExcuseAForeignHost) {
  Fields fields{{"Host", "rebound.example"}, {"x-api-key", kKey}};
  http::Request request;
  request.headers = http::Headers(fields);
  request.local_address = "127.0.0.1";
  EXPECT_EQ(KindOf(CheckAccess(state_, request, Kind::kApi, kNow).verdict), ErrorKind::kOriginRefused);
}

TEST_F(AccessTest, AnswersPreflightsOfTrustedPages) {
  const Preflight answer = AskFirst({{"Origin", kLocalPage},
                                     {"Access-Control-Request-Method", "POST"},
                                     {"Access-Control-Request-Headers", "content-type, x-stainless-os"},
                                     {"Access-Control-Request-Private-Network", "true"},
                                     {"Access-Control-Request-Local-Network", "true"}});
  ASSERT_TRUE(answer.verdict.ok());
  EXPECT_EQ(Field(answer, "access-control-allow-origin"), kLocalPage);
  EXPECT_EQ(Field(answer, "access-control-allow-headers"), "content-type, x-stainless-os");
  EXPECT_NE(Field(answer, "access-control-allow-methods").find("POST"), std::string::npos);
  EXPECT_EQ(Field(answer, "access-control-allow-private-network"), "true");
  EXPECT_EQ(Field(answer, "access-control-allow-local-network"), "true");
  EXPECT_NE(Field(answer, "vary").find("Origin"), std::string::npos);
}

TEST_F(AccessTest, AnswersPreflightsThatAnnounceAKey) {
  for (const std::string_view header : {"Authorization", "content-type,x-api-key", "X-Goog-Api-Key"}) {
    const Preflight answer = AskFirst({{"Origin", kForeign}, {"Access-Control-Request-Headers", header}});
    EXPECT_TRUE(answer.verdict.ok()) << header;
    EXPECT_EQ(Field(answer, "access-control-allow-origin"), kForeign);
    EXPECT_EQ(Field(answer, "access-control-allow-private-network"), "");
  }
}

TEST_F(AccessTest, APreflightMayCarryTheKeyInItsQuery) {
  const Fields page{{"Origin", kForeign}, {"Access-Control-Request-Headers", "content-type"}};
  EXPECT_TRUE(AskFirst(page, "key=sk-primary").verdict.ok());
  EXPECT_EQ(KindOf(AskFirst(page, "key=sk-wrong").verdict), ErrorKind::kOriginRefused);
}

TEST_F(AccessTest, RefusesPreflightsOfForeignPages) {
  const Preflight answer = AskFirst({{"Origin", kForeign}, {"Access-Control-Request-Headers", "content-type"}});
  EXPECT_EQ(KindOf(answer.verdict), ErrorKind::kOriginRefused);
  EXPECT_TRUE(answer.headers.empty());
  EXPECT_EQ(KindOf(AskFirst({{"Origin", "null"}}).verdict), ErrorKind::kOriginRefused);
}

TEST_F(AccessTest, OptionsWithoutAnOriginGetNoCorsFields) {
  const Preflight answer = AskFirst({});
  EXPECT_TRUE(answer.verdict.ok());
  EXPECT_TRUE(answer.headers.empty());
}

TEST_F(AccessTest, AllowsExactlyOneOriginOnAnswers) {
  Arena arena;
  http::HeaderList list(arena);
  AppendCors({}, list);
  EXPECT_TRUE(list.all().empty());
  AppendCors(kLocalPage, list);
  const http::Headers headers(list.all());
  EXPECT_EQ(headers.Find("access-control-allow-origin"), kLocalPage);
  EXPECT_EQ(headers.Find("vary"), "Origin");
  EXPECT_FALSE(headers.Has("access-control-allow-credentials"));
}

}  // namespace
}  // namespace ag::proxy
