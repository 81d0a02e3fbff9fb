#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gatewayd/base/error.h"
#include "gatewayd/pool/account_pool.h"
#include "gatewayd/store/database.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"

namespace ag::pool {

inline constexpr char kKey[] = "sk-test-0123456789abcdef";

// Reads the database at the moment of each publication: what is visible must be stored.
class CheckingObserver final : public PoolObserver {
 public:
  explicit CheckingObserver(store::AccountTable& table) : table_(table) {}
  void OnSnapshot(std::shared_ptr<const PoolSnapshot> snapshot) override {
    const auto rows = table_.List();
    ASSERT_TRUE(rows.ok()) << rows.status();
    std::set<std::string> stored;
    std::set<std::string> visible;
    for (const auto& row : *rows) stored.insert(row.id + "|" + row.label + "|" + row.state);
    for (const auto& pooled : snapshot->accounts) {
      const Account& account = pooled.account;
      visible.insert(account.id.value() + "|" + account.label + "|" + std::string(NameOf(account.state)));
    }
    if (compare) {
      EXPECT_EQ(visible, stored);
    }
    versions.push_back(snapshot->version);
  }
  void OnStatusChange(const AccountId& id, const StatusChange& change) override {
    changes.push_back(change);
    told.insert(id);
  }

  bool compare = true;
  std::vector<StatusChange> changes;
  std::set<AccountId> told;  // of changes
  std::vector<std::uint64_t> versions;

 private:
  store::AccountTable& table_;
};

class AccountPoolTest : public testing::Test {
 protected:
  AccountPoolTest() {
    auto opened = store::OpenGatewayDatabase(dir_.path());
    EXPECT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
    table_ = std::make_unique<store::AccountTable>(*database_);
    observer_ = std::make_unique<CheckingObserver>(*table_);
    key_.fill(7);
    box_ = std::make_unique<auth::SecretBox>(key_);
    Restart();
  }
  void Restart() {
    pool_ = std::make_unique<AccountPool>(*table_, *box_, catalog_, clock_, random_, *observer_);
    ASSERT_TRUE(pool_->Load().ok());
  }
  static NewAccount New(std::string preset = "openai", std::string label = "") {
    NewAccount account;
    account.preset = std::move(preset);
    account.label = std::move(label);
    account.api_key = Secret(kKey);
    return account;
  }
  Account Added(NewAccount account) {
    auto added = pool_->Add(std::move(account));
    EXPECT_TRUE(added.ok()) << added.status();
    return added.ok() ? *std::move(added) : Account();
  }
  const PooledAccount& Pooled(const AccountId& id) { return *pool_->snapshot()->Find(id); }
  void Cool(const AccountId& id, ErrorScope scope, std::chrono::seconds hint) {
    ErrorDetail error;
    error.kind = ErrorKind::kRateMinute;
    error.scope = scope;
    error.retry_after = hint;
    const auto change = Pooled(id).cooldowns->OnFailure("gpt-5", error, clock_.Now(), random_);
    ASSERT_TRUE(change);
    pool_->OnCooldownChanged(id, *change);
    pool_->StoreCooldowns();
  }
  static ErrorDetail Refusal(ErrorKind kind) {
    ErrorDetail error;
    error.kind = kind;
    error.scope = ErrorScope::kAccount;
    error.http_status = kind == ErrorKind::kAccountAuth ? 401 : 403;
    error.provider_text = "no";
    return error;
  }
  void ExpectRefused(NewAccount account, const std::string& param, const std::string& text) {
    const auto added = pool_->Add(std::move(account));
    ASSERT_FALSE(added.ok());
    EXPECT_EQ(DetailOf(added.status()).kind, ErrorKind::kInvalidRequest);
    EXPECT_EQ(DetailOf(added.status()).param, param);
    EXPECT_THAT(std::string(added.status().message()), testing::HasSubstr(text));
    EXPECT_TRUE(pool_->snapshot()->accounts.empty());
    EXPECT_TRUE(table_->List()->empty());
  }

  const test::TempDir dir_;
  test::FakeClock clock_;
  FastRandom random_{5};
  auth::SecretBox::Key key_{};
  std::shared_ptr<const catalog::Catalog> catalog_ =
      std::make_shared<const catalog::Catalog>(catalog::Catalog::Shipped());
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<store::AccountTable> table_;
  std::unique_ptr<auth::SecretBox> box_;
  std::unique_ptr<CheckingObserver> observer_;
  std::unique_ptr<AccountPool> pool_;
};

}  // namespace ag::pool
