#pragma once

#include <CLI/CLI.hpp>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>

// The options that set budgets. Accounts and client keys have messages of their own with the same fields.
namespace ag::cli {

template <typename Limits>
class BudgetOptions {
 public:
  void AddTo(CLI::App& app) {
    for (std::size_t i = 0; i < kCounts.size(); ++i) {
      app.add_option(kCounts[i].name, counts_[i], kCounts[i].help)->check(CLI::PositiveNumber);
    }
    for (std::size_t i = 0; i < kMoney.size(); ++i) {
      app.add_option(kMoney[i].name, dollars_[i], kMoney[i].help)->check(CLI::Range(0.000'001, 1'000'000.0));
    }
  }

  // Whether any was given.
  bool any() const {
    for (const auto& count : counts_) {
      if (count) return true;
    }
    for (const auto& amount : dollars_) {
      if (amount) return true;
    }
    return false;
  }

  // What was not given stays as it is.
  void Apply(Limits& limits) const {
    for (std::size_t i = 0; i < kCounts.size(); ++i) {
      if (counts_[i]) (limits.*kCounts[i].set)(*counts_[i]);
    }
    for (std::size_t i = 0; i < kMoney.size(); ++i) {
      if (dollars_[i]) (limits.*kMoney[i].set)(std::llround(*dollars_[i] * 1e6));
    }
  }

 private:
  struct Option {
    const char* name;
    const char* help;
    void (Limits::*set)(std::int64_t);
  };
  static constexpr std::array<Option, 6> kCounts{{
      {"--requests-per-minute", "Requests in a calendar minute", &Limits::set_requests_per_minute},
      {"--requests-per-day", "Requests in a day of UTC", &Limits::set_requests_per_day},
      {"--requests-per-month", "Requests in a month of UTC", &Limits::set_requests_per_month},
      {"--tokens-per-minute", "Tokens in a calendar minute", &Limits::set_tokens_per_minute},
      {"--tokens-per-day", "Tokens in a day of UTC", &Limits::set_tokens_per_day},
      {"--tokens-per-month", "Tokens in a month of UTC", &Limits::set_tokens_per_month},
  }};
  static constexpr std::array<Option, 3> kMoney{{
      {"--usd-per-minute", "US dollars in a calendar minute, by list prices (models without one are not counted)",
       &Limits::set_micro_usd_per_minute},
      {"--usd-per-day", "US dollars in a day of UTC", &Limits::set_micro_usd_per_day},
      {"--usd-per-month", "US dollars in a month of UTC", &Limits::set_micro_usd_per_month},
  }};

  std::array<std::optional<std::int64_t>, kCounts.size()> counts_;
  std::array<std::optional<double>, kMoney.size()> dollars_;
};

}  // namespace ag::cli
