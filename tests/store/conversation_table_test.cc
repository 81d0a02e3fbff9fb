#include "gatewayd/store/conversation_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/temp_dir.h"

namespace ag::store {
namespace {

class ConversationRows : public testing::Test {
 protected:
  void SetUp() override {
    auto database = OpenTrafficDatabase(dir_.path());
    ASSERT_TRUE(database.ok()) << database.status();
    database_ = *std::move(database);
    table_.emplace(*database_);
  }

  std::vector<std::string> Keys(const std::vector<std::string>& wanted) {
    std::vector<std::string> keys;
    const auto rows = table_->Get(wanted);
    for (const ConversationRow& row : *rows) keys.push_back(row.key);
    std::sort(keys.begin(), keys.end());
    return keys;
  }

  test::TempDir dir_;
  std::unique_ptr<Database> database_;
  std::optional<ConversationTable> table_;
};

TEST_F(ConversationRows, ComeBackBitExact) {
  const std::string value("a\0b\xff\xc3\xa9 \"quoted\"", 14);
  ASSERT_TRUE(table_->Put({{"k", value, 5}}).ok());
  const auto rows = *table_->Get({"k", "absent"});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows.front().value, value);
  EXPECT_EQ(rows.front().created_ms, 5);
}

TEST_F(ConversationRows, AreReplacedByKey) {
  ASSERT_TRUE(table_->Put({{"k", "old", 1}, {"other", "o", 1}}).ok());
  ASSERT_TRUE(table_->Put({{"k", "new", 2}}).ok());
  const auto rows = table_->Get({"k"});
  EXPECT_EQ(rows->front().value, "new");
  EXPECT_TRUE(*table_->Delete("k"));
  EXPECT_FALSE(*table_->Delete("k"));
  EXPECT_EQ(Keys({"k", "other"}), (std::vector<std::string>{"other"}));
}

TEST_F(ConversationRows, AreTrimmedByAgeThenByBytes) {
  ASSERT_TRUE(table_
                  ->Put({{"a", std::string(10, 'x'), 1},
                         {"b", std::string(10, 'x'), 2},
                         {"c", std::string(10, 'x'), 3},
                         {"d", std::string(10, 'x'), 4}})
                  .ok());
  EXPECT_EQ(*table_->Trim(2, 1000), 1);
  EXPECT_EQ(Keys({"a", "b", "c", "d"}), (std::vector<std::string>{"b", "c", "d"}));
  EXPECT_EQ(*table_->Trim(0, 25), 1);
  EXPECT_EQ(Keys({"a", "b", "c", "d"}), (std::vector<std::string>{"c", "d"}));
  EXPECT_EQ(*table_->Trim(0, 25), 0);
}

}  // namespace
}  // namespace ag::store
