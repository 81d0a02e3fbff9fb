#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace ag {

// The bytes that bodies and buffers of all requests may hold at once. Thread-safe; relaxed counting, since a bound that
// is a few kilobytes late is still a bound.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t limit_bytes) : limit_(limit_bytes) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  std::size_t used() const { return used_.load(std::memory_order_relaxed); }
  std::size_t limit() const { return limit_; }

  // A share of the budget, given back when it dies.
  class Share {
   public:
    Share() = default;
    Share(Share&& other) noexcept
        : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
    Share& operator=(Share&& other) noexcept {
      if (this != &other) {
        Release();
        budget_ = std::exchange(other.budget_, nullptr);
        bytes_ = std::exchange(other.bytes_, 0);
      }
      return *this;
    }
    ~Share() { Release(); }
    explicit Share(MemoryBudget& budget) : budget_(&budget) {}

    // Raises the share to at least `bytes`. False when the budget is used up; the share is then unchanged.
    [[nodiscard]] bool GrowTo(std::size_t bytes) {
      if (bytes <= bytes_) return true;
      if (budget_ == nullptr || !budget_->Take(bytes - bytes_)) return false;
      bytes_ = bytes;
      return true;
    }
    std::size_t bytes() const { return bytes_; }
    void Release() {
      if (budget_ != nullptr) budget_->used_.fetch_sub(bytes_, std::memory_order_relaxed);
      bytes_ = 0;
    }

   private:
    MemoryBudget* budget_ = nullptr;
    std::size_t bytes_ = 0;
  };

 private:
  bool Take(std::size_t bytes) {
    const std::size_t before = used_.fetch_add(bytes, std::memory_order_relaxed);
    if (before + bytes <= limit_) return true;
    used_.fetch_sub(bytes, std::memory_order_relaxed);
    return false;
  }

  const std::size_t limit_;
  std::atomic<std::size_t> used_{0};
};

}  // namespace ag
