#include "gatewayd/base/secret.h"

namespace ag {

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    Wipe();
    text_ = other.text_;
  }
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    Wipe();
    text_ = std::move(other.text_);
    other.Wipe();
  }
  return *this;
}

void Secret::Wipe() noexcept {
  volatile char* bytes = text_.data();
  for (std::size_t i = 0; i < text_.size(); ++i) bytes[i] = 0;
  text_.clear();
}

std::string Secret::Hint() const {
  constexpr std::size_t kTail = 4;
  if (text_.empty()) return {};
  if (text_.size() < 4 * kTail) return "…";
  const auto dash = text_.find('-');
  const std::string head = dash != std::string::npos && dash < kTail ? text_.substr(0, dash + 1) : std::string();
  return head + "…" + text_.substr(text_.size() - kTail);
}

bool EqualsConstantTime(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned>(static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]));
  }
  return difference == 0;
}

}  // namespace ag
