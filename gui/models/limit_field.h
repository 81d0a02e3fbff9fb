#pragma once

#include <QString>
#include <array>
#include <cstdint>
#include <optional>

namespace ag::gui {

enum class LimitUnit : std::uint8_t { kCount, kMicroUsd };

// What a form shows of a limit: "5000", "2.5" dollars.
QString LimitText(std::int64_t amount, LimitUnit unit);
// What a person typed for one: at least 1, or a millionth of a dollar; nothing when it is no such number.
std::optional<std::int64_t> ReadLimit(const QString& text, LimitUnit unit);

// One budget's name in a form and its place in a message.
template <typename Limits>
struct LimitField {
  const char* name;
  bool (Limits::*has)() const;
  std::int64_t (Limits::*get)() const;
  void (Limits::*set)(std::int64_t);
  LimitUnit unit = LimitUnit::kCount;
};

// The budgets that accounts (AccountLimits) and client keys (ClientKeyLimits) have alike.
template <typename Limits>
inline constexpr std::array<LimitField<Limits>, 9> kLimitFields{{
    {"requestsPerMinute", &Limits::has_requests_per_minute, &Limits::requests_per_minute,
     &Limits::set_requests_per_minute},
    {"requestsPerDay", &Limits::has_requests_per_day, &Limits::requests_per_day, &Limits::set_requests_per_day},
    {"requestsPerMonth", &Limits::has_requests_per_month, &Limits::requests_per_month, &Limits::set_requests_per_month},
    {"tokensPerMinute", &Limits::has_tokens_per_minute, &Limits::tokens_per_minute, &Limits::set_tokens_per_minute},
    {"tokensPerDay", &Limits::has_tokens_per_day, &Limits::tokens_per_day, &Limits::set_tokens_per_day},
    {"tokensPerMonth", &Limits::has_tokens_per_month, &Limits::tokens_per_month, &Limits::set_tokens_per_month},
    {"usdPerMinute", &Limits::has_micro_usd_per_minute, &Limits::micro_usd_per_minute,
     &Limits::set_micro_usd_per_minute, LimitUnit::kMicroUsd},
    {"usdPerDay", &Limits::has_micro_usd_per_day, &Limits::micro_usd_per_day, &Limits::set_micro_usd_per_day,
     LimitUnit::kMicroUsd},
    {"usdPerMonth", &Limits::has_micro_usd_per_month, &Limits::micro_usd_per_month, &Limits::set_micro_usd_per_month,
     LimitUnit::kMicroUsd},
}};

}  // namespace ag::gui
