#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ag {

// Where something is moved to in a list that its user orders.
enum class Place : std::uint8_t { kFirst, kLast, kBefore, kAfter };

// Moves items[from] to `place`; `anchor` is the index of the item that kBefore and kAfter mean, before the move. The
// others keep their order.
template <typename T>
void MoveItem(std::vector<T>& items, std::size_t from, Place place, std::size_t anchor = 0) {
  std::size_t to = 0;  // the item's index after the move
  if (place == Place::kLast) to = items.size() - 1;
  if (place == Place::kBefore) to = from < anchor ? anchor - 1 : anchor;
  if (place == Place::kAfter) to = from <= anchor ? anchor : anchor + 1;
  const auto at = [&](std::size_t index) { return items.begin() + static_cast<std::ptrdiff_t>(index); };
  if (to < from) std::rotate(at(to), at(from), at(from + 1));
  if (to > from) std::rotate(at(from), at(from + 1), at(to + 1));
}

}  // namespace ag
