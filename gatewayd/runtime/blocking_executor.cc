#include "gatewayd/runtime/blocking_executor.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

namespace ag::runtime {
namespace {

constexpr int kBackgroundNice = 5;

}  // namespace

BlockingExecutor::BlockingExecutor(std::size_t threads, std::string name, Priority priority)
    : context_(static_cast<int>(threads)), work_(context_.get_executor()) {
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this, name, priority] {
      pthread_setname_np(pthread_self(), name.c_str());
      // Linux counts it a thread: https://man7.org/linux/man-pages/man2/setpriority.2.html
      if (priority == Priority::kBackground) setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kBackgroundNice);
      context_.run();
    });
  }
}

BlockingExecutor::~BlockingExecutor() { Join(); }

void BlockingExecutor::Join() {
  work_.reset();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

}  // namespace ag::runtime
