#pragma once

#include <absl/status/statusor.h>
#include <absl/strings/numbers.h>

#include <algorithm>
#include <cstddef>
#include <string>

#include "gatewayd/base/error.h"

namespace ag::control {

// A page of a list that is held in memory: elements [begin, end).
struct Page {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string next_token;  // empty = the last page
};

inline constexpr int kMaxPageSize = 1000;

// InvalidRequest for a negative size or a token that no page gave.
inline absl::StatusOr<Page> PageOf(int page_size, const std::string& page_token, std::size_t total) {
  if (page_size < 0) {
    return FieldError(ErrorKind::kInvalidRequest, "page_size", "page_size is negative");
  }
  Page page;
  if (!page_token.empty() && !absl::SimpleAtoi(page_token, &page.begin)) {
    return FieldError(ErrorKind::kInvalidRequest, "page_token", "page_token is not one that a page gave");
  }
  const int size = page_size == 0 ? kMaxPageSize : std::min(page_size, kMaxPageSize);
  page.begin = std::min(page.begin, total);
  page.end = std::min(page.begin + static_cast<std::size_t>(size), total);
  if (page.end < total) page.next_token = std::to_string(page.end);
  return page;
}

}  // namespace ag::control
