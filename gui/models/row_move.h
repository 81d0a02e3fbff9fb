#pragma once

#include <algorithm>
#include <vector>

namespace ag::gui {

// The row at `from` comes to stand at `to`; those between make room. For between beginMoveRows, whose destination is
// MoveDestination, and endMoveRows.
template <typename Row>
void MoveRow(std::vector<Row>& rows, int from, int to) {
  const auto begin = rows.begin();
  if (to > from) {
    std::rotate(begin + from, begin + from + 1, begin + to + 1);
  } else {
    std::rotate(begin + to, begin + from, begin + from + 1);
  }
}

// Qt counts it before the row has left its place.
constexpr int MoveDestination(int from, int to) { return to > from ? to + 1 : to; }

}  // namespace ag::gui
