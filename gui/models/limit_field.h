#pragma once

#include <array>
#include <cstdint>

namespace ag::gui {

// One budget's name in a form and its place in a message.
template <typename Limits>
struct LimitField {
  const char* name;
  bool (Limits::*has)() const;
  std::int64_t (Limits::*get)() const;
  void (Limits::*set)(std::int64_t);
};

// The budgets that accounts (AccountLimits) and client keys (ClientKeyLimits) have alike.
template <typename Limits>
inline constexpr std::array<LimitField<Limits>, 6> kLimitFields{{
    {"requestsPerMinute", &Limits::has_requests_per_minute, &Limits::requests_per_minute,
     &Limits::set_requests_per_minute},
    {"requestsPerDay", &Limits::has_requests_per_day, &Limits::requests_per_day, &Limits::set_requests_per_day},
    {"requestsPerMonth", &Limits::has_requests_per_month, &Limits::requests_per_month, &Limits::set_requests_per_month},
    {"tokensPerMinute", &Limits::has_tokens_per_minute, &Limits::tokens_per_minute, &Limits::set_tokens_per_minute},
    {"tokensPerDay", &Limits::has_tokens_per_day, &Limits::tokens_per_day, &Limits::set_tokens_per_day},
    {"tokensPerMonth", &Limits::has_tokens_per_month, &Limits::tokens_per_month, &Limits::set_tokens_per_month},
}};

}  // namespace ag::gui
