#include "gatewayd/keys/key_book.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "gatewayd/auth/secret_box.h"
#include "gatewayd/base/error.h"
#include "gatewayd/store/database.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temp_dir.h"

namespace ag::keys {
namespace {

class KeyBookTest : public testing::Test {
 protected:
  KeyBookTest() : database_(*store::OpenGatewayDatabase(dir_.path())), table_(*database_) {}

  static ClientKeyChange Named(const std::string& name) {
    ClientKeyChange change;
    change.name = name;
    return change;
  }
  // What a daemon that starts now finds.
  std::shared_ptr<const KeyRing> Reloaded() {
    KeyBook other(table_, clock_, random_);
    EXPECT_TRUE(other.Load().ok());
    return other.ring();
  }

  test::TempDir dir_;
  test::FakeClock clock_;
  FastRandom random_{7};
  std::unique_ptr<store::Database> database_;
  store::ClientKeyTable table_;
  KeyBook book_{table_, clock_, random_};
};

TEST_F(KeyBookTest, TellsASecretOnceAndKeepsItsHash) {
  const auto issued = book_.Create(Named("Laptop"));
  ASSERT_TRUE(issued.ok()) << issued.status();
  EXPECT_EQ(issued->held->key.sha256_hex, auth::KeyHash(issued->secret.Reveal()));
  EXPECT_EQ(issued->held->key.hint, issued->secret.Hint());
  const auto ring = Reloaded();
  ASSERT_EQ(ring->keys.size(), 1U);
  EXPECT_EQ(ring->keys[0]->key.sha256_hex, issued->held->key.sha256_hex);
  EXPECT_EQ(table_.List()->front().options_json.find(issued->secret.Reveal()), std::string::npos);
}

TEST_F(KeyBookTest, ChangesOnlyWhatIsNamedAndKeepsTheCounters) {
  const auto issued = book_.Create(Named("Laptop"));
  issued->held->counters->CountTokens(5, clock_.Now());
  ClientKeyChange change;
  change.models = {{"gpt-*"}};
  const auto changed = book_.Change(issued->held->key.id.value(), change, 1);
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ((*changed)->key.name, "Laptop");
  EXPECT_EQ((*changed)->key.revision, 2);
  EXPECT_EQ((*changed)->counters, issued->held->counters);
  EXPECT_TRUE(MayAsk(**changed, "gpt-5"));
  EXPECT_FALSE(MayAsk(**changed, "claude"));
  EXPECT_TRUE(MayAsk(*issued->held, "claude")) << "a request that runs keeps the key that it came with";
  EXPECT_EQ(Reloaded()->keys[0]->key.models, (*changed)->key.models);
  EXPECT_EQ(book_.Change(issued->held->key.id.value(), change, 1).status().code(), absl::StatusCode::kAborted);
}

TEST_F(KeyBookTest, RotatesTheSecretAlone) {
  const auto first = book_.Create(Named("Laptop"));
  const auto second = book_.Rotate(first->held->key.id.value());
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_NE(second->secret.Reveal(), first->secret.Reveal());
  EXPECT_EQ(second->held->key.id, first->held->key.id);
  EXPECT_EQ(second->held->counters, first->held->counters);
  ASSERT_EQ(book_.ring()->keys.size(), 1U);
  EXPECT_EQ(book_.ring()->keys[0]->key.sha256_hex, auth::KeyHash(second->secret.Reveal()));
}

TEST_F(KeyBookTest, RemovesAKey) {
  const auto issued = book_.Create(Named("Laptop"));
  ASSERT_TRUE(book_.Remove(issued->held->key.id.value()).ok());
  EXPECT_TRUE(book_.ring()->keys.empty());
  EXPECT_TRUE(Reloaded()->keys.empty());
  EXPECT_EQ(book_.Remove(issued->held->key.id.value()).code(), absl::StatusCode::kNotFound);
}

TEST_F(KeyBookTest, NamesAreUnique) {
  ASSERT_TRUE(book_.Create(Named("Laptop")).ok());
  const auto again = book_.Create(Named("Laptop"));
  EXPECT_EQ(DetailOf(again.status()).param, "name");
  const auto other = book_.Create(Named("Phone"));
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(DetailOf(book_.Change(other->held->key.id.value(), Named("Laptop")).status()).param, "name");
  EXPECT_TRUE(book_.Change(other->held->key.id.value(), Named("Phone")).ok());
  EXPECT_EQ(Reloaded()->keys.size(), 2U);
}

TEST_F(KeyBookTest, WhatIsNotStoredIsNotVisible) {
  ASSERT_TRUE(database_
                  ->Execute("CREATE TRIGGER refuse BEFORE INSERT ON client_keys BEGIN SELECT raise(ABORT, 'no'); "
                            "END")
                  .ok());
  EXPECT_FALSE(book_.Create(Named("Laptop")).ok());
  EXPECT_TRUE(book_.ring()->keys.empty());
}

}  // namespace
}  // namespace ag::keys
