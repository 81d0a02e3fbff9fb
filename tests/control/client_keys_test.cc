#include <gtest/gtest.h>

#include <string>

#include "gatewayd/auth/secret_box.h"
#include "gatewayd/telemetry/record_keeper.h"
#include "tests/control/control_harness.h"

namespace ag::test {
namespace {

namespace v1 = client::v1;
using client::ErrorParamOf;

class ClientKeys : public testing::Test {
 protected:
  client::ControlClient& client() { return harness_.client(); }

  v1::CreateClientKeyResponse Create(const v1::ClientKey& key) {
    v1::CreateClientKeyRequest request;
    *request.mutable_client_key() = key;
    const auto created = client().CreateClientKey(request);
    EXPECT_TRUE(created.ok()) << created.status().message();
    return created.ok() ? *created : v1::CreateClientKeyResponse();
  }
  static v1::ClientKey Named(const std::string& name) {
    v1::ClientKey key;
    key.set_name(name);
    return key;
  }
  v1::ListClientKeysResponse List() {
    const auto listed = client().ListClientKeys({});
    EXPECT_TRUE(listed.ok()) << listed.status().message();
    return listed.ok() ? *listed : v1::ListClientKeysResponse();
  }

  ControlHarness harness_;
};

TEST_F(ClientKeys, TellsTheSecretOfANewKeyOnce) {
  v1::ClientKey wanted = Named("Laptop");
  wanted.add_models("gpt-*");
  wanted.mutable_expire_time()->set_seconds(4'000'000'000);
  wanted.mutable_limits()->set_tokens_per_day(1000);
  const auto created = Create(wanted);
  EXPECT_EQ(created.secret().substr(0, 3), "sk-");
  EXPECT_EQ(created.secret().size(), 51U);
  EXPECT_EQ(harness_.proxy().keys_changed, 1);
  const auto listed = List();
  ASSERT_EQ(listed.client_keys_size(), 1);
  const v1::ClientKey& key = listed.client_keys(0);
  EXPECT_EQ(listed.SerializeAsString().find(created.secret()), std::string::npos);
  EXPECT_EQ(key.name(), "Laptop");
  EXPECT_TRUE(key.enabled());
  EXPECT_EQ(key.state(), v1::CLIENT_KEY_STATE_READY);
  EXPECT_EQ(key.expire_time().seconds(), 4'000'000'000);
  EXPECT_EQ(key.models(0), "gpt-*");
  ASSERT_EQ(key.budgets_size(), 1);
  EXPECT_EQ(key.budgets(0).limit(), 1000);
  EXPECT_EQ(key.budgets(0).used(), 0);
  EXPECT_EQ(key.usage().start_time().seconds(), key.create_time().seconds());
  EXPECT_FALSE(key.usage().has_last_use_time());
}

TEST_F(ClientKeys, ChangesOnlyTheMaskedFields) {
  const auto created = Create(Named("Laptop"));
  v1::UpdateClientKeyRequest request;
  auto& key = *request.mutable_client_key();
  key.set_id(created.client_key().id());
  key.set_etag(created.client_key().etag());
  key.set_name("ignored");
  key.set_enabled(false);
  key.mutable_limits()->set_requests_per_minute(5);
  request.mutable_update_mask()->add_paths("enabled");
  request.mutable_update_mask()->add_paths("limits");
  const auto updated = client().UpdateClientKey(request);
  ASSERT_TRUE(updated.ok()) << updated.status().message();
  EXPECT_EQ(updated->client_key().name(), "Laptop");
  EXPECT_EQ(updated->client_key().state(), v1::CLIENT_KEY_STATE_DISABLED);
  EXPECT_EQ(updated->client_key().limits().requests_per_minute(), 5);
  EXPECT_EQ(client().UpdateClientKey(request).status().code(), absl::StatusCode::kAborted) << "the etag is old now";
  request.mutable_update_mask()->add_paths("hint");
  EXPECT_EQ(ErrorParamOf(client().UpdateClientKey(request).status()), "update_mask");
  request.clear_update_mask();
  EXPECT_EQ(ErrorParamOf(client().UpdateClientKey(request).status()), "update_mask");
}

TEST_F(ClientKeys, TakesAnExpiryAway) {
  v1::ClientKey wanted = Named("Laptop");
  wanted.mutable_expire_time()->set_seconds(1);
  const auto created = Create(wanted);
  EXPECT_EQ(created.client_key().state(), v1::CLIENT_KEY_STATE_EXPIRED);
  v1::UpdateClientKeyRequest request;
  request.mutable_client_key()->set_id(created.client_key().id());
  request.mutable_update_mask()->add_paths("expire_time");
  const auto updated = client().UpdateClientKey(request);
  ASSERT_TRUE(updated.ok()) << updated.status().message();
  EXPECT_FALSE(updated->client_key().has_expire_time());
  EXPECT_EQ(updated->client_key().state(), v1::CLIENT_KEY_STATE_READY);
}

TEST_F(ClientKeys, RotatesAndRemoves) {
  const auto created = Create(Named("Laptop"));
  v1::RotateClientKeyRequest rotate;
  rotate.set_id(created.client_key().id());
  const auto rotated = client().RotateClientKey(rotate);
  ASSERT_TRUE(rotated.ok()) << rotated.status().message();
  EXPECT_NE(rotated->secret(), created.secret());
  EXPECT_NE(rotated->client_key().etag(), created.client_key().etag());
  harness_.OnControl(
      [&] { EXPECT_EQ(harness_.keys().ring()->keys.front()->key.sha256_hex, auth::KeyHash(rotated->secret())); });
  v1::DeleteClientKeyRequest remove;
  remove.set_id(created.client_key().id());
  remove.set_etag(created.client_key().etag());
  EXPECT_EQ(client().DeleteClientKey(remove).status().code(), absl::StatusCode::kAborted);
  remove.clear_etag();
  EXPECT_TRUE(client().DeleteClientKey(remove).ok());
  EXPECT_EQ(List().client_keys_size(), 0);
  EXPECT_EQ(harness_.proxy().keys_changed, 3);
  EXPECT_EQ(client().DeleteClientKey(remove).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(ClientKeys, RefusesWhatMakesNoSense) {
  v1::CreateClientKeyRequest request;
  EXPECT_EQ(ErrorParamOf(client().CreateClientKey(request).status()), "name");
  *request.mutable_client_key() = Named("Laptop");
  request.mutable_client_key()->add_models("~(");
  EXPECT_EQ(ErrorParamOf(client().CreateClientKey(request).status()), "models");
  request.mutable_client_key()->clear_models();
  request.mutable_client_key()->mutable_limits()->set_requests_per_day(0);
  EXPECT_EQ(ErrorParamOf(client().CreateClientKey(request).status()), "requests_per_day");
  v1::GetClientKeyRequest get;
  get.set_id("key_none");
  EXPECT_EQ(client().GetClientKey(get).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(ClientKeys, AreNamedInTheSums) {
  const auto created = Create(Named("Laptop"));
  const telemetry::RecordPtr first = ControlHarness::Record(1);  // keeps the texts of its copy
  telemetry::RequestRecord record = *first;
  record.client_key = created.client_key().id();
  harness_.Store({telemetry::RecordKeeper().Keep(record), ControlHarness::Record(2)});
  v1::QueryTokensRequest request;
  request.set_split_by(v1::TOKEN_GROUPING_CLIENT_KEY);
  const auto sums = client().QueryTokens(request);
  ASSERT_TRUE(sums.ok()) << sums.status().message();
  ASSERT_EQ(sums->rows_size(), 2);
  EXPECT_EQ(sums->rows(0).part() + sums->rows(1).part(), "Laptop");
  v1::DeleteClientKeyRequest remove;
  remove.set_id(created.client_key().id());
  ASSERT_TRUE(client().DeleteClientKey(remove).ok());
  EXPECT_EQ(client().QueryTokens(request)->rows(1).part(), created.client_key().id());
}

}  // namespace
}  // namespace ag::test
