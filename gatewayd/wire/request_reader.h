#pragma once

#include <absl/status/status.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "gatewayd/base/arena.h"
#include "gatewayd/base/json.h"
#include "gatewayd/wire/chat_request.h"

namespace ag::wire {

// What the request decoders of all dialects share: typed reading with errors that name the field, field paths, and the
// list of what has no canonical place. Everything that it returns lives in the arena.
class RequestReader {
 public:
  explicit RequestReader(Arena& arena) : arena_(&arena) {}

  Arena& arena() { return *arena_; }

  // "parent.key" and "parent[3]"; an empty parent gives the key alone.
  std::string_view Child(std::string_view parent, std::string_view key);
  std::string_view At(std::string_view parent, std::size_t index);

  // Reads into `out`; InvalidRequest naming `field` for another type.
  absl::Status Read(const json::Value& value, std::string_view field, std::string_view& out);
  absl::Status Read(const json::Value& value, std::string_view field, std::optional<std::int64_t>& out);
  absl::Status Read(const json::Value& value, std::string_view field, std::optional<Number>& out);
  absl::Status Read(const json::Value& value, std::string_view field, std::optional<bool>& out);
  absl::Status Read(const json::Value& value, std::string_view field, bool& out);
  // An array of strings.
  absl::Status Read(const json::Value& value, std::string_view field, std::span<const std::string_view>& out);

  // A field without a canonical place; JSON null counts as absent and is not noted.
  void Refuse(std::string_view field, const json::Value& value) {
    Note(field, value, UnknownField::Treatment::kRefuse);
  }
  void Drop(std::string_view field, const json::Value& value) { Note(field, value, UnknownField::Treatment::kDrop); }
  std::span<const UnknownField> TakeUnknown() { return Keep(unknown_); }

  // The list, moved to the arena.
  template <typename T>
  std::span<const T> Keep(const std::vector<T>& list) {
    const auto kept = arena_->NewSpan<T>(list.size());
    for (std::size_t i = 0; i < list.size(); ++i) kept[i] = list[i];
    return kept;
  }

 private:
  void Note(std::string_view field, const json::Value& value, UnknownField::Treatment treatment);

  Arena* arena_;
  std::vector<UnknownField> unknown_;
};

// InvalidRequest: "`field` must be …".
absl::Status WrongType(std::string_view field, std::string_view expected);

}  // namespace ag::wire
