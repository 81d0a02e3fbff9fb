#include "gatewayd/proxy/proxy_state.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace ag::proxy {
namespace {

pool::PooledAccount Account(const std::string& id) {
  pool::PooledAccount pooled;
  pooled.account.id = AccountId(id);
  return pooled;
}

TEST(PreparedPool, TakesEachEndpointApart) {
  auto snapshot = std::make_shared<pool::PoolSnapshot>();
  snapshot->accounts.push_back(Account("one"));
  pool::Account& account = snapshot->accounts.back().account;
  account.project = "my-project";
  account.endpoints[Dialect::kChat] = {"https://api.example:8443/base/v1", catalog::AuthStyle::kBearer};
  account.endpoints[Dialect::kMessages] = {"http://127.0.0.1:9/anthropic/", catalog::AuthStyle::kXApiKey};
  const PreparedPool pool(snapshot);

  const pool::PooledAccount& pooled = pool.snapshot().accounts.front();
  const upstream::Endpoint* chat = pool.Find(pooled, Dialect::kChat);
  ASSERT_NE(chat, nullptr);
  EXPECT_EQ(chat->url.Origin(), "https://api.example:8443");
  EXPECT_EQ(chat->url.path, "/base/v1");
  EXPECT_EQ(chat->auth, catalog::AuthStyle::kBearer);
  EXPECT_EQ(chat->family, Family::kOpenAi);
  EXPECT_EQ(chat->project, "my-project");
  const upstream::Endpoint* messages = pool.Find(pooled, Dialect::kMessages);
  ASSERT_NE(messages, nullptr);
  EXPECT_FALSE(messages->url.tls);
  EXPECT_EQ(messages->url.path, "/anthropic");
  EXPECT_EQ(messages->auth, catalog::AuthStyle::kXApiKey);
  EXPECT_EQ(messages->family, Family::kAnthropic);
  EXPECT_EQ(pool.Find(pooled, Dialect::kGemini), nullptr);
}

TEST(PreparedPool, HasNothingForAUrlThatIsNone) {
  auto snapshot = std::make_shared<pool::PoolSnapshot>();
  snapshot->accounts.push_back(Account("one"));
  snapshot->accounts.back().account.endpoints[Dialect::kChat] = {"ftp://files.example", catalog::AuthStyle::kBearer};
  snapshot->accounts.back().account.endpoints[Dialect::kGemini] = {"", catalog::AuthStyle::kBearer};
  const PreparedPool pool(snapshot);
  EXPECT_EQ(pool.Find(pool.snapshot().accounts.front(), Dialect::kChat), nullptr);
  EXPECT_EQ(pool.Find(pool.snapshot().accounts.front(), Dialect::kGemini), nullptr);
}

TEST(PreparedPool, KeepsTheAccountsApart) {
  auto snapshot = std::make_shared<pool::PoolSnapshot>();
  for (const std::string name : {"first", "second", "third"}) {
    snapshot->accounts.push_back(Account(name));
    snapshot->accounts.back().account.endpoints[Dialect::kChat] = {"https://" + name + ".example",
                                                                   catalog::AuthStyle::kBearer};
  }
  const PreparedPool pool(snapshot);
  for (const pool::PooledAccount& pooled : pool.snapshot().accounts) {
    const upstream::Endpoint* endpoint = pool.Find(pooled, Dialect::kChat);
    ASSERT_NE(endpoint, nullptr);
    EXPECT_EQ(endpoint->url.host, pooled.account.id.value() + ".example");
  }
}

}  // namespace
}  // namespace ag::proxy
