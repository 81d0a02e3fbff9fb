#include "gatewayd/runtime/shard.h"

#include <pthread.h>

#include <boost/asio/post.hpp>
#include <exception>
#include <string>
#include <utility>

#include "gatewayd/base/log.h"
#include "gatewayd/base/status_macros.h"

namespace ag::runtime {
namespace {

std::string ThreadName(std::size_t index) {
  return index == Shard::kControlIndex ? "ag-control" : absl::StrCat("ag-shard-", index);
}

}  // namespace

Shard::Shard(std::size_t index, const Clock& clock)
    : index_(index), clock_(clock), context_(1), work_(context_.get_executor()), wheel_(context_, clock) {}

Shard::~Shard() {
  Abort();
  Join();
  parking_.AbandonAll();
}

void Shard::Start() {
  AG_CHECK(!thread_.joinable());
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), ThreadName(index_).c_str());
    while (true) {
      try {
        context_.run();
        return;
      } catch (const std::exception& error) {
        // One handler's bug must not take down the other sessions of the shard.
        Log(LogLevel::kError, "an exception left a handler of ", ThreadName(index_), ": ", error.what());
      }
    }
  });
}

void Shard::Stop() {
  boost::asio::post(context_, [this] {
    wheel_.Stop();
    work_.reset();
  });
}

void Shard::Abort() { context_.stop(); }

void Shard::Join() {
  if (thread_.joinable()) thread_.join();
}

bool Shard::OnThisThread() const { return const_cast<Shard*>(this)->executor().running_in_this_thread(); }

void Shard::Post(std::function<void()> work) { boost::asio::post(context_, std::move(work)); }

ShardPool::ShardPool(std::size_t count, const Clock& clock) {
  AG_CHECK(count > 0);
  shards_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) shards_.push_back(std::make_unique<Shard>(i, clock));
}

void ShardPool::Start() {
  for (auto& shard : shards_) shard->Start();
}

void ShardPool::Stop() {
  for (auto& shard : shards_) shard->Stop();
}

void ShardPool::Abort() {
  for (auto& shard : shards_) shard->Abort();
}

void ShardPool::Join() {
  for (auto& shard : shards_) shard->Join();
}

Shard& ShardPool::Next() {
  Shard& shard = *shards_[next_];
  next_ = (next_ + 1) % shards_.size();
  return shard;
}

}  // namespace ag::runtime
