#include "gatewayd/proxy/conversation_store.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "gatewayd/base/error.h"
#include "tests/support/fake_clock.h"

namespace ag::proxy {
namespace {

// A database that can be read, counted and broken. Used by one thread at a time: the tests wait between their steps.
class FakeArchive final : public ConversationArchive {
 public:
  absl::Status Write(const std::vector<Item>& items) override {
    const std::lock_guard lock(mutex_);
    if (broken) return MakeError(ErrorKind::kInternal, "disk full");
    for (const Item& item : items) rows[item.key] = item.value;
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<Item>> Read(const std::vector<std::string>& keys) override {
    const std::lock_guard lock(mutex_);
    ++reads;
    if (broken) return MakeError(ErrorKind::kInternal, "disk gone");
    std::vector<Item> items;
    for (const std::string& key : keys) {
      if (const auto row = rows.find(key); row != rows.end()) items.push_back({key, row->second, {}});
    }
    return items;
  }
  absl::Status Delete(const std::string& key) override {
    const std::lock_guard lock(mutex_);
    rows.erase(key);
    return absl::OkStatus();
  }
  absl::Status Trim(WallTime oldest, std::int64_t max_bytes) override {
    trims.emplace_back(oldest, max_bytes);
    return absl::OkStatus();
  }

  std::map<std::string, std::string> rows;
  std::vector<std::pair<WallTime, std::int64_t>> trims;
  int reads = 0;
  bool broken = false;

 private:
  std::mutex mutex_;  // written on one thread, read on another
};

class Conversations : public testing::Test {
 protected:
  Conversations() {
    shard_.Start();
    control_.Start();
    Restart();
  }
  ~Conversations() override {
    Settle();
    control_.Stop();
    control_.Join();
  }

  void Restart(ConversationLimits limits = {}) {
    Settle();
    store_ = std::make_unique<ConversationStore>(control_, writer_, reader_, archive_, limits);
  }

  template <typename T>
  T Await(runtime::Task<T> task) {
    std::promise<T> promise;
    auto future = promise.get_future();
    boost::asio::co_spawn(shard_.executor(), std::move(task), [&promise](std::exception_ptr failure, T value) {
      failure ? promise.set_exception(failure) : promise.set_value(std::move(value));
    });
    return future.get();
  }

  // Waits until what was posted to the control context, and from there to the writer, is done.
  void Settle() {
    std::promise<void> done;
    control_.Post([&] { writer_.Post([&] { done.set_value(); }); });
    done.get_future().get();
  }

  std::map<std::string, std::string> Find(std::vector<std::string> ids) {
    std::map<std::string, std::string> found;
    for (wire::KeptState& state : Await(store_->FindState(std::move(ids)))) found[state.key] = state.value;
    Settle();
    return found;
  }

  test::FakeClock clock_;
  runtime::Shard control_{runtime::Shard::kControlIndex, clock_};
  runtime::Shard shard_{0, clock_};
  runtime::BlockingExecutor writer_{1};
  runtime::BlockingExecutor reader_{1};
  FakeArchive archive_;
  std::unique_ptr<ConversationStore> store_;
};

using States = std::map<std::string, std::string>;

TEST_F(Conversations, GivesBackWhatWasKeptWithoutReadingTheArchive) {
  store_->KeepState({{"call_1", "one"}, {"call_2", "two"}});
  EXPECT_EQ(Find({"call_1", "call_2"}), (States{{"call_1", "one"}, {"call_2", "two"}}));
  EXPECT_EQ(archive_.reads, 0);
}

TEST_F(Conversations, SurviveARestart) {
  store_->KeepState({{"call_1", "one"}});
  store_->KeepResponse("resp_1", "whole");
  Restart();
  EXPECT_EQ(Find({"call_1", "call_9"}), (States{{"call_1", "one"}}));
  EXPECT_EQ(Await(store_->FindResponse("resp_1")), "whole");
}

TEST_F(Conversations, ReadTheArchiveOnceForWhatIsNotThere) {
  EXPECT_TRUE(Find({"call_1", "call_2"}).empty());
  EXPECT_TRUE(Find({"call_1", "call_2"}).empty());
  EXPECT_EQ(archive_.reads, 1);
  store_->KeepState({{"call_1", "late"}});
  EXPECT_EQ(Find({"call_1"}), (States{{"call_1", "late"}}));
}

TEST_F(Conversations, KeepCallsAndResponsesApart) {
  store_->KeepState({{"same", "state"}});
  EXPECT_EQ(Await(store_->FindResponse("same")), std::nullopt);
}

TEST_F(Conversations, HoldNoMoreInMemoryThanTheyMay) {
  ConversationLimits limits;
  limits.memory_bytes = 1000;
  Restart(limits);
  store_->KeepState({{"old", std::string(400, 'a')}, {"new", std::string(400, 'b')}});
  EXPECT_EQ(Find({"new"}).size(), 1U);
  EXPECT_EQ(archive_.reads, 0);
  EXPECT_EQ(Find({"old"}).size(), 1U);  // from the archive
  EXPECT_EQ(archive_.reads, 1);
}

TEST_F(Conversations, DoNotKeepWhatIsTooLarge) {
  ConversationLimits limits;
  limits.max_value_bytes = 10;
  Restart(limits);
  store_->KeepState({{"small", "0123456789"}, {"large", "0123456789a"}});
  store_->KeepResponse("resp_1", "0123456789a");
  EXPECT_EQ(Find({"small", "large"}), (States{{"small", "0123456789"}}));
  EXPECT_EQ(Await(store_->FindResponse("resp_1")), std::nullopt);
}

TEST_F(Conversations, ForgetADeletedResponse) {
  store_->KeepResponse("resp_1", "whole");
  EXPECT_TRUE(Await(store_->DeleteResponse("resp_1")));
  EXPECT_FALSE(Await(store_->DeleteResponse("resp_1")));
  EXPECT_EQ(Await(store_->FindResponse("resp_1")), std::nullopt);
  Settle();
  EXPECT_TRUE(archive_.rows.empty());
}

TEST_F(Conversations, GoOnWithoutTheirArchive) {
  archive_.broken = true;
  store_->KeepState({{"call_1", "one"}});
  EXPECT_EQ(Find({"call_1"}), (States{{"call_1", "one"}}));
  EXPECT_TRUE(Find({"call_2"}).empty());
}

TEST_F(Conversations, TrimTheArchiveAtTheStart) {
  ConversationLimits limits;
  limits.max_age = std::chrono::hours(2);
  limits.archive_bytes = 77;
  Restart(limits);
  control_.Post([this] { store_->Start(); });
  Settle();
  control_.Post([this] { store_->Stop(); });
  Settle();
  ASSERT_EQ(archive_.trims.size(), 1U);
  EXPECT_EQ(archive_.trims.front().first, clock_.Now() - std::chrono::hours(2));
  EXPECT_EQ(archive_.trims.front().second, 77);
}

}  // namespace
}  // namespace ag::proxy
