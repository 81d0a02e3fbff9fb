#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace ag {

// A text that must not reach a log, an error or a listing. It has no stream operator and no conversion; its memory is
// wiped when it dies.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.Wipe(); }
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret() { Wipe(); }

  // The one way out: for the request that carries it, or the box that seals it.
  std::string_view Reveal() const { return text_; }
  bool empty() const { return text_.empty(); }
  // "sk-…f3a9": enough to recognise it, too little to use it. Empty for an empty secret.
  std::string Hint() const;

 private:
  void Wipe() noexcept;

  std::string text_;
};

// Compares in time that depends on the lengths only.
bool EqualsConstantTime(std::string_view a, std::string_view b);

}  // namespace ag
