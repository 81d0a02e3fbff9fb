#pragma once

#include <QString>
#include <concepts>
#include <functional>
#include <utility>

namespace ag::gui {

// What is said in the language of whoever reads it: it is put into words at each reading, since the language may change
// while it is shown.
class LiveText {
 public:
  LiveText() = default;
  // `say` is called whenever it is read: what it needs, it holds.
  template <std::invocable Say>
  LiveText(Say say) : say_(std::move(say)) {}  // implicit: it stands where a text stood

  void clear() { say_ = nullptr; }
  bool IsEmpty() const { return !say_; }
  QString Say() const { return say_ ? say_() : QString(); }

 private:
  std::function<QString()> say_;
};

}  // namespace ag::gui
