#pragma once

#include <functional>
#include <utility>

namespace ag::runtime {

// A one-shot "stop" for one operation at a time, on one shard: the session cancels, the client exchange that runs for
// it has hooked itself in. Not thread-safe. Outlives the operations that hook into it.
class CancelSource {
 public:
  CancelSource() = default;
  CancelSource(const CancelSource&) = delete;
  CancelSource& operator=(const CancelSource&) = delete;

  bool cancelled() const { return cancelled_; }
  void Cancel() {
    if (std::exchange(cancelled_, true)) return;
    if (auto hook = std::exchange(hook_, nullptr)) hook();
  }

  // Holds a hook for as long as it lives; the hook is called at most once, never after the Hook is gone. A later Hook
  // takes the place of an earlier one, whose end then changes nothing. Hooking into a cancelled source calls nothing.
  class Hook {
   public:
    Hook(CancelSource* source, std::function<void()> on_cancel) : source_(source) {
      if (source_ == nullptr) return;
      source_->hook_ = std::move(on_cancel);
      source_->owner_ = this;
    }
    ~Hook() {
      if (source_ == nullptr || source_->owner_ != this) return;
      source_->hook_ = nullptr;
      source_->owner_ = nullptr;
    }
    Hook(const Hook&) = delete;
    Hook& operator=(const Hook&) = delete;

   private:
    CancelSource* source_;
  };

 private:
  std::function<void()> hook_;
  const Hook* owner_ = nullptr;
  bool cancelled_ = false;
};

}  // namespace ag::runtime
