#include "gatewayd/http/date_cache.h"

#include <cstdio>

namespace ag::http {

std::string_view DateCache::Line(WallTime now) {
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  if (second != second_) {
    static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    second_ = second;
    const auto day = std::chrono::floor<std::chrono::days>(second);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(second - day);
    const int length = std::snprintf(line_, sizeof line_, "Date: %s, %02u %s %04d %02d:%02d:%02d GMT\r\n",
                                     kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                                     kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                                     static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                                     static_cast<int>(time.seconds().count()));
    size_ = static_cast<std::size_t>(length);
  }
  return {line_, size_};
}

}  // namespace ag::http
