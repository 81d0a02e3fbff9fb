#include "gatewayd/wire/json_cut.h"

#include <cstddef>
#include <string_view>

namespace ag::wire {
namespace {

std::string_view Between(const char* begin, const char* end) { return {begin, static_cast<std::size_t>(end - begin)}; }

const char* EndOf(const json::Value& value) { return value.raw().data() + value.raw().size(); }

}  // namespace

void CutElements(const json::Value& array, const std::vector<bool>& cut, std::vector<json::Edit>& edits) {
  const auto items = array.items();
  std::size_t i = 0;
  while (i < items.size()) {
    if (!cut[i]) {
      ++i;
      continue;
    }
    const std::size_t first = i;
    while (i < items.size() && cut[i]) ++i;
    // A run at the start takes the comma after it, any other the comma before it.
    const char* begin = first == 0 ? items[first].raw().data() : EndOf(items[first - 1]);
    const char* end = first == 0 && i < items.size() ? items[i].raw().data() : EndOf(items[i - 1]);
    edits.push_back({Between(begin, end), {}});
  }
}

}  // namespace ag::wire
