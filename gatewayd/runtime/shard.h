#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "gatewayd/base/clock.h"
#include "gatewayd/base/random.h"
#include "gatewayd/runtime/parker.h"
#include "gatewayd/runtime/task.h"
#include "gatewayd/runtime/timing_wheel.h"

namespace ag::runtime {

// One thread, one io_context, one timing wheel. What is created on a shard lives and dies there; other threads only
// Post to it. The control context is a shard as well (its index is kControlIndex).
class Shard {
 public:
  static constexpr std::size_t kControlIndex = static_cast<std::size_t>(-1);

  Shard(std::size_t index, const Clock& clock);
  ~Shard();  // Stop and Join
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  void Start();
  // Lets the context run out of work: no new work guard; the wheel stops. Thread-safe.
  void Stop();
  // As Stop, and drops what is pending. Thread-safe.
  void Abort();
  void Join();

  std::size_t index() const { return index_; }
  boost::asio::io_context& context() { return context_; }
  Executor executor() { return context_.get_executor(); }
  TimingWheel& wheel() { return wheel_; }     // on the shard's thread only
  RandomSource& random() { return random_; }  // on the shard's thread only
  ParkingLot& parking() { return parking_; }  // on the shard's thread only
  const Clock& clock() const { return clock_; }
  bool OnThisThread() const;

  // Runs `work` on the shard, in the order of posting. Thread-safe. After Join it is dropped.
  void Post(std::function<void()> work);

 private:
  const std::size_t index_;
  const Clock& clock_;
  ParkingLot parking_;  // outlives the context: frames that die with it still hold parkers
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<Executor> work_;
  TimingWheel wheel_;
  FastRandom random_;
  std::thread thread_;
};

// The shards that serve requests; Next() hands them out round-robin.
class ShardPool {
 public:
  ShardPool(std::size_t count, const Clock& clock);

  void Start();
  void Stop();
  void Abort();
  void Join();
  std::size_t size() const { return shards_.size(); }
  Shard& at(std::size_t index) { return *shards_[index]; }
  // Called by the acceptor only.
  Shard& Next();

 private:
  std::vector<std::unique_ptr<Shard>> shards_;
  std::size_t next_ = 0;
};

}  // namespace ag::runtime
