#pragma once

#include <absl/container/inlined_vector.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace ag {

// Memory of one request: everything that is allocated in it dies at once. Objects are not destroyed, so only trivially
// destructible types live here. Not thread-safe; belongs to one session.
class Arena {
 public:
  static constexpr std::size_t kFirstBlock = 4096;

  // `first_block` bytes are taken at the first allocation; later blocks double.
  explicit Arena(std::size_t first_block = kFirstBlock) : first_block_(first_block) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  void* Allocate(std::size_t bytes, std::size_t alignment = alignof(std::max_align_t)) {
    auto address = (reinterpret_cast<std::uintptr_t>(next_) + alignment - 1) & ~(alignment - 1);
    if (next_ == nullptr || address + bytes > reinterpret_cast<std::uintptr_t>(end_)) {
      AddBlock(bytes + alignment);
      address = (reinterpret_cast<std::uintptr_t>(next_) + alignment - 1) & ~(alignment - 1);
    }
    next_ = reinterpret_cast<char*>(address + bytes);
    return reinterpret_cast<void*>(address);
  }

  template <typename T, typename... Args>
  T* New(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>);
    return ::new (Allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
  }

  template <typename T>
  std::span<T> NewSpan(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (count == 0) return {};
    auto* first = static_cast<T*>(Allocate(sizeof(T) * count, alignof(T)));
    std::uninitialized_value_construct_n(first, count);
    return {first, count};
  }

  std::string_view Copy(std::string_view text) {
    if (text.empty()) return {};
    auto* bytes = static_cast<char*>(Allocate(text.size(), 1));
    std::memcpy(bytes, text.data(), text.size());
    return {bytes, text.size()};
  }

  template <typename T>
  std::span<T> CopySpan(std::span<const T> values) {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
    if (values.empty()) return {};
    auto* first = static_cast<T*>(Allocate(values.size_bytes(), alignof(T)));
    std::uninitialized_copy_n(values.data(), values.size(), first);
    return {first, values.size()};
  }

  // Bytes that the present block still has.
  std::size_t room() const { return static_cast<std::size_t>(end_ - next_); }

  // The pieces one behind the other.
  std::string_view Join(std::initializer_list<std::string_view> pieces) {
    std::size_t size = 0;
    for (const auto piece : pieces) size += piece.size();
    if (size == 0) return {};
    auto* const bytes = static_cast<char*>(Allocate(size, 1));
    char* end = bytes;
    for (const auto piece : pieces) {
      if (!piece.empty()) std::memcpy(end, piece.data(), piece.size());
      end += piece.size();
    }
    return {bytes, size};
  }

  // Forgets everything but keeps the first block, for the next request of a kept-alive connection.
  void Reset() {
    if (blocks_.empty()) return;
    blocks_.resize(1);
    next_ = blocks_.front().bytes.get();
    end_ = next_ + blocks_.front().size;
  }

  std::size_t allocated_bytes() const {
    std::size_t sum = 0;
    for (const auto& block : blocks_) sum += block.size;
    return sum;
  }

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
  };

  void AddBlock(std::size_t at_least) {
    std::size_t size = blocks_.empty() ? first_block_ : blocks_.back().size * 2;
    if (size < at_least) size = at_least;
    Block block{std::unique_ptr<char[]>(new char[size]), size};
    next_ = block.bytes.get();
    end_ = next_ + size;
    blocks_.push_back(std::move(block));
  }

  absl::InlinedVector<Block, 2> blocks_;  // seldom more
  std::size_t first_block_;
  char* next_ = nullptr;
  char* end_ = nullptr;
};

}  // namespace ag
