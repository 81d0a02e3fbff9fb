#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace ag::runtime {

// Threads for calls that block: SQLite, files. One executor a purpose, so that one that is stuck holds up no other.
class BlockingExecutor {
 public:
  enum class Priority : std::uint8_t {
    kNormal,
    // Work that nobody waits for yields to the shards where they share a core: a batch of the request log takes tens of
    // milliseconds, which a request beside it would wait for. It gets a quarter of a core that is busy all the time.
    kBackground,
  };
  // `name`: as `top -H` shows them, at most 15 letters.
  explicit BlockingExecutor(std::size_t threads, std::string name = "ag-blocking",
                            Priority priority = Priority::kNormal);
  ~BlockingExecutor();
  BlockingExecutor(const BlockingExecutor&) = delete;
  BlockingExecutor& operator=(const BlockingExecutor&) = delete;

  template <typename Work>
  void Post(Work work) {
    boost::asio::post(context_, std::move(work));
  }
  // Waits for queued work. Called at shutdown only, never on a shard.
  void Join();

 private:
  boost::asio::io_context context_;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  std::vector<std::thread> threads_;
};

}  // namespace ag::runtime
