#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"

// Reading a few members of an object without building a document: passthrough looks at replies this way.
namespace ag::wire {

// The named members of one object, as written; the last one wins when a key repeats, and null counts as absent.
template <std::size_t N>
class MemberPicker final : public json::MemberVisitor {
 public:
  // False when `object` is no whole object; what came before the fault is picked all the same.
  bool Read(std::string_view object, const std::array<std::string_view, N>& keys, Arena& arena) {
    keys_ = &keys;
    return json::ScanObject(object, arena, *this).ok();
  }

  bool OnMember(const json::RawMember& member) override {
    for (std::size_t i = 0; i < N; ++i) {
      if ((*keys_)[i] != member.key) continue;
      found_[i] = member;
      break;
    }
    return true;
  }

  // nullptr when absent or null.
  const json::RawMember* operator[](std::size_t i) const {
    return found_[i].raw.empty() || found_[i].type == json::Type::kNull ? nullptr : &found_[i];
  }

 private:
  const std::array<std::string_view, N>* keys_ = nullptr;
  std::array<json::RawMember, N> found_{};
};

inline bool IsObject(const json::RawMember* member) { return member != nullptr && member->type == json::Type::kObject; }

inline bool IsArray(const json::RawMember* member) { return member != nullptr && member->type == json::Type::kArray; }

// The text of a string member; empty for anything else.
inline std::string_view TextOf(const json::RawMember* member, Arena& arena) {
  if (member == nullptr || member->type != json::Type::kString) return {};
  const auto text = json::DecodeString(member->raw, arena);
  return text.ok() ? *text : std::string_view();
}

inline std::optional<std::int64_t> CountOf(const json::RawMember* member) {
  if (member == nullptr || member->type != json::Type::kNumber) return std::nullopt;
  std::int64_t value = 0;
  const char* const end = member->raw.data() + member->raw.size();
  const auto result = std::from_chars(member->raw.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

}  // namespace ag::wire
