#pragma once

#include <string_view>

#include "gatewayd/base/clock.h"

namespace ag::http {

// The Date field, formatted once a second. One instance a shard.
class DateCache {
 public:
  // "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"; valid until the next call.
  std::string_view Line(WallTime now);

 private:
  std::chrono::sys_seconds second_{std::chrono::seconds(-1)};
  char line_[48] = {};
  std::size_t size_ = 0;
};

}  // namespace ag::http
